#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "topics/rule.hpp"
#include "unit/topics/matching.hpp"

namespace roomtone::topics {
namespace {

using testing::HasSubstr;

struct ErrorCase {
  const char* name;
  std::string rule;
  const char* error;
};
class Refused : public testing::TestWithParam<ErrorCase> {};
TEST_P(Refused, SaysWhereAndWhy) {
  const auto rules = compiled({GetParam().rule});
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(rules.error().context, HasSubstr(std::string("topic 't0': ") + GetParam().error));
}

std::string repeated(const std::string& part, std::size_t n) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i) all += part;
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    Rules, Refused,
    testing::Values(
        ErrorCase{"empty", "", "column 1: found an empty rule, expected a word"},
        ErrorCase{"only_spaces", "   ", "column 4: found an empty rule"},
        ErrorCase{"only_a_negation", "-a", "column 1: found a rule that negations alone can satisfy"},
        ErrorCase{"alternative_negation", "a OR -b", "column 1: found a rule that negations alone can satisfy"},
        ErrorCase{"negated_group", "-(a b)", "column 1: found a rule that negations alone can satisfy"},
        ErrorCase{"open_parenthesis", "a (b c", "column 3: found '(' that is not closed, expected its ')'"},
        ErrorCase{"closing_parenthesis", "a b) c", "column 4: found ')', expected the end of the rule"},
        ErrorCase{"empty_group", "a ()", "column 4: found ')', expected an operand or '('"},
        ErrorCase{"open_quote", "a \"b", "column 3: found '\"' that is not closed, expected its '\"'"},
        ErrorCase{"empty_quotes", "\"\"", "column 1: found '\"\"', expected a word between the quotes"},
        ErrorCase{"hashtag_in_quotes", "\"a #b\"", "column 1: found '\"a #b\"', expected words only between quotes"},
        ErrorCase{"unknown_operator", "über place:x",
                  "column 6: found the operator 'place:', expected from:, to:, lang:, url:, is:, has:, tag:, source: "
                  "or list:"},
        ErrorCase{"or_at_the_end", "a OR", "column 5: found the end of the rule, expected an operand"},
        ErrorCase{"or_at_the_beginning", "OR a", "column 1: found 'OR', expected an operand"},
        ErrorCase{"and_in_capitals", "a AND b", "column 3: found 'AND', expected operands side by side"},
        ErrorCase{"not_in_capitals", "a NOT b", "column 3: found 'NOT', expected '-'"},
        ErrorCase{"minus_alone", "a - b", "column 4: found ' ', expected an operand or '(' directly behind '-'"},
        ErrorCase{"minus_twice", "a --b", "column 4: found '-'"},
        ErrorCase{"minus_at_the_end", "a -", "column 4: found the end of the rule"},
        ErrorCase{"two_words_in_one", "rock&roll",
                  "column 1: found 'rock&roll', expected one word, or several in quotes"},
        ErrorCase{"star_alone", "*", "column 1: found '*'"},
        ErrorCase{"star_inside", "ho*se", "column 1: found 'ho*se'"},
        ErrorCase{"short_prefix", "ho*", "column 1: found 'ho*', expected at least 3 letters before '*'"},
        ErrorCase{"hashtag_of_digits", "#1", "column 1: found '#1', expected a hashtag"},
        ErrorCase{"sign_alone", "$", "column 1: found '$', expected a cashtag"},
        ErrorCase{"mention_with_rest", "@a!", "column 1: found '@a!', expected a mention"},
        ErrorCase{"from_nobody", "from:", "column 1: found 'from:', expected a handle or id"},
        ErrorCase{"long_language", "lang:english", "column 1: found 'lang:english', expected a language"},
        ErrorCase{"path_in_domain", "url:a.org/x", "column 1: found 'url:a.org/x', expected a domain"},
        ErrorCase{"to_nobody", "to:@", "column 1: found 'to:@', expected a handle or id directly behind 'to:'"},
        ErrorCase{"unknown_fact", "a is:verified", "column 3: found 'is:verified', expected is:reply, is:reshare"},
        ErrorCase{"has_something_else", "has:gold", "column 1: found 'has:gold', expected has:link"},
        ErrorCase{"tag_of_two_words", "tag:a&b", "column 1: found 'tag:a&b', expected a hashtag without its sign"},
        ErrorCase{"source_that_is_no_name", "source:a.b",
                  "column 1: found 'source:a.b', expected the name of a source"},
        ErrorCase{"list_without_name", "list:", "column 1: found 'list:', expected the name of a list"},
        ErrorCase{"open_pattern", "a /b", "column 3: found '/' that is not closed, expected a pattern"},
        ErrorCase{"empty_pattern", "//", "column 1: found '//', expected a pattern between the slashes"},
        ErrorCase{"broken_pattern", "a /b(c/", "column 3: found '/b(c/', expected a pattern: missing ): b(c"},
        ErrorCase{"pattern_of_nothing", "/a*/",
                  "column 1: found '/a*/', expected a pattern: it is found in an empty text"},
        ErrorCase{"slash_inside_a_pattern", "/a/b/", "column 4: found 'b' behind a pattern, expected a space or ')'"},
        ErrorCase{"large_pattern", "/((x{100}){100})y/", "column 1: found"},
        ErrorCase{"too_many_bytes", std::string(limits::kRuleBytes + 1, 'a'),
                  "column 1: found a rule of 4097 bytes, expected at most 4096"},
        ErrorCase{"too_many_operands", repeated("a ", limits::kRuleTerms + 1),
                  "column 513: found operand number 257, expected at most 256"},
        ErrorCase{"too_deep", repeated("(", kRuleDepth + 1) + "a", "column 33: found '(', expected at most 32"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Rules, AsManyOperandsAsAllowedAreAccepted) { EXPECT_TRUE(compiled({repeated("a ", limits::kRuleTerms)})); }
TEST(Rules, AsDeepAsAllowedIsAccepted) {
  EXPECT_TRUE(compiled({repeated("(", kRuleDepth) + "a" + repeated(")", kRuleDepth)}));
}

TEST(Rules, ABadIdIsRefused) {
  const std::vector<TopicSpec> specs = {{"Derby", "derby"}};
  const auto rules = RuleSet::compile(specs, 10);
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().context, HasSubstr("topic 'Derby': found a bad id"));
}

TEST(Rules, AnIdGivenTwiceIsRefused) {
  const std::vector<TopicSpec> specs = {{"derby", "derby"}, {"oaks", "oaks"}, {"derby", "horse"}};
  const auto rules = RuleSet::compile(specs, 10);
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().context, HasSubstr("topic 'derby': found twice"));
}

