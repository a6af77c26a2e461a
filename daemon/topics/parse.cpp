#include <algorithm>
#include <array>
#include <string>

#include "base/limits.hpp"
#include "model/key.hpp"
#include "model/tokens.hpp"
#include "text/tokenize.hpp"
#include "topics/patterns.hpp"
#include "topics/rule.hpp"

namespace roomtone::topics {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool ends_operand(char c) { return is_space(c) || c == '(' || c == ')' || c == '"'; }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 40;
  return "'" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "...'" : "'");
}

/// "a [[source]] of the configuration: posts, bsky".
std::string one_of(std::string_view table, const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  std::string text = "a [[" + std::string(table) + "]] of the configuration";
  if (names.empty()) return text + ", which has none";
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i == 0 ? ": " : ", ") + names[i];
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

using Read = tl::expected<Expression, Misread>;

/// Reads by recursive descent: any := all ("OR" all)*, all := one+, one := "-"? ( operand | "(" any ")" ).
class Parser {
 public:
  Parser(std::string_view rule, const Named* named) : rule_(rule), named_(named) {}

  Read parse() {
    if (rule_.size() > limits::kRuleBytes) {
      return wrong("a rule of " + std::to_string(rule_.size()) + " bytes",
                   "at most " + std::to_string(limits::kRuleBytes));
    }
    skip_spaces();
    if (at_end()) return wrong("an empty rule", "a word, \"phrase\", #hashtag or another operand");
    auto expression = any(0);
    if (!expression) return expression;
    if (!at_end()) return wrong("')'", "the end of the rule: no '(' is open");
    if (matches_nothing_said(with_negations_inside(*expression))) {
      at_ = 0;
      return wrong("a rule that negations alone can satisfy", "something that a message must contain");
    }
    return expression;
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= rule_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : rule_[at_]; }
  void skip_spaces() {
    while (!at_end() && is_space(rule_[at_])) ++at_;
  }
  /// The run of characters at `at_` that would be an operand without quotes.
  [[nodiscard]] std::string_view bare() const {
    std::size_t end = at_;
    while (end < rule_.size() && !ends_operand(rule_[end])) ++end;
    return rule_.substr(at_, end - at_);
  }
  [[nodiscard]] tl::unexpected<Misread> wrong(const std::string& found, const std::string& expected) const {
    const auto before = rule_.substr(0, at_);
    const auto characters = std::ranges::count_if(before, [](char c) { return !is_continuation(c); });
    return tl::unexpected<Misread>(
        Misread{static_cast<std::size_t>(characters) + 1, "found " + found + ", expected " + expected});
  }

  Read any(std::size_t depth) {
    std::vector<Expression> parts;
    while (true) {
      auto part = all(depth);
      if (!part) return part;
      parts.push_back(std::move(*part));
      if (bare() != "OR") return joined(Expression::Kind::any, std::move(parts));
      at_ += 2;
      skip_spaces();
    }
  }

  Read all(std::size_t depth) {
    std::vector<Expression> parts;
    while (!at_end() && peek() != ')' && bare() != "OR") {
      auto part = one(depth);
      if (!part) return part;
      parts.push_back(std::move(*part));
      skip_spaces();
    }
    if (parts.empty()) {
      return wrong(at_end() ? "the end of the rule" : peek() == ')' ? "')'" : "'OR'", "an operand or '('");
    }
    return joined(Expression::Kind::all, std::move(parts));
  }

  static Expression joined(Expression::Kind kind, std::vector<Expression> parts) {
    if (parts.size() == 1) return std::move(parts.front());
    Expression whole;
    whole.kind = kind;
    whole.parts = std::move(parts);
    return whole;
  }

  Read one(std::size_t depth) {
    const bool negated = peek() == '-';
    if (negated) {
      ++at_;
      if (at_end() || is_space(peek()) || peek() == '-' || peek() == ')') {
        return wrong(at_end() ? "the end of the rule" : quoted(rule_.substr(at_, 1)),
                     "an operand or '(' directly behind '-'");
      }
    }
    auto inner = peek() == '(' ? group(depth) : operand();
    // A group may itself be one negated operand: -(-a).
    if (inner && negated) inner->negated = !inner->negated;
    return inner;
  }

