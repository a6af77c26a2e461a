#include "topics/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "unit/topics/matching.hpp"

namespace roomtone::topics {
namespace {

using testing::ElementsAre;

/// Cells of a row of the table of examples: rule, message, answer. Empty for other lines.
std::vector<std::string> cells_of(const std::string& line) {
  if (!line.starts_with("| `") || !(line.ends_with("| yes |") || line.ends_with("| no |"))) return {};
  const std::size_t rule_end = line.find("` | ");
  const std::size_t message_end = line.rfind(" | ");
  std::string rule = line.substr(3, rule_end - 3);
  for (std::size_t at = rule.find("\\|"); at != std::string::npos; at = rule.find("\\|", at)) rule.erase(at, 1);
  return {rule, line.substr(rule_end + 4, message_end - rule_end - 4),
          line.substr(message_end + 3, line.size() - message_end - 5)};
}

TEST(Rules, TheExamplesOfTheManualAreTrue) {
  std::ifstream manual(ROOMTONE_SOURCE_DIR "/deploy/TOPICS.md");
  int examples = 0;
  for (std::string line; std::getline(manual, line);) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.empty()) continue;
    ++examples;
    EXPECT_EQ(matches(cells[0], cells[1]), cells[2] == "yes") << line;
  }
  EXPECT_GT(examples, 20);
}

struct TextCase {
  const char* name;
  const char* rule;
  const char* text;
  bool matches;
};
class Text : public testing::TestWithParam<TextCase> {};
TEST_P(Text, Decides) { EXPECT_EQ(matches(GetParam().rule, GetParam().text), GetParam().matches) << GetParam().rule; }
INSTANTIATE_TEST_SUITE_P(
    Rules, Text,
    testing::Values(TextCase{"nothing_in_an_empty_text", "a", "", false},
                    TextCase{"word_of_a_hashtag", "racing", "#HorseRacing", true},
                    TextCase{"word_of_a_hashtag_without_gaps", "team", "#lovethisteam", true},
                    TextCase{"phrase_of_a_hashtag_without_gaps", "\"this team\"", "#lovethisteam", true},
                    TextCase{"hashtag_without_gaps_as_one_word", "lovethisteam", "#lovethisteam", true},
                    TextCase{"hashtag_without_gaps_as_one_word_beside_a_rarer", "extraordinarily lovethisteam",
                             "extraordinarily #lovethisteam", true},
                    TextCase{"hashtag_with_capitals_is_not_one_word", "lovethisteam", "#LoveThisTeam", false},
                    TextCase{"hashtag_is_no_part", "#racing", "#HorseRacing", false},
                    TextCase{"word_beyond_ascii", "ÜBER", "ganz über alles", true},
                    TextCase{"phrase_of_three", "\"a b c\"", "x a b c y", true},
                    TextCase{"phrase_cut_short", "\"a b c\"", "x a b", false},
                    TextCase{"phrase_at_its_second_chance", "\"a b c\"", "a b a b c", true},
                    TextCase{"phrases_with_one_beginning", "\"a b d\"", "a b d", true},
                    TextCase{"phrase_does_not_end_inside_a_word", "\"a b c\"", "a b cd", false},
                    TextCase{"phrase_of_one_word", "\"derby\"", "derby", true},
                    TextCase{"phrase_over_a_hashtag", "\"a b c\"", "a #BC c", false},
                    TextCase{"phrase_into_a_hashtag", "\"the big day\"", "the #BigDay", true},
                    TextCase{"phrase_over_a_mention", "\"a b\"", "a @x b", false},
                    TextCase{"phrase_over_a_link", "\"a b\"", "a http://x.org b", false},
                    TextCase{"prefix_is_the_word", "hor*", "hor", true},
                    TextCase{"prefix_longer_than_the_word", "horse*", "hors", false},
                    TextCase{"prefix_beyond_ascii", "übel*", "so übelst", true},
                    TextCase{"negated_alone_in_group", "a -(-b)", "a b", true},
                    TextCase{"negated_group_of_or", "a -(b OR c)", "a c", false},
                    TextCase{"or_without_parentheses", "a OR b c", "a", true},
                    TextCase{"or_needs_capitals", "a or b", "a b", false},
                    TextCase{"url_without_scheme", "url:example.com", "on example.com/x", true},
                    TextCase{"url_with_port_and_user", "url:example.com", "http://me@Example.com:80/", true},
                    TextCase{"url_in_a_path_is_no_host", "url:b.org", "http://a.org/b.org", false}),
    [](const auto& row) { return std::string(row.param.name); });

Message declared() {
  Message message;
  message.text = "nothing here";
  message.author = "did:plc:ABC";
  message.author_name = "Jay.bsky.team";
  message.lang = "en-GB";
  message.tags = {"HorseRacing", "ÜberGut"};
  message.mentions = {"Bob@host.org"};
  message.links = {"https://News.example.org/x"};
  return message;
}

