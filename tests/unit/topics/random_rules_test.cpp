#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "topics/rule.hpp"
#include "unit/topics/matching.hpp"

namespace roomtone::topics {
namespace {

/// What a message holds, as plain strings: the other way of saying what a rule means.
struct Said {
  const Message& message;
  const Tokens& tokens;
  const Circumstances& beside;

  [[nodiscard]] bool has(TokenKind kind, const std::string& text) const {
    return std::ranges::any_of(tokens.tokens,
                               [&](const Token& t) { return t.kind == kind && std::string(tokens.view(t)) == text; });
  }
  [[nodiscard]] bool has_token(TokenKind kind) const {
    return std::ranges::any_of(tokens.tokens, [&](const Token& t) { return t.kind == kind; });
  }
  [[nodiscard]] bool opens_with(const std::string& name) const {
    const auto end = std::ranges::find_if(tokens.tokens, [](const Token& t) { return t.kind != TokenKind::mention; });
    return std::any_of(tokens.tokens.begin(), end, [&](const Token& t) { return std::string(tokens.view(t)) == name; });
  }
  [[nodiscard]] static std::string lower(std::string_view text) {
    std::string low(text);
    std::ranges::transform(low, low.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return low;
  }
  /// Words in stretches that a phrase may lie in, each word with a space before and after it.
  [[nodiscard]] std::vector<std::string> stretches() const {
    std::vector<std::string> all = {" "};
    for (const Token& t : tokens.tokens) {
      if (t.kind == TokenKind::word) {
        all.back() += std::string(tokens.view(t)) + " ";
      } else if (t.kind != TokenKind::punctuation && t.kind != TokenKind::hashtag) {
        all.emplace_back(" ");
      }
    }
    return all;
  }
  [[nodiscard]] bool leads_to(std::string_view url, const std::string& domain) const {
    std::string host = lower(url);
    if (const auto at = host.find("://"); at != std::string::npos) host = host.substr(at + 3);
    host = host.substr(0, host.find('/'));
    return host == domain || host.ends_with("." + domain);
  }

  [[nodiscard]] bool has(const Operand& operand) const {
    const std::string& text = operand.text;
    switch (operand.kind) {
      case OperandKind::word: return has(TokenKind::word, text);
      case OperandKind::emoji: return has(TokenKind::emoji, text);
      case OperandKind::cashtag: return has(TokenKind::cashtag, text);
      case OperandKind::prefix:
        return std::ranges::any_of(tokens.tokens, [&](const Token& t) {
          return t.kind == TokenKind::word && tokens.view(t).starts_with(text);
        });
      case OperandKind::phrase: {
        const auto all = stretches();
        return std::ranges::any_of(all,
                                   [&](const std::string& s) { return s.find(" " + text + " ") != std::string::npos; });
      }
      case OperandKind::hashtag:
        return has(TokenKind::hashtag, text) ||
               std::ranges::any_of(message.tags, [&](auto tag) { return lower(tag) == text; });
      case OperandKind::mention:
        return has(TokenKind::mention, text) ||
               std::ranges::any_of(message.mentions, [&](auto who) { return lower(who) == text; });
      case OperandKind::from: return lower(message.author) == text || lower(message.author_name) == text;
      case OperandKind::to: return lower(message.reply_to_author) == text || opens_with(text);
      case OperandKind::source: return beside.source == text;
      case OperandKind::list: return std::ranges::find(beside.lists, text) != beside.lists.end();
      case OperandKind::pattern: return lower(message.text).find(text) != std::string::npos;  // these are plain words
      case OperandKind::fact:
        return text == "is:reply"      ? !message.reply_to.empty()
               : text == "is:reshare"  ? message.op == Op::reshare
               : text == "is:question" ? lower(message.text).find('?') != std::string::npos
                                       : !message.links.empty() || has_token(TokenKind::url);
      case OperandKind::lang: return lower(message.lang.substr(0, 2)) == text;
      case OperandKind::url:
        return std::ranges::any_of(message.links, [&](auto link) { return leads_to(link, text); }) ||
               std::ranges::any_of(tokens.tokens, [&](const Token& t) {
                 return t.kind == TokenKind::url && leads_to(tokens.view(t), text);
               });
    }
    return false;
  }
  [[nodiscard]] bool satisfies(const Expression& rule) const {
    const auto holds = [this](const Expression& part) { return satisfies(part); };
    const bool plain = rule.kind == Expression::Kind::operand ? has(rule.operand)
                       : rule.kind == Expression::Kind::all   ? std::ranges::all_of(rule.parts, holds)
                                                              : std::ranges::any_of(rule.parts, holds);
    return plain != rule.negated;
  }
};

/// Rules and messages from few words, so that they meet often.
class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  std::string rule(int depth = 0) {
    const int parts = 1 + below(3);
    std::string all;
    for (int i = 0; i < parts; ++i) {
      if (i != 0) all += below(3) == 0 ? " OR " : " ";
      if (below(4) == 0) all += '-';
      if (depth < 4 && below(3) == 0) {
        all += "(" + rule(depth + 1) + ")";
      } else {
        all += operand();
      }
    }
    return all;
  }
  std::string text() {
    std::string all;
    for (int i = below(14); i > 0; --i) {
      static constexpr std::string_view kOthers[] = {
          "#RaceDay", "#race", "$TSLA", "@bob", "@bob@host.org", "🐎", "http://a.example.com/x", ",",
          "...",      ":)",    "DAY!",  "?",    "@bob"};
      all += below(3) == 0 ? std::string(kOthers[below(std::size(kOthers))]) : word();
      if (below(5) != 0) all += ' ';
    }
    return all;
  }
  int below(std::size_t n) { return static_cast<int>(random_() % n); }

