#include "cli/phrases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "cli/scenario_topics.hpp"
#include "cli/text_composer.hpp"
#include "model/key.hpp"

namespace roomtone::cli {
namespace {

struct Line {
  Activity activity;
  std::string_view text;
};

std::vector<Line> all_lines() {
  std::vector<Line> out;
  for (std::size_t a = 0; a < kActivities; ++a)
    for (std::size_t t = 0; t < kTongues; ++t)
      for (std::size_t m = 0; m < 3; ++m)
        for (const auto line :
             sentences_of(static_cast<Activity>(a), static_cast<Tongue>(t), static_cast<MoodLabel>(m)))
          out.push_back({static_cast<Activity>(a), line});
  return out;
}

TEST(Phrases, ThereAreSeveralHundred) { EXPECT_GT(all_lines().size(), 300U); }

TEST(Phrases, MeanTheSameInJsonAndInHtml) {
  for (const Line& line : all_lines())
    EXPECT_EQ(line.text.find_first_of("\"\\<>&\n"), std::string_view::npos) << line.text;
}

TEST(Phrases, NoSentenceIsThereTwice) {
  std::set<std::string_view> seen;
  for (const Line& line : all_lines()) EXPECT_TRUE(seen.insert(line.text).second) << line.text;
}

TEST(Phrases, NoSentenceNamesAnotherRoom) {
  for (const Line& line : all_lines()) {
    for (std::size_t a = 0; a < kActivities; ++a) {
      const auto other = static_cast<Activity>(a);
      if (anchors_of(other).data() == anchors_of(line.activity).data()) continue;
      for (const auto anchor : anchors_of(other)) EXPECT_FALSE(holds_anchor(line.text, anchor)) << line.text;
    }
  }
}

TEST(Phrases, NoSentenceHoldsAWordByWhichGeneratedTopicsAreFound) {
  for (const Line& line : all_lines())
    for (const auto kind : generated_topic_kinds()) EXPECT_FALSE(holds_anchor(line.text, kind)) << line.text;
}

TEST(GeneratedTopics, AllTenThousandAreDifferentAndValidKeys) {
  std::set<std::string> ids;
  for (const GeneratedTopic& topic : generated_topics(kGeneratedTopicsMax)) {
    EXPECT_TRUE(valid_topic_id(topic.rule.id)) << topic.rule.id;
    EXPECT_TRUE(ids.insert(topic.rule.id).second) << topic.rule.id;
  }
}

TEST(GeneratedTopics, FewerAreAPrefixOfMore) {
  const auto few = generated_topics(7);
  const auto more = generated_topics(70);
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].rule.id, more[i].rule.id);
}

TEST(TopicsToml, IsATableOfRules) {
  EXPECT_THAT(topics_toml(2), testing::HasSubstr("[topics]\nwedding = 'wedding OR \"anna and leo\""));
  EXPECT_THAT(topics_toml(2), testing::HasSubstr("\nselfordham-observatory = 'selfordham observatory'\n"));
}

struct AnchorCase {
  std::string name;
  std::string text;
  std::string anchor;
  bool held;
};
class Anchors : public testing::TestWithParam<AnchorCase> {};
TEST_P(Anchors, MatchWholeWords) { EXPECT_EQ(holds_anchor(GetParam().text, GetParam().anchor), GetParam().held); }
INSTANTIATE_TEST_SUITE_P(TextComposer, Anchors,
                         testing::Values(AnchorCase{"other_case", "DERBY day", "derby", true},
                                         AnchorCase{"inside_a_word", "derbyshire", "derby", false},
                                         AnchorCase{"before_punctuation", "what a derby!", "derby", true},
                                         AnchorCase{"a_phrase", "My Lumen 3 died", "lumen 3", true},
                                         AnchorCase{"a_longer_number", "Lumen 30", "lumen 3", false},
                                         AnchorCase{"a_hashtag", "x #Lumen3", "#lumen3", true},
                                         AnchorCase{"a_hashtag_is_no_word_of_it", "x #Lumen3", "lumen 3", false}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::cli
