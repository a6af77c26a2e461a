#include <algorithm>
#include <cstring>
#include <limits>

#include "base/hash.hpp"
#include "text/tokenize.hpp"
#include "topics/compiled.hpp"

namespace roomtone::topics {

/// Marks are stamps: what carries the stamp of this message is set, and nothing has to be cleared between messages.
struct RuleSet::Scratch::Memory {
  uint32_t stamp = 0;
  std::vector<uint32_t> operands;  // by OperandId: the last message in which it was found
  std::vector<uint32_t> rules;     // by TopicIndex: the last message for which it was a candidate
  std::vector<uint32_t> candidates;
  std::string lower;
  Tokens tokens;  // of a declared hashtag beyond ASCII

  void begin(std::size_t operand_count, std::size_t rule_count) {
    if (stamp == std::numeric_limits<uint32_t>::max()) {
      std::ranges::fill(operands, 0);
      std::ranges::fill(rules, 0);
      stamp = 0;
    }
    ++stamp;
    // Another set of rules may have used this memory: its stamps are older than this message.
    if (operands.size() < operand_count) operands.resize(operand_count, 0);
    if (rules.size() < rule_count) rules.resize(rule_count, 0);
    candidates.clear();
  }
};

RuleSet::Scratch::Scratch() : memory(std::make_unique<Memory>()) {}
RuleSet::Scratch::~Scratch() = default;

namespace {

constexpr std::array<LiteralKind, 8> kLiteralOfToken = {
    LiteralKind::word,  LiteralKind::hashtag, LiteralKind::cashtag, LiteralKind::mention,
    LiteralKind::url,                                             // asked by host, not here
    LiteralKind::emoji, LiteralKind::from,    LiteralKind::from,  // emoticons and punctuation: no operand is one
};

bool is_asked(TokenKind kind) {
  return kind != TokenKind::url && kind != TokenKind::emoticon && kind != TokenKind::punctuation;
}

/// The next word after token `i`, if only punctuation is between them; a hashtag stands for its parts. Or the size.
std::size_t next_word(const Tokens& tokens, std::size_t i) {
  for (++i; i < tokens.tokens.size(); ++i) {
    const TokenKind kind = tokens.tokens[i].kind;
    if (kind == TokenKind::word) return i;
    if (kind != TokenKind::punctuation && kind != TokenKind::hashtag) break;
  }
  return tokens.tokens.size();
}

/// Whether the words after token `i` are those of `rest`, parted by single spaces.
bool words_follow(const Tokens& tokens, std::size_t i, std::string_view rest) {
  while (!rest.empty()) {
    i = next_word(tokens, i);
    if (i == tokens.tokens.size()) return false;
    const std::string_view word = tokens.view(tokens.tokens[i]);
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    if (rest.empty()) return true;
    if (rest.front() != ' ') return false;
    rest.remove_prefix(1);
  }
  return true;
}

void lower_ascii_into(std::string_view text, std::string& lower) {
  lower.assign(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
}

/// "example.com" of "https://user@Example.com:80/path".
std::string_view host_of(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
  return url.substr(0, url.find(':'));
}

/// Notes what one message holds. Lives for one call of match().
class Finder {
 public:
  Finder(const CompiledRules& set, RuleSet::Scratch::Memory& memory) : set_(set), memory_(memory) {}

  void look_through(const Tokens& tokens) {
    const Dictionary& dictionary = set_.dictionary;
    const bool stems = dictionary.holds(LiteralKind::stem);
    const bool urls = dictionary.holds(LiteralKind::url);
    for (std::size_t i = 0; i < tokens.tokens.size(); ++i) {
      const Token& token = tokens.tokens[i];
      const LiteralKind kind = kLiteralOfToken[static_cast<std::size_t>(token.kind)];
      const uint64_t key = Dictionary::key(kind, token.hash);
      if (dictionary.may_hold(key)) [[unlikely]]
        found_token(tokens, i, kind, key);
      if (stems && token.kind == TokenKind::word) found_stem(tokens.view(token));
      if (urls && token.kind == TokenKind::url) found_url(tokens.view(token));
    }
  }

  /// What stands beside the text. `from`, `lang` and `url` are looked for only where a rule asks.
  void look_beside(const Message& message) {
    const Dictionary& dictionary = set_.dictionary;
    if (dictionary.holds(LiteralKind::hashtag)) {
      for (const std::string_view tag : message.tags) found_tag(tag);
    }
    if (dictionary.holds(LiteralKind::mention)) {
      for (const std::string_view mention : message.mentions) found_lower(LiteralKind::mention, mention);
    }
    if (dictionary.holds(LiteralKind::from)) {
      found_lower(LiteralKind::from, message.author);
      found_lower(LiteralKind::from, message.author_name);
    }
    if (dictionary.holds(LiteralKind::lang)) {
      found_lower(LiteralKind::lang, message.lang.substr(0, message.lang.find_first_of("-_")));
    }
    if (dictionary.holds(LiteralKind::url)) {
      for (const std::string_view link : message.links) found_url(link);
    }
  }

  /// Whether the expression at code[at] holds for what was noted.
  [[nodiscard]] bool holds(std::size_t at) const {
    const uint32_t word = set_.code[at];
    const Code::Kind kind = Code::kind_of(word);
    const uint32_t value = Code::value_of(word);
    if (kind == Code::Kind::present) return memory_.operands[value] == memory_.stamp;
    if (kind == Code::Kind::absent) return memory_.operands[value] != memory_.stamp;
    const bool decides = kind == Code::Kind::any;
    const std::size_t end = at + 1 + value;
    for (std::size_t part = at + 1; part < end; part += Code::size_of(set_.code[part])) {
      if (holds(part) == decides) return decides;
    }
    return !decides;
  }

 private:
  void found(OperandId operand) {
    uint32_t& stamp = memory_.operands[static_cast<std::size_t>(operand)];
    if (stamp == memory_.stamp) return;
    stamp = memory_.stamp;
    for (const uint32_t rule : set_.candidates_of(operand)) {
      if (memory_.rules[rule] == memory_.stamp) continue;
      memory_.rules[rule] = memory_.stamp;
      memory_.candidates.push_back(rule);
    }
  }

  const Literal* look_up(LiteralKind kind, std::string_view text) const {
    const uint64_t key = Dictionary::key(kind, word_hash(text));
    return set_.dictionary.may_hold(key) ? set_.dictionary.find(key, kind, text) : nullptr;
  }

  void found_token(const Tokens& tokens, std::size_t i, LiteralKind kind, uint64_t key) {
    if (!is_asked(tokens.tokens[i].kind)) return;
    const Literal* literal = set_.dictionary.find(key, kind, tokens.view(tokens.tokens[i]));
    if (literal == nullptr) return;
    if (literal->operand != kNoOperand) found(literal->operand);
    if (literal->starts_phrase) found_first_word(tokens, i);
  }

  void found_first_word(const Tokens& tokens, std::size_t i) {
    const std::size_t second = next_word(tokens, i);
    if (second == tokens.tokens.size()) return;
    memory_.lower.assign(tokens.view(tokens.tokens[i]));
    memory_.lower += ' ';
    memory_.lower += tokens.view(tokens.tokens[second]);
    const Literal* pair = look_up(LiteralKind::pair, memory_.lower);
    if (pair == nullptr) return;
    for (const Continuation& phrase : pair->longer) {
      if (words_follow(tokens, second, phrase.rest)) found(phrase.operand);
    }
  }

  void found_stem(std::string_view word) {
    if (word.size() < kPrefixLetters) return;
    const Literal* stem = look_up(LiteralKind::stem, word.substr(0, kPrefixLetters));
    if (stem == nullptr) return;
    word.remove_prefix(kPrefixLetters);
    for (const Continuation& prefix : stem->longer) {
      if (word.starts_with(prefix.rest)) found(prefix.operand);
    }
  }

  void found_lower(LiteralKind kind, std::string_view text) {
    if (text.empty()) return;
    lower_ascii_into(text, memory_.lower);
    const Literal* literal = look_up(kind, memory_.lower);
    if (literal != nullptr) found(literal->operand);
  }

  void found_tag(std::string_view tag) {
    const bool ascii = std::ranges::none_of(tag, [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
    if (ascii) return found_lower(LiteralKind::hashtag, tag);
    memory_.lower.assign("#");
    memory_.lower += tag;
    text::tokenize(memory_.lower, memory_.tokens);
    if (memory_.tokens.tokens.empty() || memory_.tokens.tokens.front().kind != TokenKind::hashtag) return;
    const Literal* literal = look_up(LiteralKind::hashtag, memory_.tokens.view(memory_.tokens.tokens.front()));
    if (literal != nullptr) found(literal->operand);
  }

  /// A rule names a domain; the host is it or lies below it.
  void found_url(std::string_view url) {
    lower_ascii_into(host_of(url), memory_.lower);
    std::string_view host = memory_.lower;
    while (!host.empty()) {
      const Literal* literal = look_up(LiteralKind::url, host);
      if (literal != nullptr) found(literal->operand);
      const std::size_t dot = host.find('.');
      if (dot == std::string_view::npos) return;
      host.remove_prefix(dot + 1);
    }
  }

  const CompiledRules& set_;
  RuleSet::Scratch::Memory& memory_;
};

}  // namespace

void RuleSet::match(const Message& message, const Tokens& tokens, Scratch& scratch,
                    std::vector<TopicIndex>& out) const {
  Scratch::Memory& memory = *scratch.memory;
  memory.begin(compiled_->operands(), compiled_->ids.size());
  Finder finder(*compiled_, memory);
  finder.look_through(tokens);
  finder.look_beside(message);
  std::ranges::sort(memory.candidates);
  for (const uint32_t rule : memory.candidates) {
    if (finder.holds(compiled_->code_starts[rule])) out.push_back(TopicIndex{rule});
  }
}

}  // namespace roomtone::topics
