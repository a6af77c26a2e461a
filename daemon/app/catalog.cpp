#include "app/catalog.hpp"

#include "app/model_place.hpp"
#include "model/key.hpp"

namespace roomtone::app {

Result<std::shared_ptr<const Catalog>> load_catalog(const Config& config) {
  auto rules = topics::RuleSet::compile(config.topics, config.topics_max);
  if (!rules) return fail(std::move(rules.error()), "topics");
  const auto model = find_model(config.model);
  if (!model) return fail(model.error(), "mood");
  auto scorer = mood::Scorer::load(*model);
  if (!scorer) return fail(std::move(scorer.error()), "mood");

  std::vector<std::string> keys{std::string(kRoomKey)};
  for (std::size_t i = 0; i < rules->size(); ++i)
    keys.push_back("t/" + std::string(rules->id(static_cast<topics::TopicIndex>(i))));
  return std::make_shared<const Catalog>(Catalog{std::move(*rules), std::move(*scorer), std::move(keys)});
}

}  // namespace roomtone::app
