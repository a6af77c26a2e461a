#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/message.hpp"
#include "model/tokens.hpp"

namespace roomtone::topics {

/// A topic's place in the compiled set, from 0, in the order given.
enum class TopicIndex : uint32_t {};

/// One topic as configured.
struct TopicSpec {
  std::string id;    // [a-z0-9_-]{1,64}
  std::string rule;  // see deploy/TOPICS.md for the grammar
};

/// All topic rules compiled together: one pass over a message's tokens finds the rules it satisfies, at a cost
/// that follows matches and not the number of rules. Immutable; shared by workers.
class RuleSet {
 public:
  /// Scratch memory of one worker. Reused; no allocation once grown.
  struct Scratch {
    Scratch();
    ~Scratch();
    struct Memory;
    std::unique_ptr<Memory> memory;
  };

  /// Errors name the topic, the column in its rule, what was found there and what was expected.
  [[nodiscard]] static Result<RuleSet> compile(std::span<const TopicSpec> specs, std::size_t topics_max);

  /// Appends to `out` the topics that `message` belongs to, ascending, each once.
  void match(const Message& message, const Tokens& tokens, Scratch& scratch, std::vector<TopicIndex>& out) const;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::string_view id(TopicIndex topic) const;

  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;
  ~RuleSet();

 private:
  struct Compiled;
  explicit RuleSet(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace roomtone::topics
