#include <algorithm>
#include <map>
#include <set>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/limits.hpp"
#include "model/key.hpp"
#include "topics/compiled.hpp"

namespace roomtone::topics {

namespace {

/// How often messages hold such an operand, roughly: a cover should be rare. Only ratios count. Of words nothing
/// is known but that long ones are rarer.
double commonness(OperandKind kind, std::size_t bytes) {
  const auto length = static_cast<double>(bytes);
  switch (kind) {
    case OperandKind::from:
    case OperandKind::to:
    case OperandKind::list:
    case OperandKind::mention: return 1;
    case OperandKind::phrase: return 1;
    case OperandKind::cashtag:
    case OperandKind::hashtag: return 2;
    case OperandKind::url: return 3;
    case OperandKind::emoji: return 6;
    case OperandKind::word: return 100 / (length * length);
    case OperandKind::prefix: return 400 / (length * length);
    case OperandKind::fact: return 3'000;
    case OperandKind::source:
    case OperandKind::lang: return 10'000;
    // Not because many messages hold one, but because looking for it costs more than for all else: a pattern is tried
    // on every message only where a hundred rules would otherwise wait for every message of a language.
    case OperandKind::pattern: return 1'000'000;
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
    const double cost =
        commonness(normal.operand.kind, normal.operand.text.size()) * static_cast<double>(uses.at(normal.operand));
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
    case OperandKind::to: return LiteralKind::to;
    case OperandKind::source: return LiteralKind::source;
    case OperandKind::list: return LiteralKind::list;
    case OperandKind::fact:
    case OperandKind::pattern: break;  // not in the dictionary
  }
  ROOMTONE_ASSERT(false);
  return LiteralKind::word;
}

std::vector<std::string_view> words_of(std::string_view phrase) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t space = phrase.find(' ');
    words.push_back(phrase.substr(0, space));
    if (space == std::string_view::npos) return words;
    phrase.remove_prefix(space + 1);
  }
}

using WordUses = std::map<std::string_view, std::size_t>;  // in how many phrases

/// A phrase is found by its rarest word and the one beside it: "the derby" by "derby", so that "the" is not looked at.
void add_phrase(std::string_view phrase, OperandId id, const WordUses& uses, Dictionary& dictionary) {
  const std::vector<std::string_view> words = words_of(phrase);
  const auto rarest = std::ranges::min_element(words, {}, [&](std::string_view word) {
    return commonness(OperandKind::word, word.size()) * static_cast<double>(uses.at(word));
  });
  const bool last = rarest + 1 == words.end();
  Literal& word = dictionary.add(LiteralKind::word, *rarest);
  (last ? word.ends_pair : word.begins_pair) = true;
  const std::string_view first = last ? *(rarest - 1) : *rarest;
  const std::string_view second = last ? *rarest : *(rarest + 1);
  const auto begin = static_cast<std::size_t>(first.data() - phrase.data());
  const std::size_t end = static_cast<std::size_t>(second.data() - phrase.data()) + second.size();
  dictionary.add(LiteralKind::pair, phrase.substr(begin, end - begin))
      .longer.push_back({std::string(phrase.substr(0, begin == 0 ? 0 : begin - 1)),
                         std::string(phrase.substr(end == phrase.size() ? end : end + 1)), id});
}

void add_to_dictionary(const Operand& operand, OperandId id, const WordUses& uses, Dictionary& dictionary) {
  const std::string_view text = operand.text;
  if (operand.kind == OperandKind::phrase) {
    add_phrase(text, id, uses, dictionary);
  } else if (operand.kind == OperandKind::prefix) {
    // Bytes, not letters: one beyond ASCII may be cut, and the rest of it is in the continuation.
    dictionary.add(LiteralKind::stem, text.substr(0, kPrefixLetters))
        .longer.push_back({"", std::string(text.substr(kPrefixLetters)), id});
  } else {
    dictionary.add(literal_kind(operand.kind), text).operand = id;
  }
}