struct BesideCase {
  const char* name;
  const char* rule;
  bool matches;
};
class Beside : public testing::TestWithParam<BesideCase> {};
TEST_P(Beside, TheTextCounts) { EXPECT_EQ(matches(GetParam().rule, declared()), GetParam().matches); }
INSTANTIATE_TEST_SUITE_P(Rules, Beside,
                         testing::Values(BesideCase{"author_by_id", "from:did:plc:abc", true},
                                         BesideCase{"author_by_handle", "from:@jay.bsky.TEAM", true},
                                         BesideCase{"another_author", "from:jay", false},
                                         BesideCase{"language_by_primary_subtag", "lang:en", true},
                                         BesideCase{"another_language", "lang:de", false},
                                         BesideCase{"declared_tag", "#horseracing", true},
                                         BesideCase{"declared_tag_beyond_ascii", "#übergut", true},
                                         BesideCase{"parts_of_a_declared_tag_are_not_said", "racing", false},
                                         BesideCase{"declared_mention", "@bob@HOST.org", true},
                                         BesideCase{"declared_link", "url:example.org", true},
                                         BesideCase{"another_domain", "url:ample.org", false},
                                         BesideCase{"undeclared_language_is_not_any", "nothing -lang:en", false}),
                         [](const auto& row) { return std::string(row.param.name); });

Message answering() {
  Message message;
  message.text = "@Jay @Bob@host.org who won? see http://example.org @ann";
  message.reply_to = "17";
  message.reply_to_author = "did:plc:XYZ";
  return message;
}

class Answering : public testing::TestWithParam<BesideCase> {};
TEST_P(Answering, IsToldByFactsAndCircumstances) {
  const std::string_view lists[] = {"trainers", "press"};
  EXPECT_EQ(matches(GetParam().rule, answering(), {"bsky", lists}), GetParam().matches) << GetParam().rule;
}
INSTANTIATE_TEST_SUITE_P(
    Answers, Answering,
    testing::Values(
        BesideCase{"whom_it_answers", "to:did:plc:xyz", true}, BesideCase{"whom_it_begins_with", "to:@jay", true},
        BesideCase{"the_second_it_begins_with", "to:bob@host.org", true},
        BesideCase{"whom_it_mentions_later", "to:ann", false}, BesideCase{"not_to", "won -to:jay", false},
        BesideCase{"reply", "is:reply", true}, BesideCase{"question", "is:question", true},
        BesideCase{"no_reshare", "is:reshare", false}, BesideCase{"not_a_reshare", "won -is:reshare", true},
        BesideCase{"link_of_the_text", "has:link", true}, BesideCase{"its_source", "source:bsky", true},
        BesideCase{"another_source", "source:lines", false}, BesideCase{"not_that_source", "won -source:lines", true},
        BesideCase{"first_list", "list:trainers", true}, BesideCase{"second_list", "won list:press", true},
        BesideCase{"no_list_of_his", "list:jockeys", false}, BesideCase{"pattern", "/who (won|lost)/", true},
        BesideCase{"pattern_beside_a_word", "see /WHO (won|lost)/", true},
        BesideCase{"pattern_that_is_not_there", "/^who/", false}, BesideCase{"negated_pattern", "see -/lost/", true},
        BesideCase{"pattern_with_a_slash", "/http:\\/\\/example/", true},
        BesideCase{"pattern_that_minds_capitals", "/(?-i)WHO/", false}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Rules, TopicsComeAscendingAndOnce) {
  const auto rules = compiled({"c OR d OR c", "zzz", "\"a b\" OR a", "b", "a b c d"});
  ASSERT_TRUE(rules) << rules.error().context;
  Message message;
  message.text = "d c b a b";
  EXPECT_THAT(matches(*rules, message), ElementsAre(0, 2, 3, 4));
}

TEST(Rules, MatchAppendsToWhatIsThere) {
  const auto rules = compiled({"a"});
  Message message;
  message.text = "a";
  Tokens tokens;
  text::tokenize(message.text, tokens);
  RuleSet::Scratch scratch;
  std::vector<TopicIndex> out = {TopicIndex{7}};
  rules->match(message, tokens, {}, scratch, out);
  EXPECT_THAT(out, ElementsAre(TopicIndex{7}, TopicIndex{0}));
}

TEST(Rules, ScratchServesOneSetAfterAnother) {
  const auto first = compiled({"a", "b", "c"});
  const auto second = compiled({"c -a"});
  RuleSet::Scratch scratch;
  Message message;
  message.text = "a b c";
  Tokens tokens;
  text::tokenize(message.text, tokens);
  std::vector<TopicIndex> out;
  first->match(message, tokens, {}, scratch, out);
  out.clear();
  second->match(message, tokens, {}, scratch, out);
  EXPECT_TRUE(out.empty());
}

TEST(Rules, NoRulesMatchNothing) {
  const auto rules = compiled({});
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->size(), 0U);
  Message message = declared();
  EXPECT_TRUE(matches(*rules, message).empty());
}

TEST(Rules, ATopicKeepsItsId) {
  const std::vector<TopicSpec> specs = {{"derby", "derby"}, {"oaks", "oaks"}};
  const auto rules = RuleSet::compile(specs, 2);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->id(TopicIndex{1}), "oaks");
}

}  // namespace
}  // namespace roomtone::topics