  Read group(std::size_t depth) {
    if (depth == kRuleDepth) {
      return wrong("'('", "at most " + std::to_string(kRuleDepth) + " of them inside each other");
    }
    const std::size_t opened = at_++;
    skip_spaces();
    auto inner = any(depth + 1);
    if (!inner) return inner;
    if (peek() != ')') {
      at_ = opened;
      return wrong("'(' that is not closed", "its ')'");
    }
    ++at_;
    return inner;
  }

  Read operand() {
    if (++terms_ > limits::kRuleTerms) {
      return wrong("operand number " + std::to_string(terms_), "at most " + std::to_string(limits::kRuleTerms));
    }
    if (peek() == '"') return phrase();
    if (peek() == '/') return pattern();
    const std::string_view written = bare();
    switch (written.front()) {
      case '#': return sign(written, TokenKind::hashtag, OperandKind::hashtag, "a hashtag such as #derby");
      case '$': return sign(written, TokenKind::cashtag, OperandKind::cashtag, "a cashtag such as $TSLA");
      case '@': return sign(written, TokenKind::mention, OperandKind::mention, "a mention such as @name");
      default: break;
    }
    if (written == "AND") return wrong("'AND'", "operands side by side: a space means \"and\"");
    if (written == "NOT") return wrong("'NOT'", "'-' directly before what is not wanted");
    const std::size_t colon = written.find(':');
    if (colon != std::string_view::npos && colon != 0) return operation(written, colon);
    return word(written);
  }

  Read taken(OperandKind kind, std::string text, std::size_t size) {
    at_ += size;
    Expression expression;
    expression.operand = {kind, std::move(text)};
    return expression;
  }

  Read word(std::string_view written) {
    const bool prefix = written.ends_with('*');
    Tokens tokens;
    text::tokenize(prefix ? written.substr(0, written.size() - 1) : written, tokens);
    const bool one = tokens.tokens.size() == 1;
    if (one && !prefix && tokens.tokens[0].kind == TokenKind::emoji) {
      return taken(OperandKind::emoji, std::string(tokens.view(tokens.tokens[0])), written.size());
    }
    if (!one || tokens.tokens[0].kind != TokenKind::word || written.find('*') < written.size() - 1) {
      return wrong(quoted(written), "one word, or several in quotes");
    }
    std::string text(tokens.view(tokens.tokens[0]));
    if (!prefix) return taken(OperandKind::word, std::move(text), written.size());
    if (std::ranges::count_if(text, [](char c) { return !is_continuation(c); }) < static_cast<long>(kPrefixLetters)) {
      return wrong(quoted(written), "at least " + std::to_string(kPrefixLetters) + " letters before '*'");
    }
    return taken(OperandKind::prefix, std::move(text), written.size());
  }

  Read phrase() {
    const std::size_t closing = rule_.find('"', at_ + 1);
    if (closing == std::string_view::npos) return wrong("'\"' that is not closed", "its '\"'");
    const std::string_view written = rule_.substr(at_, closing + 1 - at_);
    Tokens tokens;
    text::tokenize(written.substr(1, written.size() - 2), tokens);
    std::string text;
    std::size_t words = 0;
    for (const Token& token : tokens.tokens) {
      if (token.kind == TokenKind::punctuation) continue;
      if (token.kind != TokenKind::word) return wrong(quoted(written), "words only between quotes");
      if (words++ != 0) text += ' ';
      text += tokens.view(token);
    }
    if (words == 0) return wrong(quoted(written), "a word between the quotes");
    return taken(words == 1 ? OperandKind::word : OperandKind::phrase, std::move(text), written.size());
  }

  /// Between slashes, spaces and all; a slash inside has a backslash before it.
  Read pattern() {
    std::size_t closing = at_ + 1;
    while (closing < rule_.size() && rule_[closing] != '/') closing += rule_[closing] == '\\' ? 2 : 1;
    if (closing >= rule_.size()) return wrong("'/' that is not closed", "a pattern with its '/'");
    const std::string text(rule_.substr(at_ + 1, closing - at_ - 1));
    if (text.empty()) return wrong("'//'", "a pattern between the slashes");
    if (const auto fault = fault_of_pattern(text)) return wrong(quoted('/' + text + '/'), "a pattern: " + *fault);
    const std::size_t next = closing + 1;
    if (next < rule_.size() && !is_space(rule_[next]) && rule_[next] != ')') {
      at_ = next;
      return wrong(quoted(rule_.substr(at_, 1)) + " behind a pattern", "a space or ')'; '\\/' is a slash inside");
    }
    return taken(OperandKind::pattern, text, next - at_);
  }