TokenKind token_kind(OperandKind kind) {
  switch (kind) {
    case OperandKind::emoji: return TokenKind::emoji;
    case OperandKind::hashtag: return TokenKind::hashtag;
    case OperandKind::cashtag: return TokenKind::cashtag;
    case OperandKind::mention: return TokenKind::mention;
    default: return TokenKind::word;
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

/// All rules of all topics, in the order of their places.
struct Rules {
  std::vector<Expression> meanings;
  std::vector<std::string> ids;
  std::vector<uint32_t> gate_of;
  std::vector<Gate> gates;

  void add_gate(Gate gate) {
    gate_of.push_back(static_cast<uint32_t>(gates.size()));
    gates.push_back(gate);
  }
};

std::string bad_id(const std::string& what, const std::string& id) {
  return what + " '" + id + "': found a bad id, expected 1 to " + std::to_string(limits::kTopicIdBytes) +
         " of a-z, 0-9, '_' and '-'";
}

Result<void> add_rule(const std::string& name, const std::string& text, const Named* named, Rules& rules) {
  auto rule = parse_rule(text, named);
  if (!rule) return fail(std::move(rule).error(), name);
  rules.meanings.push_back(with_negations_inside(std::move(*rule)));
  return {};
}

Result<void> add_topic(const TopicSpec& topic, const Named* named, Rules& rules) {
  const std::string name = "topic '" + topic.id + "'";
  if (!valid_topic_id(topic.id)) return fail(ErrorCode::invalid_argument, bad_id("topic", topic.id));
  if (topic.start != kNoInstant && topic.end != kNoInstant && topic.end <= topic.start)
    return fail(ErrorCode::invalid_argument, name + ": found an end that is not after the start");
  if (auto added = add_rule(name, topic.rule, named, rules); !added) return added;
  const auto place = static_cast<uint32_t>(rules.ids.size());
  if (topic.is_event()) {
    Gate gate;
    if (topic.start != kNoInstant) gate.start = topic.start;
    if (topic.end != kNoInstant) gate.end = topic.end;
    rules.add_gate(gate);
  } else {
    rules.gate_of.push_back(Gate::kNone);
  }
  rules.ids.push_back(topic.id);

  std::set<std::string_view> entities;
  for (const EntitySpec& entity : topic.entities) {
    if (!valid_topic_id(entity.id))
      return fail(ErrorCode::invalid_argument, bad_id("topic '" + topic.id + "', entity", entity.id));
    const std::string whole = "topic '" + topic.id + "', entity '" + entity.id + "'";
    if (!entities.insert(entity.id).second)
      return fail(ErrorCode::invalid_argument, whole + ": found twice, expected each id once");
    if (auto added = add_rule(whole, entity.rule, named, rules); !added) return added;
    rules.add_gate({.topic = place});
    rules.ids.push_back(topic.id + "/e/" + entity.id);
  }
  return {};
}

Result<Rules> read_all(std::span<const TopicSpec> specs, std::size_t topics_max, const Named* named) {
  std::size_t count = specs.size();
  for (const TopicSpec& spec : specs) count += spec.entities.size();
  if (count > topics_max) {
    return fail(ErrorCode::invalid_argument, "found " + std::to_string(count) +
                                                 (count == specs.size() ? " topics" : " topics and entities") +
                                                 ", expected at most " + std::to_string(topics_max));
  }
  Rules rules;
  rules.meanings.reserve(count);
  rules.ids.reserve(count);
  rules.gate_of.reserve(count);
  std::set<std::string_view> ids;
  for (const TopicSpec& spec : specs) {
    if (!ids.insert(spec.id).second)
      return fail(ErrorCode::invalid_argument, "topic '" + spec.id + "': found twice, expected each id once");
    if (auto added = add_topic(spec, named, rules); !added) return tl::unexpected(std::move(added.error()));
  }
  return rules;
}

/// Makes what covers candidates findable: a literal of the dictionary, a fact, or a pattern of the set.
void add_cover(const AskedOperand& asked, const WordUses& uses, CompiledRules& rules) {
  switch (asked.operand.kind) {
    case OperandKind::fact:
      rules.facts[static_cast<std::size_t>(asked.fact)] = asked.id;
      rules.any_facts = true;
      break;
    case OperandKind::pattern: break;  // with all patterns
    default: add_to_dictionary(asked.operand, asked.id, uses, rules.dictionary);
  }
}

Result<void> add_patterns(CompiledRules& rules) {
  std::size_t count = 0;
  for (const AskedOperand& asked : rules.operands) {
    if (asked.operand.kind != OperandKind::pattern) continue;
    if (++count > limits::kPatterns) {
      return fail(ErrorCode::invalid_argument,
                  "found more than " + std::to_string(limits::kPatterns) + " patterns in all rules");
    }
    rules.patterns.add(asked.id, asked.operand.text, asked.covers);
  }
  return rules.patterns.build();
}

}  // namespace

AskedOperand asked_operand(const Operand& operand, OperandId id) {
  const std::string_view text = operand.text;
  const std::string_view token = operand.kind == OperandKind::phrase ? text.substr(0, text.find(' ')) : text;
  AskedOperand asked;
  asked.operand = operand;
  asked.hash = word_hash(token);
  asked.token = token_kind(operand.kind);
  asked.id = id;
  if (operand.kind == OperandKind::fact)
    asked.fact = static_cast<Fact>(std::ranges::find(kFactNames, text) - std::begin(kFactNames));
  return asked;
}

Result<RuleSet> RuleSet::compile(std::span<const TopicSpec> specs, std::size_t topics_max, const Named* named) {
  auto read = read_all(specs, topics_max, named);
  if (!read) return tl::unexpected(std::move(read.error()));
  const std::vector<Expression> rules = std::move(read->meanings);
  auto compiled = std::make_unique<Compiled>();
  compiled->versions.reserve(rules.size());
  compiled->gates = std::move(read->gates);
  compiled->gate_of = std::move(read->gate_of);
  compiled->ids = std::move(read->ids);
  for (const TopicSpec& spec : specs) {
    const uint64_t version = version_of(spec);
    const auto place = static_cast<uint32_t>(compiled->versions.size());
    if (!spec.tags.empty()) compiled->tags.emplace(place, spec.tags);
    compiled->versions.insert(compiled->versions.end(), 1 + spec.entities.size(), version);
  }

  OperandUses uses;
  for (const Expression& rule : rules) count_uses(rule, uses);
  if (uses.size() > Code::kValueMask) return fail(ErrorCode::invalid_argument, "too many different operands");
  std::map<Operand, OperandId> operands;
  for (const auto& [operand, count] : uses) {
    const OperandId id{static_cast<uint32_t>(operands.size())};
    operands.emplace(operand, id);
    compiled->operands.push_back(asked_operand(operand, id));
  }

  std::vector<std::vector<uint32_t>> candidates(operands.size());
  for (uint32_t i = 0; i < rules.size(); ++i) {
    const Cover cover = cover_of(rules[i], uses);
    ROOMTONE_ASSERT(cover.exists);  // the parser refuses rules that negations alone satisfy
    for (const Operand* operand : cover.operands) {
      const auto id = static_cast<std::size_t>(operands.at(*operand));
      compiled->operands[id].covers = true;
      if (candidates[id].empty() || candidates[id].back() != i) candidates[id].push_back(i);
    }
    compiled->code_starts.push_back(static_cast<uint32_t>(compiled->code.size()));
    append_code(rules[i], operands, compiled->code);
  }

  WordUses word_uses;
  for (const AskedOperand& asked : compiled->operands) {
    if (!asked.covers || asked.operand.kind != OperandKind::phrase) continue;
    for (const std::string_view word : words_of(asked.operand.text)) ++word_uses[word];
  }
  for (const AskedOperand& asked : compiled->operands) {
    if (asked.covers) add_cover(asked, word_uses, *compiled);
  }
  compiled->dictionary.build();
  if (auto added = add_patterns(*compiled); !added) return tl::unexpected(std::move(added.error()));
  compiled->looks_further =
      compiled->any_facts || compiled->patterns.any_covers() || compiled->dictionary.holds(LiteralKind::to) ||
      compiled->dictionary.holds(LiteralKind::source) || compiled->dictionary.holds(LiteralKind::list);

  compiled->candidate_starts.reserve(operands.size() + 1);
  for (const std::vector<uint32_t>& list : candidates) {
    compiled->candidates.insert(compiled->candidates.end(), list.begin(), list.end());
    compiled->candidate_starts.push_back(static_cast<uint32_t>(compiled->candidates.size()));
  }
  compiled->code.shrink_to_fit();
  compiled->operands.shrink_to_fit();
  compiled->candidates.shrink_to_fit();
  return RuleSet(std::move(compiled));
}

}  // namespace roomtone::topics
