#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/result.hpp"
#include "topics/spec.hpp"

/// A topic rule as it is written: operands under "and", "or" and "not". See deploy/TOPICS.md for the grammar.
namespace roomtone::topics {

/// Parentheses within parentheses. People write two or three levels.
inline constexpr std::size_t kRuleDepth = 32;
/// What stands before '*'. Shorter beginnings match a large part of the language.
inline constexpr std::size_t kPrefixLetters = 3;

enum class OperandKind : uint8_t {
  word,
  prefix,
  phrase,
  emoji,
  hashtag,  // also written tag:
  cashtag,
  mention,
  from,
  to,
  lang,
  url,
  fact,  // is: and has:, see Fact
  source,
  list,
  pattern,  // a regular expression
};
inline constexpr std::size_t kOperandKinds = 15;

/// What can be true of any message, whatever it says. An operand of kind `fact` has one of kFactNames as its text.
enum class Fact : uint8_t { reply, reshare, question, link };
inline constexpr std::size_t kFacts = 4;
inline constexpr std::string_view kFactNames[kFacts] = {"is:reply", "is:reshare", "is:question", "has:link"};

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

/// Where a rule cannot be read, and why: "found 'place:', expected ...".
struct Misread {
  std::size_t column = 1;  // in the rule, in characters, from 1
  std::string what;
};

/// Reads a rule. With `named`, one that asks for a source or list that is not there is refused.
[[nodiscard]] tl::expected<Expression, Misread> read_rule(std::string_view rule, const Named* named = nullptr);

/// The same with an ordinary error, "column 6: found ..., expected ...".
[[nodiscard]] Result<Expression> parse_rule(std::string_view rule, const Named* named = nullptr);

/// The same rule with "not" at operands only.
[[nodiscard]] Expression with_negations_inside(Expression expression, bool negate = false);

/// Whether a rule without negations other than at operands could match a message in which no operand is found.
[[nodiscard]] bool matches_nothing_said(const Expression& normal);

/// An operand as a rule would say it: `"kentucky derby"`, `from:name`.
[[nodiscard]] std::string written(const Operand& operand);

}  // namespace roomtone::topics
