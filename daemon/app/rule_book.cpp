#include "app/rule_book.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <vector>

#include "app/config_topics.hpp"
#include "base/limits.hpp"
#include "store/durable_file.hpp"

namespace roomtone::app {

namespace {

constexpr std::string_view kAnyVersion = "any";
constexpr std::string_view kNotThere = "new";

/// The version in force of a topic, if it is there.
std::optional<std::string> version_in_force(const topics::RuleSet& rules, std::string_view id) {
  for (uint32_t i = 0; i < rules.size(); ++i) {
    const topics::TopicIndex place{i};
    if (rules.id(place) == id) return topics::version_text(rules.version(place));
  }
  return std::nullopt;
}

std::string joined(std::span<const std::string> words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ",") + word;
  return all;
}

}  // namespace

Result<Config> RuleBook::read_config() const {
  auto config = load_config(config_file_);
  if (config) config->store.path = store_folder_;
  return config;
}

void RuleBook::reload() {
  const std::lock_guard lock(changes_);
  auto config = read_config();
  auto loaded = config ? load_catalog(*config) : Result<std::shared_ptr<const Catalog>>(tl::unexpected(config.error()));
  state_.successful = loaded.has_value();
  if (!loaded) {
    log_.error("reload refused, the old rules stay", {{"error", loaded.error().context}});
    return;
  }
  log_.info("reloaded", {{"topics", (*loaded)->rules.size()},
                         {"lists", (*loaded)->lists.all().size()},
                         {"rules", topics::version_text((*loaded)->rules.version())},
                         {"scorer", (*loaded)->scorer.id()}});
  catalog_.store(std::move(*loaded));
  if (on_reload_) on_reload_(*config);
  state_.at_us = micros(clock_.wall());
}

Result<std::string> RuleBook::answer(std::string_view request, std::string_view body) {
  std::istringstream words{std::string(request)};
  std::vector<std::string> given;
  for (std::string word; words >> word;) given.push_back(word);
  const std::lock_guard lock(changes_);
  if (given.size() >= 2 && given[0] == "rules") {
    if (given[1] == "list" && given.size() == 2) return list();
    if (given[1] == "put" && given.size() == 3) return put(given[2], body);
    if (given[1] == "remove" && given.size() == 4) return remove(given[2], given[3]);
  }
  return fail(ErrorCode::invalid_argument,
              "this daemon knows 'checkpoint', 'rules list', 'rules put EXPECTED', 'rules remove ID EXPECTED', "
              "'alerts silences', 'alerts silence' and 'alerts unsilence ID'");
}

std::string RuleBook::list() const {
  const std::shared_ptr<const Catalog> catalog = catalog_.load();
  const topics::RuleSet& rules = catalog->rules;
  std::string text = "rules\t" + topics::version_text(rules.version()) + "\n";
  for (uint32_t i = 0; i < rules.size();) {
    const topics::TopicIndex place{i};
    const std::string id(rules.id(place));
    std::vector<std::string> entities;
    for (++i; i < rules.size() && rules.is_entity(topics::TopicIndex{i}); ++i)
      entities.emplace_back(rules.id(topics::TopicIndex{i}).substr(id.size() + 3));  // behind "/e/"
    text += id + "\t" + topics::version_text(rules.version(place)) + "\t" +
            (catalog->put.contains(id) ? "put" : "configured") + "\t" + joined(rules.tags(place)) + "\t" +
            joined(entities) + "\n";
  }
  return text;
}

Result<void> RuleBook::check_version(std::string_view id, std::string_view expected) const {
  if (expected == kAnyVersion) return {};
  const std::string found = version_in_force(catalog_.load()->rules, id).value_or(std::string(kNotThere));
  if (found == expected) return {};
  return fail(ErrorCode::invalid_argument, "topic '" + std::string(id) + "': found version " + found + ", expected " +
                                               printable(expected, 40) + "; nothing is changed");
}

Result<std::string> RuleBook::put(std::string_view expected, std::string_view text) {
  const auto config = read_config();
  if (!config) return tl::unexpected(config.error());
  const topics::Named named = named_in(*config);
  auto given = parse_rules(text, "rules", &named);
  if (!given) return tl::unexpected(std::move(given.error()));
  if (given->empty()) return fail(ErrorCode::invalid_argument, "found no topic, expected [topics] with at least one");
  for (const topics::TopicSpec& topic : *given)
    if (auto as_expected = check_version(topic.id, expected); !as_expected)
      return tl::unexpected(std::move(as_expected.error()));
  auto there = read_put_rules(store_folder_);
  if (!there) return tl::unexpected(std::move(there.error()));
  const std::vector<topics::TopicSpec> put = topics_with_put(std::move(*there), *given);
  if (put.size() > limits::kPutTopics)
    return fail(ErrorCode::invalid_argument, "found " + std::to_string(put.size()) +
                                                 " topics that were put, expected " + "at most " +
                                                 std::to_string(limits::kPutTopics));
  const auto before = catalog_.load();
  const auto after = take_over(*config, put);
  if (!after) return tl::unexpected(after.error());
  std::string answer = "rules\t" + topics::version_text((*after)->rules.version()) + "\n";
  for (const topics::TopicSpec& topic : *given)
    answer += topic.id + "\t" + topics::version_text(topics::version_of(topic)) + "\t" +
              version_in_force(before->rules, topic.id).value_or(std::string(kNotThere)) + "\n";
  return answer;
}

Result<std::string> RuleBook::remove(std::string_view id, std::string_view expected) {
  if (auto as_expected = check_version(id, expected); !as_expected)
    return tl::unexpected(std::move(as_expected.error()));
  const auto config = read_config();
  if (!config) return tl::unexpected(config.error());
  auto put = read_put_rules(store_folder_);
  if (!put) return tl::unexpected(std::move(put.error()));
  const std::string shown = "topic '" + printable(id, 80) + "'";
  if (std::erase_if(*put, [id](const topics::TopicSpec& topic) { return topic.id == id; }) == 0) {
    const auto configured = std::ranges::find(config->topics, id, &topics::TopicSpec::id);
    return fail(ErrorCode::invalid_argument, configured == config->topics.end()
                                                 ? shown + ": there is none that was put"
                                                 : shown + ": was not put, it stands at " + configured->where);
  }
  const auto after = take_over(*config, *put);
  if (!after) return tl::unexpected(after.error());
  return "rules\t" + topics::version_text((*after)->rules.version()) + "\n";
}

Result<std::shared_ptr<const Catalog>> RuleBook::take_over(const Config& config,
                                                           std::span<const topics::TopicSpec> put) {
  auto made = make_catalog(config, put);
  if (!made) return made;
  // Written down before anybody hears by it: a restart goes on with what was told to be in force.
  if (auto written = store::write_durably(put_rules_file(store_folder_), rules_text(put)); !written)
    return tl::unexpected(std::move(written.error()));
  log_.info("rules changed through the control socket", {{"topics", (*made)->rules.size()},
                                                         {"put", put.size()},
                                                         {"rules", topics::version_text((*made)->rules.version())}});
  catalog_.store(*made);
  state_.successful = true;
  state_.at_us = micros(clock_.wall());
  return made;
}

}  // namespace roomtone::app
