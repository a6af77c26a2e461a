#include "cli/rules_explained.hpp"

#include <algorithm>
#include <string_view>

#include "cli/terminal_text.hpp"

namespace roomtone::cli {

namespace {

/// What a line says before the answer: sign, indentation and operand.
std::string head_of(const topics::Explanation& part, std::size_t depth) {
  std::string head(2 * depth, ' ');
  head += part.holds() ? "+ " : "- ";
  if (part.negated) head += "not ";
  switch (part.kind) {
    case topics::Expression::Kind::operand: return head + part.operand;
    case topics::Expression::Kind::all: return head + "all of these";
    case topics::Expression::Kind::any: return head + "one of these";
  }
  return head;
}

std::size_t width_of(const topics::Explanation& part, std::size_t depth) {
  std::size_t width = part.kind == topics::Expression::Kind::operand ? cells_of(head_of(part, depth)) : 0;
  for (const topics::Explanation& inner : part.parts) width = std::max(width, width_of(inner, depth + 1));
  return width;
}

void append(const topics::Explanation& part, std::size_t depth, std::size_t width, bool colour, std::string& out) {
  const std::string head = head_of(part, depth);
  if (colour) out += begin_of(part.holds() ? Paint::good : Paint::bad);
  out += head;
  if (part.kind == topics::Expression::Kind::operand) {
    out.append(width - cells_of(head) + 2, ' ');
    out += part.found ? "found" : "missing";
  }
  if (colour) out += kPaintEnd;
  out += '\n';
  for (const topics::Explanation& inner : part.parts) append(inner, depth + 1, width, colour, out);
}

}  // namespace

std::string tree_of(const topics::Explanation& explanation, bool colour) {
  std::string out;
  append(explanation, 0, width_of(explanation, 0), colour, out);
  return out;
}

}  // namespace roomtone::cli
