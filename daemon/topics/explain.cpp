#include "topics/explain.hpp"

#include <algorithm>

#include "topics/compiled.hpp"
#include "topics/finder.hpp"

namespace roomtone::topics {

namespace {

/// Asks for one operand after the other.
class Asker {
 public:
  Asker(const Message& message, const Tokens& tokens, const Circumstances& beside)
      : message_(message), tokens_(tokens), beside_(beside) {}

  [[nodiscard]] Explanation explain(const Expression& expression) {
    Explanation explanation;
    explanation.kind = expression.kind;
    explanation.negated = expression.negated;
    if (expression.kind == Expression::Kind::operand) {
      explanation.operand = written(expression.operand);
      explanation.found = has(expression.operand);
      return explanation;
    }
    for (const Expression& part : expression.parts) explanation.parts.push_back(explain(part));
    const auto holds = [](const Explanation& part) { return part.holds(); };
    explanation.found = expression.kind == Expression::Kind::all ? std::ranges::all_of(explanation.parts, holds)
                                                                 : std::ranges::any_of(explanation.parts, holds);
    return explanation;
  }

 private:
  [[nodiscard]] bool has(const Operand& operand) {
    CompiledRules alone;
    alone.operands.push_back(asked_operand(operand, OperandId{0}));
    if (operand.kind == OperandKind::pattern) alone.patterns.add(OperandId{0}, operand.text, false);
    return Finder(alone, message_, tokens_, beside_, *scratch_.memory).is_present(0);
  }

  const Message& message_;
  const Tokens& tokens_;
  const Circumstances& beside_;
  RuleSet::Scratch scratch_;
};

/// The operands that decide, each once: of an "and" that fails one part, of one that holds all, and so on.
void collect(const Explanation& part, std::vector<std::string>& missing, std::vector<std::string>& has) {
  if (part.kind == Expression::Kind::operand) {
    std::vector<std::string>& into = part.found ? has : missing;
    if (std::ranges::find(into, part.operand) == into.end()) into.push_back(part.operand);
    return;
  }
  // One part decides a failed "and" and an "or" that holds; all parts decide the others.
  const bool one = (part.kind == Expression::Kind::all) != part.found;
  for (const Explanation& inner : part.parts) {
    if (one && inner.holds() != part.found) continue;
    collect(inner, missing, has);
    if (one) return;
  }
}

void append(std::string& text, const char* verb, const std::vector<std::string>& operands) {
  constexpr std::size_t kShown = 8;
  if (operands.empty()) return;
  text += text.empty() ? "" : "; ";
  text += verb;
  for (std::size_t i = 0; i < operands.size() && i < kShown; ++i) text += (i == 0 ? " " : ", ") + operands[i];
  if (operands.size() > kShown) text += " and " + std::to_string(operands.size() - kShown) + " more";
}

}  // namespace

Explanation explain(const Expression& rule, const Message& message, const Tokens& tokens, const Circumstances& beside) {
  return Asker(message, tokens, beside).explain(rule);
}

std::string reason(const Explanation& explanation) {
  std::vector<std::string> missing;
  std::vector<std::string> has;
  collect(explanation, missing, has);
  std::string text;
  append(text, "it has", has);
  append(text, "it lacks", missing);
  return text;
}

std::string written(const Operand& operand) {
  switch (operand.kind) {
    case OperandKind::word:
    case OperandKind::emoji:
    case OperandKind::fact: return operand.text;
    case OperandKind::prefix: return operand.text + "*";
    case OperandKind::phrase: return '"' + operand.text + '"';
    case OperandKind::hashtag: return "#" + operand.text;
    case OperandKind::cashtag: return "$" + operand.text;
    case OperandKind::mention: return "@" + operand.text;
    case OperandKind::from: return "from:" + operand.text;
    case OperandKind::to: return "to:" + operand.text;
    case OperandKind::lang: return "lang:" + operand.text;
    case OperandKind::url: return "url:" + operand.text;
    case OperandKind::source: return "source:" + operand.text;
    case OperandKind::list: return "list:" + operand.text;
    case OperandKind::pattern: return "/" + operand.text + "/";
  }
  return operand.text;
}

}  // namespace roomtone::topics
