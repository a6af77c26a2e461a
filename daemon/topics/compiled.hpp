#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "topics/dictionary.hpp"
#include "topics/rule.hpp"
#include "topics/rules.hpp"

namespace roomtone::topics {

/// An operand as match() asks for it.
struct AskedOperand {
  Operand operand;
  uint64_t hash = 0;  // of the token that it is, or of the first word of a phrase
  TokenKind token = TokenKind::word;
  bool covers = false;  // in the dictionary: known to be there or not once the message has been looked through
};

/// All rules, as match() reads them.
///
/// Each rule has a *cover*: operands of which at least one is in every message that the rule matches. Covers make up
/// the dictionary, with which each message is looked through. Finding one makes its rules candidates. Only candidates
/// are evaluated, and only then are their other operands looked for: the common words of many rules cost
/// nothing in messages that hold none of the rare ones.
struct CompiledRules {
  std::vector<std::string> ids;  // by TopicIndex
  Dictionary dictionary;
  std::vector<AskedOperand> operands;  // by OperandId

  // Rules that an operand makes candidates: candidates[starts[operand] .. starts[operand + 1]).
  std::vector<uint32_t> candidate_starts = {0};
  std::vector<uint32_t> candidates;

  // Expressions in prefix order, one after the other; see Code. Rule i begins at code[code_starts[i]].
  std::vector<uint32_t> code;
  std::vector<uint32_t> code_starts;

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
