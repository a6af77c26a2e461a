#pragma once

#include <span>
#include <string>
#include <vector>

#include "topics/rules.hpp"

namespace roomtone::topics {

/// A message as an example tells of it. Points into the example.
class ExampleMessage {
 public:
  ExampleMessage(const Example& example, Instant at);

  [[nodiscard]] const Message& message() const { return message_; }
  [[nodiscard]] const Tokens& tokens() const { return tokens_; }
  [[nodiscard]] Circumstances beside() const { return {source_, lists_}; }

 private:
  Message message_;
  Tokens tokens_;
  std::string_view source_;
  std::vector<std::string_view> lists_;
};

/// A time when the topic is heard.
[[nodiscard]] Instant time_within(const TopicSpec& topic);

/// Tries every topic's examples on the rules compiled of the same topics, and names those that come out otherwise than
/// they say, with why: "FILE:LINE: topics.derby: match[0] 'the derbies' does not match: it lacks derby".
[[nodiscard]] std::vector<std::string> failing_examples(std::span<const TopicSpec> topics, const RuleSet& rules);

}  // namespace roomtone::topics
