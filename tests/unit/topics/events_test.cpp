#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "unit/topics/matching.hpp"

namespace roomtone::topics {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Instant kStart = *parse_rfc3339("2026-05-02T22:30:00Z");
const Instant kEnd = *parse_rfc3339("2026-05-02T23:30:00Z");
constexpr std::chrono::microseconds kMoment{1};

std::vector<std::string> heard(const RuleSet& rules, std::string_view text, Instant at = kStart) {
  Message message;
  message.text = text;
  message.event_time = at;
  std::vector<std::string> ids;
  for (const uint32_t place : matches(rules, message)) ids.emplace_back(rules.id(TopicIndex{place}));
  return ids;
}

RuleSet set_of(const std::vector<TopicSpec>& specs) {
  auto rules = RuleSet::compile(specs, 100);
  ROOMTONE_ASSERT(rules.has_value());
  return std::move(*rules);
}

struct TimeCase {
  const char* name;
  Instant start;
  Instant end;
  Instant at;
  bool heard;
};
class Events : public testing::TestWithParam<TimeCase> {};
TEST_P(Events, S12_HearNothingOutsideTheirTimes) {
  const auto& [name, start, end, at, expected] = GetParam();
  const RuleSet rules = set_of({{.id = "derby", .rule = "derby", .start = start, .end = end}});
  EXPECT_EQ(heard(rules, "the derby", at).size(), expected ? 1U : 0U);
}
INSTANTIATE_TEST_SUITE_P(Rules, Events,
                         testing::Values(TimeCase{"before", kStart, kEnd, kStart - kMoment, false},
                                         TimeCase{"at_the_start", kStart, kEnd, kStart, true},
                                         TimeCase{"just_before_the_end", kStart, kEnd, kEnd - kMoment, true},
                                         TimeCase{"at_the_end", kStart, kEnd, kEnd, false},
                                         TimeCase{"start_alone", kStart, kNoInstant, kEnd, true},
                                         TimeCase{"end_alone", kNoInstant, kEnd, kStart - 24h, true},
                                         TimeCase{"no_times", kNoInstant, kNoInstant, kNoInstant, true}),
                         [](const auto& row) { return std::string(row.param.name); });

const std::vector<TopicSpec> kRace = {
    {.id = "before", .rule = "secretariat"},
    {.id = "derby",
     .rule = "derby OR #race",
     .tags = {"sport", "horses"},
     .start = kStart,
     .end = kEnd,
     .entities = {{"secretariat", "secretariat OR \"big red\""}, {"sham", "sham"}, {"derby", "derby"}}},
    {.id = "after", .rule = "sham"}};

TEST(Entities, S13_AreHeardUnderTheirTopicOnly) {
  const RuleSet rules = set_of(kRace);
  EXPECT_THAT(heard(rules, "big red at the #race"), ElementsAre("derby", "derby/e/secretariat"));
  EXPECT_THAT(heard(rules, "secretariat and sham in the derby"),
              ElementsAre("before", "derby", "derby/e/secretariat", "derby/e/sham", "derby/e/derby", "after"));
  EXPECT_THAT(heard(rules, "big red is what I wear"), IsEmpty());
  EXPECT_THAT(heard(rules, "sham"), ElementsAre("after"));
}

TEST(Entities, S13_KeepTheTimesOfTheirTopic) {
  EXPECT_THAT(heard(set_of(kRace), "sham in the derby", kEnd), ElementsAre("after"));
}

TEST(Entities, S13_EachEqualsARecount) {
  const RuleSet rules = set_of(kRace);
  const char* const subjects[] = {"secretariat", "sham", "nobody"};
  const char* const places[] = {"at the derby", "#race", "at home"};
  std::map<std::string, int> counts;
  for (int i = 0; i < 900; ++i) {
    const std::string text = std::string(subjects[i % 3]) + " ran " + places[(i / 3) % 3];
    for (const std::string& id : heard(rules, text)) ++counts[id];
  }
  EXPECT_EQ(counts["derby"], 600);
  EXPECT_EQ(counts["derby/e/secretariat"], 200);
  EXPECT_EQ(counts["derby/e/sham"], 200);
}

TEST(Rules, AnEntityHasTheTagsAndVersionOfItsTopic) {
  const RuleSet rules = set_of(kRace);
  EXPECT_FALSE(rules.is_entity(TopicIndex{1}));
  EXPECT_TRUE(rules.is_entity(TopicIndex{2}));
  EXPECT_THAT(rules.tags(TopicIndex{2}), ElementsAre("sport", "horses"));
  EXPECT_THAT(rules.tags(TopicIndex{5}), IsEmpty());
  EXPECT_EQ(rules.version(TopicIndex{2}), rules.version(TopicIndex{1}));
}

TEST(Rules, AVersionTellsApartWhatIsHeard) {
  const TopicSpec topic = kRace[1];
  std::set<uint64_t> versions = {version_of(topic)};
  std::vector<TopicSpec> others(7, topic);
  others[0].rule += " OR oaks";
  others[1].tags = {"sporthorses"};
  others[2].start = kNoInstant;
  others[3].end += kMoment;
  others[4].entities.pop_back();
  others[5].entities[1].rule = "Sham";
  others[6].id = "oaks";
  for (const TopicSpec& other : others) versions.insert(version_of(other));
  EXPECT_EQ(versions.size(), 8U);
  TopicSpec same = topic;
  same.where = "elsewhere:1";
  same.match = {{.text = "derby"}};
  EXPECT_EQ(version_of(same), version_of(topic));
  EXPECT_THAT(version_text(version_of(topic)), testing::MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(version_text(version_of(topic)).size(), 8U);
}

TEST(Rules, TheVersionOfAllChangesWithAnyOne) {
  std::vector<TopicSpec> other = kRace;
  other[2].rule = "sham -wow";
  EXPECT_NE(set_of(kRace).version(), set_of(other).version());
  EXPECT_EQ(set_of(kRace).version(), set_of(kRace).version());
}

}  // namespace
}  // namespace roomtone::topics
