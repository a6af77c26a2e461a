#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "topics/dictionary.hpp"
#include "topics/patterns.hpp"
#include "topics/rule.hpp"
#include "topics/rules.hpp"

namespace roomtone::topics {

/// An operand as match() asks for it.
struct AskedOperand {
  Operand operand;
  uint64_t hash = 0;  // of the token that it is, or of the first word of a phrase
  OperandId id{};     // its own
  TokenKind token = TokenKind::word;
  Fact fact{};          // of an operand that is one
  bool covers = false;  // makes candidates: known to be there or not once the message has been looked through
};

/// How match() asks for an operand that is in no cover.
[[nodiscard]] AskedOperand asked_operand(const Operand& operand, OperandId id);

/// What must be true of a message beside the rule itself.
struct Gate {
  uint32_t topic = kNone;  // that this is an entity of, and that must match too
  Instant start = Instant::min();
  Instant end = Instant::max();
  static constexpr uint32_t kNone = UINT32_MAX;
};

/// All rules, as match() reads them.
///
/// Each rule has a *cover*: operands of which at least one is in every message that the rule matches. Covers make up
/// the dictionary, with which each message is looked through. Finding one makes its rules candidates. Only candidates
/// are evaluated, and only then are their other operands looked for: the common words of many rules cost
/// nothing in messages that hold none of the rare ones.
struct CompiledRules {
  std::vector<std::string> ids;  // by TopicIndex; a topic is before its entities
  std::vector<Gate> gates;       // few rules have one
  // By TopicIndex: its place in gates, or Gate::kNone.
  std::vector<uint32_t> gate_of;
  std::map<uint32_t, std::vector<std::string>> tags;  // by TopicIndex, of topics that have some
  std::vector<uint64_t> versions;                     // by TopicIndex
  Dictionary dictionary;
  Patterns patterns;
  std::array<OperandId, kFacts> facts = {kNoOperand, kNoOperand, kNoOperand, kNoOperand};  // those that make candidates
  bool any_facts = false;
  bool looks_further = false;          // any of these, or to:, source: or list:, makes candidates
  std::vector<AskedOperand> operands;  // by OperandId

  // Rules that an operand makes candidates: candidates[starts[operand] .. starts[operand + 1]).
  std::vector<uint32_t> candidate_starts = {0};
  std::vector<uint32_t> candidates;

  // Expressions in prefix order, one after the other; see Code. Rule i begins at code[code_starts[i]].
  std::vector<uint32_t> code;
  std::vector<uint32_t> code_starts;

  /// The topic of an entity; Gate::kNone of a topic.
  [[nodiscard]] uint32_t topic_of(std::size_t rule) const {
    return gate_of[rule] == Gate::kNone ? Gate::kNone : gates[gate_of[rule]].topic;
  }
  [[nodiscard]] std::span<const uint32_t> candidates_of(OperandId operand) const {
    const auto i = static_cast<std::size_t>(operand);
    return std::span(candidates).subspan(candidate_starts[i], candidate_starts[i + 1] - candidate_starts[i]);
  }
};

struct RuleSet::Compiled : CompiledRules {};

/// One word of an expression: what it is in the upper two bits; below, the operand, or how many words its parts take.
struct Code {
  enum class Kind : uint32_t { present, absent, all, any };
  static constexpr uint32_t kValueBits = 30;
  static constexpr uint32_t kValueMask = (1U << kValueBits) - 1;

  static uint32_t pack(Kind kind, uint32_t value) { return (static_cast<uint32_t>(kind) << kValueBits) | value; }
  static Kind kind_of(uint32_t word) { return static_cast<Kind>(word >> kValueBits); }
  static uint32_t value_of(uint32_t word) { return word & kValueMask; }
  /// Words that the expression beginning with `word` takes.
  static uint32_t size_of(uint32_t word) {
    return kind_of(word) == Kind::all || kind_of(word) == Kind::any ? 1 + value_of(word) : 1;
  }
};

}  // namespace roomtone::topics
