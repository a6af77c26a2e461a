#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topics/compiled.hpp"

namespace roomtone::topics {

/// Marks are stamps: what carries the stamp of this message is set, and nothing has to be cleared between messages.
struct RuleSet::Scratch::Memory {
  uint32_t stamp = 0;
  std::vector<uint32_t> present;  // by OperandId: the last message in which it was found
  std::vector<uint32_t> absent;   // by OperandId: the last message in which it was looked for and not found
  std::vector<uint32_t> rules;    // by TopicIndex: the last message for which it was a candidate
  std::vector<uint32_t> matched;  // by TopicIndex: the last message that it matched
  std::vector<uint32_t> candidates;
  std::string lower;
  std::vector<int> patterns;
  Tokens tokens;  // of a declared hashtag beyond ASCII

  /// Ready for the next message.
  void begin(std::size_t operand_count, std::size_t rule_count);
};

/// Finds out what one message holds. Lives for one call of match().
class Finder {
 public:
  /// Looks the message through for the operands that make rules candidates.
  Finder(const CompiledRules& rules, const Message& message, const Tokens& tokens, const Circumstances& beside,
         RuleSet::Scratch::Memory& memory);

  /// In no order, each once.
  [[nodiscard]] std::vector<uint32_t>& candidates() { return memory_.candidates; }

  /// Whether the expression at code[at] is true of the message.
  [[nodiscard]] bool holds(std::size_t at);

  /// Whether the message has this operand.
  [[nodiscard]] bool is_present(uint32_t operand);

 private:
  void look_through_tokens();
  void look_at_whole_hashtags();
  void look_beside_text();
  [[gnu::noinline]] void look_further();
  void look_for_addressees();
  void look_at_facts();
  void look_for_patterns();
  void found(OperandId operand);
  [[nodiscard]] const Literal* look_up(LiteralKind kind, std::string_view text) const;
  void found_token(std::size_t i, LiteralKind kind, uint64_t key);
  void found_pair(std::size_t first, std::size_t second);
  void found_stem(std::string_view word);
  void found_lower(LiteralKind kind, std::string_view text);
  void found_tag(std::string_view tag);
  void found_url(std::string_view url);

  [[nodiscard]] bool look_for(const AskedOperand& asked);
  [[nodiscard]] bool is(Fact fact) const;
  [[nodiscard]] bool is_to(std::string_view name);
  [[nodiscard]] bool is_whole_hashtag(const AskedOperand& asked);
  [[nodiscard]] bool has_token(const AskedOperand& asked);
  [[nodiscard]] bool may_have(uint64_t hash);
  [[nodiscard]] std::string_view lower(std::string_view text);
  [[nodiscard]] std::string_view normal_tag(std::string_view tag);

  const CompiledRules& rules_;
  const Message& message_;
  const Tokens& tokens_;
  const Circumstances& beside_;
  RuleSet::Scratch::Memory& memory_;
  uint32_t asked_ = 0;               // how often may_have() was asked
  std::array<uint64_t, 32> filter_;  // a bit for the hash of each token, made when it pays
};

}  // namespace roomtone::topics
