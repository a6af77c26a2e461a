#include "topics/finder.hpp"

#include <algorithm>
#include <limits>

#include "base/hash.hpp"
#include "text/tokenize.hpp"

namespace roomtone::topics {

namespace {

constexpr std::array<LiteralKind, 8> kLiteralOfToken = {
    LiteralKind::word,  LiteralKind::hashtag, LiteralKind::cashtag, LiteralKind::mention,
    LiteralKind::url,                                             // asked by host, not by token
    LiteralKind::emoji, LiteralKind::from,    LiteralKind::from,  // emoticons and punctuation: no operand is one
};
LiteralKind literal_of(const Token& token) { return kLiteralOfToken[static_cast<std::size_t>(token.kind)]; }

bool is_asked(TokenKind kind) {
  return kind != TokenKind::url && kind != TokenKind::emoticon && kind != TokenKind::punctuation;
}

constexpr std::size_t kNoWord = std::numeric_limits<std::size_t>::max();

/// Whether a phrase may go on across this token: punctuation, and a hashtag, whose parts stand behind it.
bool is_crossed(const Token& token) { return token.kind == TokenKind::punctuation || token.kind == TokenKind::hashtag; }

std::size_t next_word(const Tokens& tokens, std::size_t i) {
  for (++i; i < tokens.tokens.size(); ++i) {
    if (tokens.tokens[i].kind == TokenKind::word) return i;
    if (!is_crossed(tokens.tokens[i])) break;
  }
  return kNoWord;
}

std::size_t word_before(const Tokens& tokens, std::size_t i) {
  while (i-- > 0) {
    if (tokens.tokens[i].kind == TokenKind::word) return i;
    if (!is_crossed(tokens.tokens[i])) break;
  }
  return kNoWord;
}

/// Whether the words after token `i` are these, parted by single spaces.
bool words_follow(const Tokens& tokens, std::size_t i, std::string_view words) {
  while (!words.empty()) {
    i = next_word(tokens, i);
    if (i == kNoWord) return false;
    const std::string_view word = tokens.view(tokens.tokens[i]);
    if (!words.starts_with(word)) return false;
    words.remove_prefix(word.size());
    if (words.empty()) return true;
    if (words.front() != ' ') return false;
    words.remove_prefix(1);
  }
  return true;
}

/// Whether the words before token `i` are these.
bool words_precede(const Tokens& tokens, std::size_t i, std::string_view words) {
  while (!words.empty()) {
    i = word_before(tokens, i);
    if (i == kNoWord) return false;
    const std::string_view word = tokens.view(tokens.tokens[i]);
    if (!words.ends_with(word)) return false;
    words.remove_suffix(word.size());
    if (words.empty()) return true;
    if (words.back() != ' ') return false;
    words.remove_suffix(1);
  }
  return true;
}

/// "example.com" of "https://user@example.com:80/path".
std::string_view host_of(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
  return url.substr(0, url.find(':'));
}

std::string_view primary_subtag(std::string_view lang) { return lang.substr(0, lang.find_first_of("-_")); }

bool lies_below(std::string_view host, std::string_view domain) {
  return host.ends_with(domain) && (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

}  // namespace

void RuleSet::Scratch::Memory::begin(std::size_t operand_count, std::size_t rule_count) {
  if (stamp == std::numeric_limits<uint32_t>::max()) {
    for (std::vector<uint32_t>* marks : {&present, &absent, &rules, &matched}) std::ranges::fill(*marks, 0);
    stamp = 0;
  }
  ++stamp;
  // Another set of rules may have used this memory: its stamps are older than this message.
  if (present.size() < operand_count) present.resize(operand_count, 0);
  if (absent.size() < operand_count) absent.resize(operand_count, 0);
  if (rules.size() < rule_count) {
    rules.resize(rule_count, 0);
    matched.resize(rule_count, 0);
  }
  candidates.clear();
}

Finder::Finder(const CompiledRules& rules, const Message& message, const Tokens& tokens, const Circumstances& beside,
               RuleSet::Scratch::Memory& memory)
    : rules_(rules), message_(message), tokens_(tokens), beside_(beside), memory_(memory) {
  memory.begin(rules.operands.size(), rules.ids.size());
  look_through_tokens();
  if (tokens.hashtags > 0) look_at_whole_hashtags();
  look_beside_text();
}

void Finder::look_through_tokens() {
  const Dictionary& dictionary = rules_.dictionary;
  const TokenList& tokens = tokens_.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const LiteralKind kind = literal_of(tokens[i]);
    const uint64_t key = Dictionary::key(kind, tokens[i].hash);
    if (dictionary.may_hold(key)) [[unlikely]]
      found_token(i, kind, key);
  }
  if (dictionary.holds(LiteralKind::stem)) {
    for (const Token& token : tokens) {
      if (token.kind == TokenKind::word) found_stem(tokens_.view(token));
    }
  }
  if (dictionary.holds(LiteralKind::url)) {
    for (const Token& token : tokens) {
      if (token.kind == TokenKind::url) found_url(tokens_.view(token));
    }
  }
}

/// A hashtag whose words were guessed is also the one word that it may have been.
void Finder::look_at_whole_hashtags() {
  for (std::size_t i = 0; i + 1 < tokens_.tokens.size(); ++i) {
    const Token& whole = tokens_.tokens[i];
    if (whole.kind != TokenKind::hashtag || (tokens_.tokens[i + 1].flags & kGuessed) == 0) continue;
    const Literal* literal = look_up(LiteralKind::word, tokens_.view(whole));
    if (literal != nullptr && literal->operand != kNoOperand) found(literal->operand);
  }
}

/// Looks for what stands beside the text, only where a rule waits for such a thing.
void Finder::look_beside_text() {
  const Dictionary& dictionary = rules_.dictionary;
  if (dictionary.holds(LiteralKind::hashtag)) {
    for (const std::string_view tag : message_.tags) found_tag(tag);
  }
  if (dictionary.holds(LiteralKind::mention)) {
    for (const std::string_view mention : message_.mentions) found_lower(LiteralKind::mention, mention);
  }
  if (dictionary.holds(LiteralKind::from)) {
    found_lower(LiteralKind::from, message_.author);
    found_lower(LiteralKind::from, message_.author_name);
  }
  if (dictionary.holds(LiteralKind::lang)) found_lower(LiteralKind::lang, primary_subtag(message_.lang));
  if (dictionary.holds(LiteralKind::url)) {
    for (const std::string_view link : message_.links) found_url(link);
  }
  if (rules_.looks_further) [[unlikely]]
    look_further();
}

/// For what few rules wait for.
void Finder::look_further() {
  const Dictionary& dictionary = rules_.dictionary;
  if (dictionary.holds(LiteralKind::to)) look_for_addressees();
  if (dictionary.holds(LiteralKind::source)) found_lower(LiteralKind::source, beside_.source);
  if (dictionary.holds(LiteralKind::list)) {
    for (const std::string_view list : beside_.lists) found_lower(LiteralKind::list, list);
  }
  if (rules_.any_facts) look_at_facts();
  if (rules_.patterns.any_covers()) look_for_patterns();
}

/// A message is to whom it answers, and to those whose mentions it begins with.
void Finder::look_for_addressees() {
  found_lower(LiteralKind::to, message_.reply_to_author);
  for (const Token& token : tokens_.tokens) {
    if (token.kind != TokenKind::mention) break;
    const Literal* literal = look_up(LiteralKind::to, tokens_.view(token));
    if (literal != nullptr) found(literal->operand);
  }
}

bool Finder::is_to(std::string_view name) {
  if (lower(message_.reply_to_author) == name) return true;
  for (const Token& token : tokens_.tokens) {
    if (token.kind != TokenKind::mention) break;
    if (tokens_.view(token) == name) return true;
  }
  return false;
}

void Finder::look_at_facts() {
  for (std::size_t i = 0; i < kFacts; ++i) {
    if (rules_.facts[i] != kNoOperand && is(static_cast<Fact>(i))) found(rules_.facts[i]);
  }
}

bool Finder::is(Fact fact) const {
  switch (fact) {
    case Fact::reply: return !message_.reply_to.empty();
    case Fact::reshare: return message_.op == Op::reshare;
    case Fact::question: return tokens_.questions > 0;
    case Fact::link: return tokens_.links > 0 || !message_.links.empty();
  }
  return false;
}

void Finder::look_for_patterns() {
  rules_.patterns.find(message_.text, memory_.patterns, [this](OperandId operand) { found(operand); });
}

void Finder::found(OperandId operand) {
  uint32_t& mark = memory_.present[static_cast<std::size_t>(operand)];
  if (mark == memory_.stamp) return;
  mark = memory_.stamp;
  for (const uint32_t rule : rules_.candidates_of(operand)) {
    if (memory_.rules[rule] == memory_.stamp) continue;
    memory_.rules[rule] = memory_.stamp;
    memory_.candidates.push_back(rule);
  }
}

const Literal* Finder::look_up(LiteralKind kind, std::string_view text) const {
  const uint64_t key = Dictionary::key(kind, word_hash(text));
  return rules_.dictionary.may_hold(key) ? rules_.dictionary.find(key, kind, text) : nullptr;
}

void Finder::found_token(std::size_t i, LiteralKind kind, uint64_t key) {
  if (!is_asked(tokens_.tokens[i].kind)) return;
  const Literal* literal = rules_.dictionary.find(key, kind, tokens_.view(tokens_.tokens[i]));
  if (literal == nullptr) return;
  if (literal->operand != kNoOperand) found(literal->operand);
  if (literal->begins_pair) found_pair(i, next_word(tokens_, i));
  if (literal->ends_pair) found_pair(word_before(tokens_, i), i);
}

void Finder::found_pair(std::size_t first, std::size_t second) {
  if (first == kNoWord || second == kNoWord) return;
  const Token& one = tokens_.tokens[first];
  const Token& two = tokens_.tokens[second];
  const Literal* pair = rules_.dictionary.find_pair(one.hash, tokens_.view(one), two.hash, tokens_.view(two));
  if (pair == nullptr) return;
  for (const Continuation& phrase : pair->longer) {
    if (words_precede(tokens_, first, phrase.before) && words_follow(tokens_, second, phrase.after)) {
      found(phrase.operand);
    }
  }
}

void Finder::found_stem(std::string_view word) {
  if (word.size() < kPrefixLetters) return;
  const Literal* stem = look_up(LiteralKind::stem, word.substr(0, kPrefixLetters));
  if (stem == nullptr) return;
  word.remove_prefix(kPrefixLetters);
  for (const Continuation& prefix : stem->longer) {
    if (word.starts_with(prefix.after)) found(prefix.operand);
  }
}

void Finder::found_lower(LiteralKind kind, std::string_view text) {
  if (text.empty()) return;
  const Literal* literal = look_up(kind, lower(text));
  if (literal != nullptr) found(literal->operand);
}

void Finder::found_tag(std::string_view tag) {
  const Literal* literal = look_up(LiteralKind::hashtag, normal_tag(tag));
  if (literal != nullptr) found(literal->operand);
}

/// A rule names a domain; the host is it or lies below it.
void Finder::found_url(std::string_view url) {
  std::string_view host = lower(host_of(url));
  while (!host.empty()) {
    const Literal* literal = look_up(LiteralKind::url, host);
    if (literal != nullptr) found(literal->operand);
    const std::size_t dot = host.find('.');
    if (dot == std::string_view::npos) return;
    host.remove_prefix(dot + 1);
  }
}

bool Finder::holds(std::size_t at) {
  const uint32_t word = rules_.code[at];
  const Code::Kind kind = Code::kind_of(word);
  const uint32_t value = Code::value_of(word);
  if (kind == Code::Kind::present) return is_present(value);
  if (kind == Code::Kind::absent) return !is_present(value);
  const bool decides = kind == Code::Kind::any;
  const std::size_t end = at + 1 + value;
  for (std::size_t part = at + 1; part < end; part += Code::size_of(rules_.code[part])) {
    if (holds(part) == decides) return decides;
  }
  return !decides;
}

bool Finder::is_present(uint32_t operand) {
  if (memory_.present[operand] == memory_.stamp) return true;
  const AskedOperand& asked = rules_.operands[operand];
  if (asked.covers || memory_.absent[operand] == memory_.stamp) return false;
  const bool there = look_for(asked);
  (there ? memory_.present : memory_.absent)[operand] = memory_.stamp;
  return there;
}

/// Looks for an operand that is in no cover.
bool Finder::look_for(const AskedOperand& asked) {
  const std::string_view text = asked.operand.text;
  const auto any_token = [this](TokenKind kind, auto fits) {
    return std::ranges::any_of(tokens_.tokens,
                               [&](const Token& token) { return token.kind == kind && fits(tokens_.view(token)); });
  };
  switch (asked.operand.kind) {
    case OperandKind::word: return has_token(asked) || is_whole_hashtag(asked);
    case OperandKind::emoji:
    case OperandKind::cashtag: return has_token(asked);
    case OperandKind::hashtag:
      return has_token(asked) ||
             std::ranges::any_of(message_.tags, [&](std::string_view tag) { return normal_tag(tag) == text; });
    case OperandKind::mention:
      return has_token(asked) ||
             std::ranges::any_of(message_.mentions, [&](std::string_view who) { return lower(who) == text; });
    case OperandKind::prefix: return any_token(TokenKind::word, [&](auto word) { return word.starts_with(text); });
    case OperandKind::phrase: {
      if (!may_have(asked.hash)) return false;
      const std::size_t space = text.find(' ');
      for (std::size_t i = 0; i < tokens_.tokens.size(); ++i) {
        const Token& token = tokens_.tokens[i];
        if (token.kind != TokenKind::word || tokens_.view(token) != text.substr(0, space)) continue;
        if (words_follow(tokens_, i, text.substr(space + 1))) return true;
      }
      return false;
    }
    case OperandKind::from: return lower(message_.author) == text || lower(message_.author_name) == text;
    case OperandKind::to: return is_to(text);
    case OperandKind::source: return lower(beside_.source) == text;
    case OperandKind::list: return std::ranges::any_of(beside_.lists, [&](auto list) { return lower(list) == text; });
    case OperandKind::fact: return is(asked.fact);
    case OperandKind::pattern: return rules_.patterns.holds(asked.id, message_.text);
    case OperandKind::lang: return lower(primary_subtag(message_.lang)) == text;
    case OperandKind::url: {
      const auto leads_there = [&](std::string_view url) { return lies_below(lower(host_of(url)), text); };
      return any_token(TokenKind::url, leads_there) || std::ranges::any_of(message_.links, leads_there);
    }
  }
  return false;
}

/// As look_at_whole_hashtags() does.
bool Finder::is_whole_hashtag(const AskedOperand& asked) {
  if (tokens_.hashtags == 0 || !may_have(asked.hash)) return false;
  const TokenList& tokens = tokens_.tokens;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::hashtag && (tokens[i + 1].flags & kGuessed) != 0 &&
        tokens_.view(tokens[i]) == asked.operand.text)
      return true;
  }
  return false;
}

