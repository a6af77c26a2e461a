#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "base/result.hpp"
#include "mood/scorer.hpp"
#include "people/clients.hpp"
#include "people/list_rooms.hpp"
#include "people/lists.hpp"
#include "topics/rules.hpp"

namespace roomtone::app {

/// A topic that ends, as its archive needs to know it.
struct Event {
  std::string id;
  Instant start = kNoInstant;
  Instant end = kNoInstant;
  std::vector<std::string> rooms;  // its own, then those of its entities
};

/// Everything a worker reads beside the batch: rules, model, lexicons, lists and the rooms' keys. Immutable; swapped
/// whole at a batch boundary when the configuration is read again, or rules are put or removed.
struct Catalog {
  topics::RuleSet rules;
  mood::Scorer scorer;
  mood::WordEffects effects;  // of `scorer`
  people::Lists lists;
  people::ListRooms list_rooms;
  std::vector<std::string> keys;           // by room index: "room", "t/<id>" by TopicIndex, then those of lists
  std::set<std::string, std::less<>> put;  // ids of the topics that were put while a daemon ran
  std::vector<Event> events;               // topics with an end
  people::Clients automation_clients;      // what comes from these is declared automation
};

/// The rules that were put while a daemon ran, from the file `rules.toml` beside the store; none where there is no such
/// file.
[[nodiscard]] Result<std::vector<topics::TopicSpec>> read_put_rules(const std::filesystem::path& store_folder);
[[nodiscard]] std::filesystem::path put_rules_file(const std::filesystem::path& store_folder);

/// Of the configuration and of the rules that were put. Errors name the topic and column, an example that is not true,
/// the model's file, or a lexicon's or list's file and line.
[[nodiscard]] Result<std::shared_ptr<const Catalog>> load_catalog(const Config& config);

/// The same with these rules put, each in place of a configured one with its id.
[[nodiscard]] Result<std::shared_ptr<const Catalog>> make_catalog(const Config& config,
                                                                  std::span<const topics::TopicSpec> put);

/// The topics of the configuration with those that were put in place of them or behind them.
[[nodiscard]] std::vector<topics::TopicSpec> topics_with_put(std::vector<topics::TopicSpec> configured,
                                                             std::span<const topics::TopicSpec> put);

/// Compiles topics and tries their examples.
[[nodiscard]] Result<topics::RuleSet> compile_rules(std::span<const topics::TopicSpec> topics, std::size_t topics_max,
                                                    const topics::Named* named = nullptr);

}  // namespace roomtone::app
