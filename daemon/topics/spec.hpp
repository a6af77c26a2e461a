#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace roomtone::topics {

/// A message made up to say what a rule must hear, or must not. What is left empty the message does not have.
struct Example {
  std::string text = {};
  std::string lang = {};
  std::string from = {};
  std::string to = {};  // whom it answers
  std::string source = {};
  std::vector<std::string> lists = {};
  std::vector<std::string> tags = {};   // declared beside the text
  std::vector<std::string> links = {};  // likewise
  bool reply = false;
  bool reshare = false;

  friend bool operator==(const Example&, const Example&) = default;
};

/// One who is spoken of under a topic: heard in a room of its own, by messages of the topic that match this rule too.
struct EntitySpec {
  std::string id = {};  // [a-z0-9_-]{1,64}
  std::string rule = {};

  friend bool operator==(const EntitySpec&, const EntitySpec&) = default;
};

/// One topic as it is written down. See deploy/TOPICS.md.
struct TopicSpec {
  std::string id = {};    // [a-z0-9_-]{1,64}
  std::string rule = {};  // see deploy/TOPICS.md for the grammar
  std::vector<std::string> tags = {};
  Instant start = kNoInstant;  // of an event: heard are messages of [start, end) by their event time
  Instant end = kNoInstant;    // kNoInstant: without an end
  std::vector<EntitySpec> entities = {};
  std::vector<Example> match = {};
  std::vector<Example> no_match = {};
  std::string where = {};  // "FILE:LINE", for messages about it

  [[nodiscard]] bool is_event() const { return start != kNoInstant || end != kNoInstant; }
};

/// What rules may ask for by name, where that is known.
struct Named {
  std::vector<std::string> sources;
  std::vector<std::string> lists;
};

/// Tells apart what is heard under the same id: of equal topics equal, on every machine and after every restart, and of
/// different ones different. Examples and place are no part of it.
[[nodiscard]] uint64_t version_of(const TopicSpec& topic);

/// Eight hexadecimal digits of a version, for people and programs.
[[nodiscard]] std::string version_text(uint64_t version);

}  // namespace roomtone::topics
