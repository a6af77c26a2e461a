#include <algorithm>
#include <map>
#include <set>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "model/key.hpp"
#include "topics/compiled.hpp"

namespace roomtone::topics {

namespace {

/// How often messages hold such an operand, roughly: a cover should be rare. Only ratios count.
double commonness(const Operand& operand) {
  switch (operand.kind) {
    case OperandKind::from:
    case OperandKind::mention: return 1;
    case OperandKind::cashtag:
    case OperandKind::hashtag: return 2;
    case OperandKind::url:
    case OperandKind::phrase: return 3;
    case OperandKind::emoji: return 6;
    case OperandKind::word: return operand.text.size() < 4 ? 40 : operand.text.size() < 6 ? 10 : 5;
    case OperandKind::prefix: return 20;
    case OperandKind::lang: return 10'000;
  }
  return 0;
}

using OperandUses = std::map<Operand, std::size_t>;  // in how many places of all rules

void count_uses(const Expression& expression, OperandUses& uses) {
  if (expression.kind == Expression::Kind::operand) {
    ++uses[expression.operand];
    return;
  }
  for (const Expression& part : expression.parts) count_uses(part, uses);
}

struct Cover {
  std::vector<const Operand*> operands;
  double cost = 0;
  bool exists = false;
};

/// The cheapest operands of which one is present whenever `normal` is true: of an "and" those of its cheapest part, of
/// an "or" those of all its parts. A negated operand covers nothing.
Cover cover_of(const Expression& normal, const OperandUses& uses) {
  if (normal.kind == Expression::Kind::operand) {
    if (normal.negated) return {};
    // What many rules share makes many candidates.
    const double cost = commonness(normal.operand) * static_cast<double>(uses.at(normal.operand));
    return {{&normal.operand}, cost, true};
  }
  Cover best;
  for (const Expression& part : normal.parts) {
    Cover cover = cover_of(part, uses);
    if (normal.kind == Expression::Kind::all) {
      if (cover.exists && (!best.exists || cover.cost < best.cost)) best = std::move(cover);
    } else {
      if (!cover.exists) return {};
      best.exists = true;
      best.cost += cover.cost;
      best.operands.insert(best.operands.end(), cover.operands.begin(), cover.operands.end());
    }
  }
  return best;
}

LiteralKind literal_kind(OperandKind kind) {
  switch (kind) {
    case OperandKind::word: return LiteralKind::word;
    case OperandKind::prefix: return LiteralKind::stem;
    case OperandKind::phrase: return LiteralKind::pair;
    case OperandKind::emoji: return LiteralKind::emoji;
    case OperandKind::hashtag: return LiteralKind::hashtag;
    case OperandKind::cashtag: return LiteralKind::cashtag;
    case OperandKind::mention: return LiteralKind::mention;
    case OperandKind::from: return LiteralKind::from;
    case OperandKind::lang: return LiteralKind::lang;
    case OperandKind::url: return LiteralKind::url;
  }
  ROOMTONE_ASSERT(false);
  return LiteralKind::word;
}

void add_to_dictionary(const Operand& operand, OperandId id, Dictionary& dictionary) {
  const std::string_view text = operand.text;
  if (operand.kind == OperandKind::phrase) {
    const std::size_t first = text.find(' ');
    const std::size_t second = text.find(' ', first + 1);
    dictionary.add(LiteralKind::word, text.substr(0, first)).starts_phrase = true;
    const std::string_view rest = second == std::string_view::npos ? std::string_view() : text.substr(second + 1);
    dictionary.add(LiteralKind::pair, text.substr(0, second)).longer.push_back({std::string(rest), id});
  } else if (operand.kind == OperandKind::prefix) {
    const std::string_view stem = text.substr(0, kPrefixLetters);  // bytes; a letter beyond ASCII may be cut: no matter
    dictionary.add(LiteralKind::stem, stem).longer.push_back({std::string(text.substr(kPrefixLetters)), id});
  } else {
    dictionary.add(literal_kind(operand.kind), text).operand = id;
  }
}

void append_code(const Expression& normal, const std::map<Operand, OperandId>& operands, std::vector<uint32_t>& code) {
  if (normal.kind == Expression::Kind::operand) {
    const auto id = static_cast<uint32_t>(operands.at(normal.operand));
    code.push_back(Code::pack(normal.negated ? Code::Kind::absent : Code::Kind::present, id));
    return;
  }
  const std::size_t head = code.size();
  code.push_back(0);
  for (const Expression& part : normal.parts) append_code(part, operands, code);
  const auto size = static_cast<uint32_t>(code.size() - head - 1);
  code[head] = Code::pack(normal.kind == Expression::Kind::all ? Code::Kind::all : Code::Kind::any, size);
}

}  // namespace

Result<RuleSet> RuleSet::compile(std::span<const TopicSpec> specs, std::size_t topics_max) {
  if (specs.size() > topics_max) {
    return fail(ErrorCode::invalid_argument,
                "found " + std::to_string(specs.size()) + " topics, expected at most " + std::to_string(topics_max));
  }
  auto compiled = std::make_unique<Compiled>();
  std::vector<Expression> rules;
  rules.reserve(specs.size());
  std::set<std::string_view> ids;
  for (const TopicSpec& spec : specs) {
    if (!valid_topic_id(spec.id)) {
      return fail(ErrorCode::invalid_argument, "topic '" + spec.id + "': found a bad id, expected 1 to " +
                                                   std::to_string(limits::kTopicIdBytes) + " of a-z, 0-9, '_' and '-'");
    }
    if (!ids.insert(spec.id).second) {
      return fail(ErrorCode::invalid_argument, "topic '" + spec.id + "': found twice, expected each id once");
    }
    auto rule = parse_rule(spec.rule);
    if (!rule) return fail(std::move(rule).error(), "topic '" + spec.id + "'");
    rules.push_back(with_negations_inside(std::move(*rule)));
    compiled->ids.push_back(spec.id);
  }

  OperandUses uses;
  for (const Expression& rule : rules) count_uses(rule, uses);
  if (uses.size() > Code::kValueMask) return fail(ErrorCode::invalid_argument, "too many different operands");
  std::map<Operand, OperandId> operands;
  for (const auto& [operand, count] : uses) {
    const OperandId id{static_cast<uint32_t>(operands.size())};
    operands.emplace(operand, id);
    add_to_dictionary(operand, id, compiled->dictionary);
  }
  compiled->dictionary.build();

  std::vector<std::vector<uint32_t>> candidates(operands.size());
  for (uint32_t i = 0; i < rules.size(); ++i) {
    const Cover cover = cover_of(rules[i], uses);
    ROOMTONE_ASSERT(cover.exists);  // the parser refuses rules that negations alone satisfy
    for (const Operand* operand : cover.operands) {
      std::vector<uint32_t>& list = candidates[static_cast<std::size_t>(operands.at(*operand))];
      if (list.empty() || list.back() != i) list.push_back(i);
    }
    compiled->code_starts.push_back(static_cast<uint32_t>(compiled->code.size()));
    append_code(rules[i], operands, compiled->code);
  }
  compiled->candidate_starts.reserve(operands.size() + 1);
  for (const std::vector<uint32_t>& list : candidates) {
    compiled->candidates.insert(compiled->candidates.end(), list.begin(), list.end());
    compiled->candidate_starts.push_back(static_cast<uint32_t>(compiled->candidates.size()));
  }
  compiled->code.shrink_to_fit();
  compiled->candidates.shrink_to_fit();
  return RuleSet(std::move(compiled));
}

}  // namespace roomtone::topics
