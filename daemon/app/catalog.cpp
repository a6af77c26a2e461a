#include "app/catalog.hpp"

#include <optional>
#include <string_view>
#include <unordered_map>

#include "app/config_topics.hpp"
#include "app/lexicon_files.hpp"
#include "app/model_place.hpp"
#include "model/key.hpp"
#include "topics/examples.hpp"

namespace roomtone::app {

namespace {

Result<void> add_lexicons(const Config& config, const topics::RuleSet& rules, mood::Scorer& scorer) {
  if (config.lexicons.empty()) return {};
  std::unordered_map<std::string_view, uint32_t> numbers;
  for (uint32_t i = 0; i < rules.size(); ++i) numbers.emplace(rules.id(topics::TopicIndex{i}), i);
  auto lexicon = load_lexicons(
      config.lexicons,
      [&](std::string_view id) {
        const auto found = numbers.find(id);
        return found == numbers.end() ? std::nullopt : std::optional(found->second);
      },
      scorer.language());
  if (!lexicon) return fail(std::move(lexicon.error()), "mood.lexicons");
  scorer.use(std::move(*lexicon));
  return {};
}

std::vector<Event> events_of(std::span<const topics::TopicSpec> topics) {
  std::vector<Event> events;
  for (const topics::TopicSpec& topic : topics) {
    if (topic.end == kNoInstant) continue;
    Event& event = events.emplace_back(Event{topic.id, topic.start, topic.end, {"t/" + topic.id}});
    for (const topics::EntitySpec& entity : topic.entities) event.rooms.push_back("t/" + topic.id + "/e/" + entity.id);
  }
  return events;
}

}  // namespace

std::filesystem::path put_rules_file(const std::filesystem::path& store_folder) { return store_folder / "rules.toml"; }

Result<std::vector<topics::TopicSpec>> read_put_rules(const std::filesystem::path& store_folder) {
  std::error_code nothing_there;
  if (!std::filesystem::exists(put_rules_file(store_folder), nothing_there)) return std::vector<topics::TopicSpec>();
  return read_rules_file(put_rules_file(store_folder));
}

std::vector<topics::TopicSpec> topics_with_put(std::vector<topics::TopicSpec> configured,
                                               std::span<const topics::TopicSpec> put) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < configured.size(); ++i) places.emplace(configured[i].id, i);
  for (const topics::TopicSpec& topic : put) {
    const auto there = places.find(topic.id);
    if (there == places.end()) {
      configured.push_back(topic);
    } else {
      configured[there->second] = topic;
    }
  }
  return configured;
}

Result<topics::RuleSet> compile_rules(std::span<const topics::TopicSpec> topics, std::size_t topics_max,
                                      const topics::Named* named) {
  auto rules = topics::RuleSet::compile(topics, topics_max, named);
  if (!rules) return fail(std::move(rules.error()), "topics");
  constexpr std::size_t kShown = 20;
  const std::vector<std::string> failing = topics::failing_examples(topics, *rules);
  if (failing.empty()) return rules;
  std::string all;
  for (std::size_t i = 0; i < failing.size() && i < kShown; ++i) all += (i == 0 ? "" : "\n") + failing[i];
  if (failing.size() > kShown) all += "\nand " + std::to_string(failing.size() - kShown) + " more examples";
  return fail(ErrorCode::invalid_argument, std::move(all));
}

Result<std::shared_ptr<const Catalog>> load_catalog(const Config& config) {
  const auto put = read_put_rules(config.store.path);
  if (!put) return tl::unexpected(put.error());
  return make_catalog(config, *put);
}

Result<std::shared_ptr<const Catalog>> make_catalog(const Config& config, std::span<const topics::TopicSpec> put) {
  const std::vector<topics::TopicSpec> topics = topics_with_put(config.topics, put);
  const topics::Named named = named_in(config);
  auto rules = compile_rules(topics, config.topics_max, &named);
  if (!rules) return tl::unexpected(std::move(rules.error()));
  const auto model = find_model(config.model);
  if (!model) return fail(model.error(), "mood");
  auto scorer = mood::Scorer::load(*model);
  if (!scorer) return fail(std::move(scorer.error()), "mood");
  if (auto added = add_lexicons(config, *rules, *scorer); !added) return tl::unexpected(std::move(added.error()));

  mood::WordEffects effects = scorer->word_effects();
  std::vector<std::string> keys{std::string(kRoomKey)};
  for (uint32_t i = 0; i < rules->size(); ++i) keys.push_back("t/" + std::string(rules->id(topics::TopicIndex{i})));
  std::set<std::string, std::less<>> put_ids;
  for (const topics::TopicSpec& topic : put) put_ids.insert(topic.id);
  auto lists = load_lists(config.lists);
  if (!lists) return tl::unexpected(std::move(lists.error()));
  auto clients = people::Clients::compile(config.automation_clients);
  if (!clients) return fail(std::move(clients.error()), "automation.clients");
  auto list_rooms = people::ListRooms::plan(*lists, keys);
  if (!list_rooms) return tl::unexpected(std::move(list_rooms.error()));
  return std::make_shared<const Catalog>(Catalog{std::move(*rules), std::move(*scorer), std::move(effects),
                                                 std::move(*lists), std::move(*list_rooms), std::move(keys),
                                                 std::move(put_ids), events_of(topics), std::move(*clients)});
}

}  // namespace roomtone::app
