#include "topics/examples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "topics/explain.hpp"
#include "unit/topics/matching.hpp"

namespace roomtone::topics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> failing(const std::vector<TopicSpec>& specs) {
  const auto rules = RuleSet::compile(specs, 100);
  ROOMTONE_ASSERT(rules.has_value());
  return failing_examples(specs, *rules);
}

TEST(Examples, ThatAreTrueAreNotNamed) {
  EXPECT_THAT(failing({{.id = "race",
                        .rule = "race -crypto",
                        .entities = {{"sham", "sham"}},
                        .match = {{.text = "a race"}},
                        .no_match = {{.text = "a crypto race"}, {.text = "a crab"}}},
                       {.id = "oaks", .rule = "oaks", .match = {{.text = "the oaks"}}}}),
              IsEmpty());
}

TEST(Examples, ThatAreNotTrueAreNamedWithWhy) {
  EXPECT_THAT(failing({{.id = "race",
                        .rule = "(race OR \"big day\") -crypto",
                        .match = {{.text = "a race"}, {.text = "a crypto race"}, {.text = "the day"}},
                        .no_match = {{.text = "this big day"}},
                        .where = "rules.toml:3"}}),
              ElementsAre("rules.toml:3: topics.race: match[1] 'a crypto race' does not match: it has crypto",
                          "rules.toml:3: topics.race: match[2] 'the day' does not match: it lacks race, \"big day\"",
                          "rules.toml:3: topics.race: no_match[0] 'this big day' matches: it has \"big day\"; it "
                          "lacks crypto"));
}

TEST(Examples, MayTellWhatStandsBesideTheText) {
  EXPECT_THAT(failing({{.id = "all",
                        .rule = "from:ann to:bob lang:en source:bsky list:press #race url:a.org is:reply is:reshare",
                        .match = {{.text = "hello",
                                   .lang = "en-GB",
                                   .from = "Ann",
                                   .to = "bob",
                                   .source = "bsky",
                                   .lists = {"press"},
                                   .tags = {"Race"},
                                   .links = {"http://a.org"},
                                   .reshare = true}}}}),
              IsEmpty());
}

TEST(Examples, OfAnEventAreOfItsTime) {
  const Instant start = *parse_rfc3339("2026-05-02T22:30:00Z");
  EXPECT_THAT(failing({{.id = "race", .rule = "race", .start = start, .end = start + 1h, .match = {{.text = "race"}}},
                       {.id = "over", .rule = "race", .end = start, .match = {{.text = "race"}}}}),
              IsEmpty());
}

struct ReasonCase {
  const char* name;
  const char* rule;
  const char* reason;
};
class Reason : public testing::TestWithParam<ReasonCase> {};
TEST_P(Reason, NamesTheOperandsThatDecide) {
  Message message;
  message.text = "a big day for the horse?";
  Tokens tokens;
  text::tokenize(message.text, tokens);
  const Explanation explanation = explain(*parse_rule(GetParam().rule), message, tokens, {});
  EXPECT_EQ(reason(explanation), GetParam().reason);
  EXPECT_EQ(explanation.holds(), matches(GetParam().rule, message));
}
INSTANTIATE_TEST_SUITE_P(
    Rules, Reason,
    testing::Values(ReasonCase{"all_that_is_there", "horse day", "it has horse, day"},
                    ReasonCase{"first_that_is_missing", "horse race crab", "it lacks race"},
                    ReasonCase{"first_alternative_that_is_there", "race OR day OR horse", "it has day"},
                    ReasonCase{"every_alternative_that_is_not", "race OR crab", "it lacks race, crab"},
                    ReasonCase{"what_must_not_be_there", "horse -day", "it has day"},
                    ReasonCase{"negated_group", "horse -(day big)", "it has day, big"},
                    ReasonCase{"each_kind_as_it_is_written",
                               "xyz* OR \"x y\" OR #x OR $x OR @x OR from:x OR to:x OR lang:xx OR url:x",
                               "it lacks xyz*, \"x y\", #x, $x, @x, from:x, to:x, lang:xx and 1 more"},
                    ReasonCase{"facts_and_patterns", "is:question /big +day/ -source:x -list:x -🐎",
                               "it has is:question, /big +day/; it lacks source:x, list:x, 🐎"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Explanation, IsTheTreeOfTheRule) {
  Message message;
  message.text = "a horse";
  Tokens tokens;
  text::tokenize(message.text, tokens);
  const Explanation whole = explain(*parse_rule("horse -(race OR crab)"), message, tokens, {});
  ASSERT_EQ(whole.parts.size(), 2U);
  EXPECT_TRUE(whole.holds());
  EXPECT_EQ(whole.parts[0].operand, "horse");
  EXPECT_TRUE(whole.parts[1].negated);
  EXPECT_FALSE(whole.parts[1].found);
  EXPECT_TRUE(whole.parts[1].holds());
}

}  // namespace
}  // namespace roomtone::topics