 private:
  std::string word() {
    static constexpr std::string_view kWords[] = {"race", "races", "day", "horse", "bob", "a", "Derby", "tsla", "über"};
    return std::string(kWords[below(std::size(kWords))]);
  }
  std::string operand() {
    static constexpr std::string_view kOperands[] = {
        "#raceday",   "#race",           "$tsla",    "@bob",     "@bob@host.org",
        "🐎",          "url:example.com", "url:com",  "from:bob", "lang:en",
        "rac*",       "race*",           "hor*",     "to:bob",   "is:reply",
        "is:reshare", "is:question",     "has:link", "tag:race", "source:lines",
        "list:press", "/race/",          "/day/",    "/orse/",   "/bob/"};
    switch (below(4)) {
      case 0: return std::string(kOperands[below(std::size(kOperands))]);
      case 1: {
        std::string phrase = "\"" + word();
        for (int i = 1 + below(3); i > 0; --i) phrase += " " + word();
        return phrase + "\"";
      }
      default: return word();
    }
  }
  std::mt19937 random_;
};

class RandomRules : public testing::TestWithParam<uint32_t> {};

TEST_P(RandomRules, MatchAsTheirPlainMeaning) {
  Generator generator(GetParam());
  std::vector<std::string> rules;
  std::vector<Expression> meanings;
  while (rules.size() < 100) {
    std::string rule = generator.rule();
    auto meaning = parse_rule(rule);
    if (!meaning) continue;  // negations alone
    rules.push_back(std::move(rule));
    meanings.push_back(std::move(*meaning));
  }
  const auto set = compiled(rules);
  ASSERT_TRUE(set) << set.error().context;
  RuleSet::Scratch scratch;
  Tokens tokens;
  std::size_t matched = 0;
  for (int round = 0; round < 200; ++round) {
    const std::string text = generator.text();
    Message message;
    message.text = text;
    if (generator.below(3) == 0) message.author_name = "Bob";
    if (generator.below(2) == 0) message.lang = "en-US";
    if (generator.below(4) == 0) message.tags = {"RACE"};
    if (generator.below(4) == 0) message.links = {"https://example.com"};
    if (generator.below(4) == 0) message.mentions = {"bob"};
    if (generator.below(4) == 0) message.reply_to = "1";
    if (generator.below(8) == 0) message.reply_to_author = "BOB";
    if (generator.below(4) == 0) message.op = Op::reshare;
    Circumstances beside;
    if (generator.below(2) == 0) beside.source = "lines";
    const std::string_view lists[] = {"press", "friends"};
    beside.lists = std::span(lists).first(static_cast<std::size_t>(generator.below(3)));
    text::tokenize(message.text, tokens);
    const Said said{message, tokens, beside};
    std::vector<TopicIndex> expected;
    for (uint32_t i = 0; i < meanings.size(); ++i) {
      if (said.satisfies(meanings[i])) expected.push_back(TopicIndex{i});
    }
    std::vector<TopicIndex> found;
    set->match(message, tokens, beside, scratch, found);
    ASSERT_EQ(found, expected) << "seed " << GetParam() << ", text: " << text;
    matched += found.size();
  }
  EXPECT_GT(matched, 500U);  // the words do meet
}
INSTANTIATE_TEST_SUITE_P(Seeds, RandomRules, testing::Range(1U, 41U));

}  // namespace
}  // namespace roomtone::topics
