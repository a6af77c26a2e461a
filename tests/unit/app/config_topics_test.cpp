#include "app/config_topics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "app/catalog.hpp"
#include "app/config.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kDerby = R"([topics]
oaks = 'oaks'

[topics.derby]
rule = 'derby OR "horse race"'
tags = ["sport", "horses"]
match = ["the derby", { text = "a horse race", lang = "en", from = "ann", to = "bob", source = "posts", lists = ["press"], tags = ["Race"], links = ["http://a.org"], reply = true, reshare = true }]
no_match = ["derbies"]
start = 2026-05-02T22:30:00Z
end = "2026-05-03T01:30:00+02:00"

[topics.derby.entities]
secretariat = 'secretariat OR "big red"'
sham = 'sham'
)";

/// The indented parts of the manual that begin with a table of topics.
std::string topics_of_the_manual() {
  std::ifstream manual(ROOMTONE_SOURCE_DIR "/deploy/TOPICS.md");
  std::string text;
  bool inside = false;
  for (std::string line; std::getline(manual, line);) {
    if (!line.starts_with("    ") && !line.empty()) inside = false;
    if (line == "    [topics.derby]") inside = true;
    if (inside) text += line + "\n";
  }
  return text;
}

TEST(RulesFile, OfTheManualIsTrue) {
  const auto topics = parse_rules(topics_of_the_manual(), "TOPICS.md");
  ASSERT_TRUE(topics) << topics.error().context;
  ASSERT_EQ(topics->size(), 1U);
  EXPECT_EQ(topics->at(0).entities.size(), 2U);
  EXPECT_EQ(topics->at(0).match.size(), 2U);
  const auto rules = compile_rules(*topics, 10);
  EXPECT_TRUE(rules) << rules.error().context;
}

TEST(RulesFile, HoldsTopicsAsRulesAndAsTables) {
  const auto topics = parse_rules(kDerby, "rules.toml");
  ASSERT_TRUE(topics) << topics.error().context;
  ASSERT_EQ(topics->size(), 2U);
  const topics::TopicSpec& derby = topics->at(0);
  EXPECT_EQ(derby.id, "derby");
  EXPECT_EQ(derby.where, "rules.toml:4");
  EXPECT_EQ(derby.rule, "derby OR \"horse race\"");
  EXPECT_THAT(derby.tags, ElementsAre("sport", "horses"));
  EXPECT_EQ(derby.start, *parse_rfc3339("2026-05-02T22:30:00Z"));
  EXPECT_EQ(derby.end, *parse_rfc3339("2026-05-02T23:30:00Z"));
  EXPECT_THAT(derby.entities, ElementsAre(topics::EntitySpec{"secretariat", "secretariat OR \"big red\""},
                                          topics::EntitySpec{"sham", "sham"}));
  topics::Example whole{.text = "a horse race", .lang = "en", .from = "ann", .to = "bob", .source = "posts"};
  whole.lists = {"press"};
  whole.tags = {"Race"};
  whole.links = {"http://a.org"};
  whole.reply = whole.reshare = true;
  EXPECT_THAT(derby.match, ElementsAre(topics::Example{.text = "the derby"}, whole));
  EXPECT_THAT(derby.no_match, ElementsAre(topics::Example{.text = "derbies"}));
  EXPECT_EQ(topics->at(1).id, "oaks");
  EXPECT_EQ(topics->at(1).where, "rules.toml:2");
}

TEST(RulesFile, WrittenOutReadsTheSame) {
  const auto topics = parse_rules(kDerby, "rules.toml");
  ASSERT_TRUE(topics);
  const auto again = parse_rules(rules_text(*topics), "again");
  ASSERT_TRUE(again) << again.error().context << rules_text(*topics);
  ASSERT_EQ(again->size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(topics::version_of(again->at(i)), topics::version_of(topics->at(i)));
    EXPECT_EQ(again->at(i).match, topics->at(i).match);
    EXPECT_EQ(again->at(i).no_match, topics->at(i).no_match);
  }
}

TEST(RulesFile, RulesOfAllCharactersSurviveBeingWritten) {
  topics::TopicSpec topic;
  topic.id = "x";
  topic.rule = "\"it's\" /\\/x\\d\"'\\t/ 🐎\t-\"tripl''' quote\"";
  const auto again = parse_rules(rules_text({&topic, 1}), "again");
  ASSERT_TRUE(again) << again.error().context << rules_text({&topic, 1});
  EXPECT_EQ(again->at(0).rule, topic.rule);
}

TEST(RulesFile, WithoutTopicsIsEmpty) {
  EXPECT_THAT(*parse_rules("", "rules.toml"), IsEmpty());
  EXPECT_THAT(*parse_rules(rules_text({}), "rules.toml"), IsEmpty());
}

TEST(RulesFile, AskForSourcesAndListsThatAreThere) {
  const topics::Named named{{"posts", "bsky"}, {}};
  const auto error = [&](const std::string& rule) {
    const auto topics = parse_rules("[topics]\nderby = 'horse -" + rule + "'\n", "r.toml", &named);
    return topics ? "accepted" : topics.error().context;
  };
  EXPECT_EQ(error("source:posts"), "accepted");
  EXPECT_EQ(error("source:BSKY"), "accepted");
  EXPECT_EQ(
      error("source:nosuch"),
      "r.toml:2:17: topics.derby: found 'source:nosuch', expected a [[source]] of the configuration: posts, bsky");
  EXPECT_EQ(error("list:nosuch"),
            "r.toml:2:17: topics.derby: found 'list:nosuch', expected a [[list]] of the configuration, which has none");
  EXPECT_TRUE(parse_rules("[topics]\nderby = 'horse source:nosuch'\n", "r.toml")) << "nobody knows which there are";
}