bool Finder::has_token(const AskedOperand& asked) {
  if (!may_have(asked.hash)) return false;
  return std::ranges::any_of(tokens_.tokens, [&](const Token& token) {
    return token.hash == asked.hash && token.kind == asked.token && tokens_.view(token) == asked.operand.text;
  });
}

/// Whether a token with this hash may be there. A few operands are simply looked for among all tokens; but a rule
/// may hold hundreds, and then a filter over the tokens pays.
bool Finder::may_have(uint64_t hash) {
  constexpr uint32_t kFew = 4;
  if (asked_ < kFew) {
    ++asked_;
    return true;
  }
  const auto word = [](uint64_t h) { return (h >> 20) % std::tuple_size_v<decltype(filter_)>; };
  const auto bit = [](uint64_t h) { return uint64_t{1} << (h >> 58); };
  if (asked_ == kFew) {
    ++asked_;
    filter_.fill(0);
    for (const Token& token : tokens_.tokens) filter_[word(token.hash)] |= bit(token.hash);
  }
  return (filter_[word(hash)] & bit(hash)) != 0;
}

/// ASCII letters small; holds until the next call.
std::string_view Finder::lower(std::string_view text) {
  memory_.lower.assign(text);
  for (char& c : memory_.lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return memory_.lower;
}

/// A declared hashtag as the tokenizer would write it; holds until the next call.
std::string_view Finder::normal_tag(std::string_view tag) {
  const bool ascii = std::ranges::none_of(tag, [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
  if (ascii) return lower(tag);
  memory_.lower.assign("#");
  memory_.lower += tag;
  text::tokenize(memory_.lower, memory_.tokens);
  const TokenList& tokens = memory_.tokens.tokens;
  const bool whole = !tokens.empty() && tokens.front().kind == TokenKind::hashtag;
  return whole ? memory_.tokens.view(tokens.front()) : std::string_view();
}

}  // namespace roomtone::topics
