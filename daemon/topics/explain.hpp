#pragma once

#include <string>
#include <vector>

#include "model/message.hpp"
#include "model/tokens.hpp"
#include "topics/rule.hpp"
#include "topics/rules.hpp"

namespace roomtone::topics {

/// A rule, or a part of it, and what it comes to in one message.
struct Explanation {
  Expression::Kind kind = Expression::Kind::operand;
  bool negated = false;
  std::string operand;             // as a rule would say it, when it is one
  bool found = false;              // whether the message has it, or the parts hold; before the negation
  std::vector<Explanation> parts;  // otherwise

  [[nodiscard]] bool holds() const { return found != negated; }
};

/// How a rule fares with a message. For people: it looks at every operand, which match() avoids.
[[nodiscard]] Explanation explain(const Expression& rule, const Message& message, const Tokens& tokens,
                                  const Circumstances& beside);

/// Why the rule comes to what it does, by the operands that decide: "it has crypto", "it lacks derby".
[[nodiscard]] std::string reason(const Explanation& explanation);

}  // namespace roomtone::topics