struct WrongCase {
  const char* name;
  const char* text;
  const char* says;
};
class WrongRules : public testing::TestWithParam<WrongCase> {};
TEST_P(WrongRules, NameThePlaceWhatWasFoundAndWhatWasExpected) {
  const auto topics = parse_rules(GetParam().text, "r.toml");
  ASSERT_FALSE(topics);
  EXPECT_THAT(topics.error().context, HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    RulesFile, WrongRules,
    testing::Values(WrongCase{"operator", "[topics]\nderby = 'horse place:x'\n",
                              "r.toml:2:16: topics.derby: found the operator 'place:', expected from:"},
                    WrongCase{"operator_in_a_table", "[topics.derby]\nrule = \"\"\"\nhorse OR\n  (race\"\"\"\n",
                              "r.toml:4:3: topics.derby.rule: found '(' that is not closed, expected its ')'"},
                    WrongCase{"entity", "[topics.derby]\nrule = 'a'\n[topics.derby.entities]\nred = 'big AND red'\n",
                              "r.toml:4:12: topics.derby.entities.red: found 'AND', expected operands side by side"},
                    WrongCase{"two_at_once", "[topics]\na = '('\nb = ')'\n", "r.toml:3:6: topics.b: found ')'"},
                    WrongCase{"id", "[topics]\nDerby = 'a'\n", "r.toml:2: topics.Derby: got a bad id"},
                    WrongCase{"entity_id", "[topics.a]\nrule = 'a'\nentities = { 'a/b' = 'a' }\n",
                              "r.toml:3: topics.a.entities.a/b: got a bad id"},
                    WrongCase{"no_rule", "[topics.derby]\ntags = []\n", "r.toml:1: topics.derby.rule: missing"},
                    WrongCase{"misspelt_key", "[topics.derby]\nrule = 'a'\nmtch = []\n",
                              "topics.derby.mtch: unknown key, did you mean match?"},
                    WrongCase{"tag", "[topics.derby]\nrule = 'a'\ntags = [\"A tag\"]\n",
                              "topics.derby.tags: expected at most 16"},
                    WrongCase{"time_without_offset", "[topics.derby]\nrule = 'a'\nstart = 2026-05-02T22:30:00\n",
                              "topics.derby.start: got 2026-05-02T22:30:00, expected a time with its offset"},
                    WrongCase{"end_before_start",
                              "[topics.derby]\nrule = 'a'\nstart = 2026-05-02T22:30:00Z\nend = 2026-05-02T22:30:00Z\n",
                              "r.toml:4: topics.derby.end: is not after the start"},
                    WrongCase{"examples_that_are_no_list", "[topics.derby]\nrule = 'a'\nmatch = 'a'\n",
                              "topics.derby.match: expected a list"},
                    WrongCase{"example_that_is_no_text", "[topics.derby]\nrule = 'a'\nmatch = [5]\n",
                              "topics.derby.match: expected a text in quotes"},
                    WrongCase{"unknown_key_of_an_example", "[topics.derby]\nrule = 'a'\nmatch = [{ txt = 'a' }]\n",
                              "topics.derby.match[0].txt: unknown key, did you mean text?"},
                    WrongCase{"something_else", "[store]\npath = 'x'\n", "store: unknown key"},
                    WrongCase{"syntax", "[topics\n", "r.toml:1: syntax"}),
    [](const auto& row) { return row.param.name; });

class RulesFiles : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    const auto file = folder_.path() / name;
    std::ofstream(file) << text;
    return file.string();
  }
  Result<Config> load(const std::string& text) {
    return load_config(write("roomtone.toml", text + "[[source]]\nname = \"s\"\nkind = \"stdin\"\n"));
  }
  test::TemporaryFolder folder_;
};

TEST_F(RulesFiles, AreReadBehindTheTopicsOfTheConfiguration) {
  const std::string one = write("one.toml", "[topics]\noaks = 'oaks'\n");
  const std::string two = write("two.toml", "[topics]\nguineas = 'guineas'\n");
  const auto config = load("[topics]\nderby = 'derby'\n[rules]\nfiles = [\"" + one + "\", \"" + two + "\"]\n");
  ASSERT_TRUE(config) << config.error().context;
  std::vector<std::string> ids;
  for (const auto& topic : config->topics) ids.push_back(topic.id);
  EXPECT_THAT(ids, ElementsAre("derby", "oaks", "guineas"));
}

TEST_F(RulesFiles, TellTheirProblemsWithAllOthers) {
  const std::string one = write("one.toml", "[topics]\noaks = 'oaks)'\n");
  const auto config = load("[log]\nlevel = 5\n[rules]\nfiles = [\"" + one + "\", \"/nowhere/r.toml\"]\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().context, HasSubstr("one.toml:2:13: topics.oaks: found ')'"));
  EXPECT_THAT(config.error().context, HasSubstr("rules.files: open the rules /nowhere/r.toml"));
  EXPECT_THAT(config.error().context, HasSubstr("log.level"));
}

TEST_F(RulesFiles, MayNotNameATopicAgain) {
  const std::string one = write("one.toml", "[topics]\noaks = 'oaks'\n");
  const auto config = load("[topics]\noaks = 'oaks'\n[rules]\nfiles = [\"" + one + "\"]\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().context,
              testing::MatchesRegex(".*one.toml:2: topics.oaks: stands at .*roomtone.toml:2 already"));
}

}  // namespace
}  // namespace roomtone::app
