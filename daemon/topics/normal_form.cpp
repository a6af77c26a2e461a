#include <algorithm>

#include "topics/rule.hpp"

namespace roomtone::topics {

Expression with_negations_inside(Expression expression, bool negate) {
  const bool negated = expression.negated != negate;
  if (expression.kind == Expression::Kind::operand) {
    expression.negated = negated;
    return expression;
  }
  // "Not all of them" is "one of them not", and the other way round.
  expression.negated = false;
  if (negated) {
    expression.kind = expression.kind == Expression::Kind::all ? Expression::Kind::any : Expression::Kind::all;
  }
  for (Expression& part : expression.parts) part = with_negations_inside(std::move(part), negated);
  return expression;
}

bool matches_nothing_said(const Expression& normal) {
  switch (normal.kind) {
    case Expression::Kind::operand: return normal.negated;
    case Expression::Kind::all: return std::ranges::all_of(normal.parts, matches_nothing_said);
    case Expression::Kind::any: return std::ranges::any_of(normal.parts, matches_nothing_said);
  }
  return false;
}

}  // namespace roomtone::topics