  Read sign(std::string_view written, TokenKind token, OperandKind kind, const std::string& expected) {
    Tokens tokens;
    text::tokenize(written, tokens);
    const auto rest = [](const Token& part) { return (part.flags & kFromHashtag) != 0; };
    const bool whole = !tokens.tokens.empty() && tokens.tokens.front().kind == token &&
                       std::all_of(tokens.tokens.begin() + 1, tokens.tokens.end(), rest);
    if (!whole) return wrong(quoted(written), expected);
    return taken(kind, std::string(tokens.view(tokens.tokens.front())), written.size());
  }

  Read fact(std::string_view written, const std::string& expected) {
    const std::string asked = lower_ascii(written);
    if (std::ranges::find(kFactNames, asked) == std::end(kFactNames)) return wrong(quoted(written), expected);
    return taken(OperandKind::fact, asked, written.size());
  }

  Read operation(std::string_view written, std::size_t colon) {
    const std::string_view name = written.substr(0, colon);
    if (name == "is") return fact(written, "is:reply, is:reshare or is:question");
    if (name == "has") return fact(written, "has:link");
    if (name == "tag") {
      auto tag = sign("#" + std::string(written.substr(colon + 1)), TokenKind::hashtag, OperandKind::hashtag, "");
      if (!tag) return wrong(quoted(written), "a hashtag without its sign, such as tag:derby");
      at_ += colon;  // of "tag:" one is taken already, as the sign
      return tag;
    }
    std::string value = lower_ascii(written.substr(colon + 1));
    const auto all_of = [&](auto allowed) { return !value.empty() && std::ranges::all_of(value, allowed); };
    const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
    if (name == "from" || name == "to") {
      if (value.starts_with('@')) value.erase(0, 1);
      if (value.empty()) return wrong(quoted(written), "a handle or id directly behind '" + std::string(name) + ":'");
      return taken(name == "from" ? OperandKind::from : OperandKind::to, std::move(value), written.size());
    }
    if (name == "source" || name == "list") {
      if (!valid_topic_id(value))
        return wrong(quoted(written), "the name of a " + std::string(name) + ": 1 to 64 of a-z, 0-9, '_' and '-'");
      if (named_ != nullptr) {
        const std::vector<std::string>& there = name == "source" ? named_->sources : named_->lists;
        if (std::ranges::find(there, value) == there.end()) return wrong(quoted(written), one_of(name, there));
      }
      return taken(name == "source" ? OperandKind::source : OperandKind::list, std::move(value), written.size());
    }
    if (name == "lang") {
      if (!all_of(small) || value.size() < 2 || value.size() > 3) {
        return wrong(quoted(written), "a language of two or three letters such as lang:en");
      }
      return taken(OperandKind::lang, std::move(value), written.size());
    }
    if (name == "url") {
      const auto host = [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
      if (!all_of(host) || value.starts_with('.') || value.ends_with('.')) {
        return wrong(quoted(written), "a domain such as url:example.com");
      }
      return taken(OperandKind::url, std::move(value), written.size());
    }
    return wrong("the operator " + quoted(written.substr(0, colon + 1)),
                 "from:, to:, lang:, url:, is:, has:, tag:, source: or list:");
  }

  std::string_view rule_;
  const Named* named_;
  std::size_t at_ = 0;
  std::size_t terms_ = 0;
};

}  // namespace

tl::expected<Expression, Misread> read_rule(std::string_view rule, const Named* named) {
  return Parser(rule, named).parse();
}

Result<Expression> parse_rule(std::string_view rule, const Named* named) {
  auto read = read_rule(rule, named);
  if (read) return std::move(*read);
  return fail(ErrorCode::invalid_argument, "column " + std::to_string(read.error().column) + ": " + read.error().what);
}

}  // namespace roomtone::topics
