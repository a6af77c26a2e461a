#include "app/catalog.hpp"

#include <optional>
#include <string_view>
#include <unordered_map>

#include "app/lexicon_files.hpp"
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

  if (!config.lexicons.empty()) {
    std::unordered_map<std::string_view, uint32_t> numbers;
    for (uint32_t i = 0; i < rules->size(); ++i) numbers.emplace(rules->id(topics::TopicIndex{i}), i);
    auto lexicon = load_lexicons(
        config.lexicons,
        [&](std::string_view id) {
          const auto found = numbers.find(id);
          return found == numbers.end() ? std::nullopt : std::optional(found->second);
        },
        scorer->language());
    if (!lexicon) return fail(std::move(lexicon.error()), "mood.lexicons");
    scorer->use(std::move(*lexicon));
  }

  mood::WordEffects effects = scorer->word_effects();
  std::vector<std::string> keys{std::string(kRoomKey)};
  for (std::size_t i = 0; i < rules->size(); ++i)
    keys.push_back("t/" + std::string(rules->id(static_cast<topics::TopicIndex>(i))));
  return std::make_shared<const Catalog>(
      Catalog{std::move(*rules), std::move(*scorer), std::move(effects), std::move(keys)});
}

}  // namespace roomtone::app