TEST(Rules, AnEntitysErrorNamesItsTopicAndItself) {
  const std::vector<TopicSpec> specs = {{.id = "derby", .rule = "derby", .entities = {{"citation", "a AND b"}}}};
  const auto rules = RuleSet::compile(specs, 10);
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().context, HasSubstr("topic 'derby', entity 'citation': column 3: found 'AND'"));
}

TEST(Rules, AnEntitysIdIsChecked) {
  const std::vector<TopicSpec> bad = {{.id = "derby", .rule = "derby", .entities = {{"a/b", "a"}}}};
  EXPECT_THAT(RuleSet::compile(bad, 10).error().context, HasSubstr("topic 'derby', entity 'a/b': found a bad id"));
  const std::vector<TopicSpec> twice = {{.id = "derby", .rule = "derby", .entities = {{"a", "a"}, {"a", "b"}}}};
  EXPECT_THAT(RuleSet::compile(twice, 10).error().context, HasSubstr("topic 'derby', entity 'a': found twice"));
}

TEST(Rules, EntitiesCountAsTopicsDo) {
  const std::vector<TopicSpec> specs = {{.id = "derby", .rule = "derby", .entities = {{"a", "a"}, {"b", "b"}}}};
  EXPECT_TRUE(RuleSet::compile(specs, 3));
  EXPECT_THAT(RuleSet::compile(specs, 2).error().context, HasSubstr("found 3 topics and entities, expected at most 2"));
}

TEST(Rules, AnEventThatEndsBeforeItStartsIsRefused) {
  const Instant noon = instant_of_micros(1'000'000);
  const std::vector<TopicSpec> specs = {{.id = "derby", .rule = "derby", .start = noon, .end = noon}};
  EXPECT_THAT(RuleSet::compile(specs, 10).error().context, HasSubstr("found an end that is not after the start"));
}

TEST(Rules, MorePatternsThanAllowedAreRefused) {
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < limits::kPatterns; ++i) rules.push_back("/p" + std::to_string(i) + "x/");
  EXPECT_TRUE(compiled(rules));
  rules.push_back("/p0x/ again");  // the same one
  EXPECT_TRUE(compiled(rules));
  rules.emplace_back("word /another/");
  const auto refused = compiled(rules);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().context, HasSubstr("found more than 256 patterns"));
}

TEST(Rules, MoreTopicsThanAllowedAreRefused) {
  const std::vector<TopicSpec> specs = {{"derby", "derby"}, {"oaks", "oaks"}};
  const auto rules = RuleSet::compile(specs, 1);
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().context, HasSubstr("found 2 topics, expected at most 1"));
}

}  // namespace
}  // namespace roomtone::topics
