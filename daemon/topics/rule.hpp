#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

/// A topic rule as it is written: operands under "and", "or" and "not". See deploy/TOPICS.md for the grammar.
namespace roomtone::topics {

/// Parentheses within parentheses. People write two or three levels.
inline constexpr std::size_t kRuleDepth = 32;
/// What stands before '*'. Shorter beginnings match a large part of the language.
inline constexpr std::size_t kPrefixLetters = 3;

enum class OperandKind : uint8_t { word, prefix, phrase, emoji, hashtag, cashtag, mention, from, lang, url };
inline constexpr std::size_t kOperandKinds = 10;

struct Operand {
  OperandKind kind = OperandKind::word;
  std::string text;  // normalised, without sign or operator; the words of a phrase parted by one space

  friend bool operator==(const Operand&, const Operand&) = default;
  friend bool operator<(const Operand& a, const Operand& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.text < b.text;
  }
};

struct Expression {
  enum class Kind : uint8_t { operand, all, any };
  Kind kind = Kind::operand;
  bool negated = false;
  Operand operand;                // when it is one
  std::vector<Expression> parts;  // otherwise; two or more

  friend bool operator==(const Expression&, const Expression&) = default;
};

/// Reads a rule. Errors say at which column (characters, from 1), what was found and what was expected.
[[nodiscard]] Result<Expression> parse_rule(std::string_view rule);

/// The same rule with "not" at operands only.
[[nodiscard]] Expression with_negations_inside(Expression expression, bool negate = false);

/// Whether a rule without negations other than at operands could match a message in which no operand is found.
[[nodiscard]] bool matches_nothing_said(const Expression& normal);

}  // namespace roomtone::topics
