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
#include "topics/spec.hpp"

namespace roomtone::topics {

/// A topic's or entity's place in the compiled set, from 0: topics in the order given, each followed by its entities.
enum class TopicIndex : uint32_t {};

/// What is known of a message beside its own record. Views; hold as long as the message does.
struct Circumstances {
  std::string_view source;                  // the name of the source that it came by, for source:
  std::span<const std::string_view> lists;  // that its author is a member of, for list:
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

  /// `topics_max` bounds topics and entities together. Errors name the topic, the column in its rule, what was found
  /// there and what was expected. With `named`, rules may ask for these sources and lists only.
  [[nodiscard]] static Result<RuleSet> compile(std::span<const TopicSpec> specs, std::size_t topics_max,
                                               const Named* named = nullptr);

  /// Appends to `out` the topics and entities that `message` belongs to, ascending, each once. A pure function of what
  /// it is given; time is the message's event time.
  void match(const Message& message, const Tokens& tokens, const Circumstances& beside, Scratch& scratch,
             std::vector<TopicIndex>& out) const;

  [[nodiscard]] std::size_t size() const;
  /// "derby" of a topic, "derby/e/secretariat" of an entity: its room without `t/`.
  [[nodiscard]] std::string_view id(TopicIndex topic) const;
  [[nodiscard]] bool is_entity(TopicIndex topic) const;
  /// The tags of the topic; an entity has its topic's.
  [[nodiscard]] std::span<const std::string> tags(TopicIndex topic) const;
  /// See version_of(); an entity has its topic's.
  [[nodiscard]] uint64_t version(TopicIndex topic) const;
  /// Of all topics together.
  [[nodiscard]] uint64_t version() const;

  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;
  ~RuleSet();

 private:
  struct Compiled;
  explicit RuleSet(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace roomtone::topics
