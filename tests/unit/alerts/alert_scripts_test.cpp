#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/alerts/alert_script.hpp"

// The life of an alert as scripts on a virtual clock, in the manner of Alertmanager's own tests: what happens at which
// second, and exactly which notifications have to come of it, between which seconds.

namespace roomtone::alerts {
namespace {

Act tone(int64_t at_s, std::string key, double value) {
  return {at_s, [key, value](Scene& scene) { scene.rooms[key].tone = value; }};
}
Act talk(int64_t at_s, std::string key, Talk value) {
  return {at_s, [key, value](Scene& scene) { scene.rooms[key] = value; }};
}
Act blind(int64_t at_s, bool value) {
  return {at_s, [value](Scene& scene) { scene.blind = value; }};
}
Act coverage(int64_t at_s, double value) {
  return {at_s, [value](Scene& scene) { scene.coverage = value; }};
}
Act tell(int64_t at_s, std::string key, AlertKind kind, bool is_so) {
  return {at_s, [=](Scene& scene) { scene.told[key] = {kind, is_so}; }};
}
Act restart(int64_t at_s) {
  return {at_s, [](Scene& scene) { scene.restart = true; }};
}

Act down(int64_t at_s, bool value) {
  return {at_s, [value](Scene& scene) { scene.down = value; }};
}

constexpr int64_t kHour = 3600;

std::vector<Script> scripts() {
  std::vector<Script> all;
  all.push_back({.name = "a flat room says nothing", .rooms = {{"t/derby", {}}}, .until_s = 24 * kHour});
  all.push_back({.name = "a fall is told once, and is over after an hour at the new normal",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.3)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {kHour, kHour + 120, "t/derby tone_shift down resolved"}}});
  all.push_back(
      {.name = "a rise has its direction",
       .rooms = {{"t/derby", {}}},
       .acts = {tone(0, "t/derby", 0.5)},
       .expected = {{0, 60, "t/derby tone_shift up firing"}, {kHour, kHour + 120, "t/derby tone_shift up resolved"}}});
  all.push_back(
      {.name = "a tone that comes back resolves, and coming back is no alert",
       .rooms = {{"t/derby", {}}},
       .acts = {tone(0, "t/derby", -0.3), tone(600, "t/derby", 0.1)},
       .expected = {{0, 60, "t/derby tone_shift down firing"}, {600, 700, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "a tone that comes half of the way back still fires, and is told no more",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.5), tone(1800, "t/derby", -0.15)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {kHour, kHour + 120, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "a tone that falls further is the same alert with a new level, and holds anew",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.2), tone(1800, "t/derby", -0.6)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {1800, 1860, "t/derby tone_shift down firing"},
                              {1800 + kHour, 1800 + kHour + 120, "t/derby tone_shift down resolved"}}});
  all.push_back(
      {.name = "a flapping tone is told once for each cool-down",
       .rooms = {{"t/derby", {}}},
       .acts = {tone(0, "t/derby", -0.3), tone(100, "t/derby", 0.1), tone(200, "t/derby", -0.3),
                tone(300, "t/derby", 0.1), tone(400, "t/derby", -0.3), tone(500, "t/derby", 0.1)},
       .expected = {{0, 60, "t/derby tone_shift down firing"}, {100, 200, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "what falls while it cools down and stays there is raised at the end of it",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.3), tone(100, "t/derby", 0.1), tone(300, "t/derby", -0.3)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {100, 200, "t/derby tone_shift down resolved"},
                              {700, 810, "t/derby tone_shift down firing"},
                              {700 + kHour, 4500, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "after the cool-down the same may be told again",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.3), tone(100, "t/derby", 0.1), tone(1000, "t/derby", -0.3)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {100, 200, "t/derby tone_shift down resolved"},
                              {1000, 1060, "t/derby tone_shift down firing"},
                              {1000 + kHour, 4800, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "a fall in the first hour of a room is not told",
                 .rooms = {{"t/other", {}}},
                 .acts = {talk(0, "t/derby", {}), tone(1800, "t/derby", -0.3)}});
  all.push_back({.name = "a fall by fewer voices than asked for is not told",
                 .rooms = {{"t/derby", {.voices = 4}}},
                 .acts = {tone(0, "t/derby", -0.3)}});
  all.push_back({.name = "a fall is told once enough voices are heard",
                 .rooms = {{"t/derby", {.voices = 4}}},
                 .acts = {tone(0, "t/derby", -0.3), {300, [](Scene& scene) { scene.rooms["t/derby"].voices = 40; }}},
                 .expected = {{300, 340, "t/derby tone_shift down firing"},
                              {300 + kHour, 4100, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "a blind source resolves nothing and raises nothing",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.3), blind(300, true), blind(3 * kHour, false)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {300, 306, "t/derby tone_shift down unknown"},
                              {3 * kHour, 3 * kHour + 6, "t/derby tone_shift down firing"},
                              {4 * kHour - 300, 4 * kHour, "t/derby tone_shift down resolved"}},
                 .until_s = 6 * kHour});
  all.push_back({.name = "a blind source that comes back to the former tone resolves",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.3), blind(300, true), tone(400, "t/derby", 0.1), blind(900, false)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {300, 306, "t/derby tone_shift down unknown"},
                              {900, 906, "t/derby tone_shift down firing"},
                              {900, 1000, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "low coverage makes unknown, too",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.3), coverage(300, 0.05), coverage(600, 0.9), tone(900, "t/derby", 0.1)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {300, 306, "t/derby tone_shift down unknown"},
                              {600, 606, "t/derby tone_shift down firing"},
                              {900, 1000, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "while nothing was heard is no silence of a room",
                 .rooms = {{"t/derby", {}}},
                 .acts = {blind(0, true), blind(6 * kHour, false)},
                 .until_s = 12 * kHour});
  all.push_back({.name = "a restart while it fires tells it again under the same id",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.3), restart(300)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {300, 300, "t/derby tone_shift down firing"},
                              {kHour, kHour + 120, "t/derby tone_shift down resolved"}}});
  all.push_back(
      {.name = "a restart while it cools down does not forget that",
       .rooms = {{"t/derby", {}}},
       .acts = {tone(0, "t/derby", -0.3), tone(100, "t/derby", 0.1), restart(250), tone(300, "t/derby", -0.3),
                tone(400, "t/derby", 0.1)},
       .expected = {{0, 60, "t/derby tone_shift down firing"}, {100, 200, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "a surge of volume is told and is over when it ebbs",
                 .rooms = {{"t/derby", {}}, {"t/other", {}}},
                 .acts = {talk(48 * kHour, "t/derby", {.per_second = 12}), talk(48 * kHour + 1200, "t/derby", {})},
                 .expected = {{48 * kHour, 48 * kHour + 310, "t/derby volume_spike up firing"},
                              {48 * kHour + 1200, 48 * kHour + 2110, "t/derby volume_spike up resolved"}},
                 .until_s = 50 * kHour,
                 .rules = {.budget = {.days_between_false_alarms = 0.5}}});
  all.push_back({.name = "a room that falls silent is told, and is over when it speaks",
                 .rooms = {{"t/derby", {}}, {"t/other", {}}},
                 .acts = {talk(48 * kHour, "t/derby", {.per_second = 0}), talk(50 * kHour, "t/derby", {})},
                 .expected = {{48 * kHour, 49 * kHour, "t/derby volume_drop down firing"},
                              {50 * kHour, 50 * kHour + 910, "t/derby volume_drop down resolved"}},
                 .until_s = 52 * kHour,
                 .rules = {.budget = {.days_between_false_alarms = 0.5}, .hold_s = 24 * kHour}});
  all.push_back(
      {.name = "two camps are told",
       .rooms = {{"t/derby", {.per_second = 4}}},
       .acts = {talk(0, "t/derby", {.spread = 0.9, .per_second = 4})},
       .expected = {{0, 120, "t/derby polarised up firing"}, {kHour, 2 * kHour, "t/derby polarised up resolved"}}});
  all.push_back({.name = "two camps that come with a surge are explained by it",
                 .rooms = {{"t/derby", {}}},
                 .acts = {talk(0, "t/derby", {.spread = 0.9, .per_second = 12})}});
  all.push_back({.name = "a topic explains its community",
                 .rooms = {{"t/derby", {.per_second = 6}}, {"t/derby/c/experts", {.per_second = 1}}},
                 .acts = {tone(0, "t/derby", -0.3), tone(0, "t/derby/c/experts", -0.3)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {0, 120, "t/derby tone_shift down firing"},  // with its community
                              {kHour, kHour + 120, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "a topic takes in the community that was first",
                 .rooms = {{"t/derby", {}}, {"t/derby/c/experts", {}}},
                 .acts = {tone(0, "t/derby/c/experts", -0.3), tone(300, "t/derby", -0.3)},
                 .expected = {{0, 60, "t/derby/c/experts tone_shift down firing"},
                              {300, 400, "t/derby/c/experts tone_shift down resolved"},
                              {300, 400, "t/derby tone_shift down firing"},
                              {300 + kHour, 4100, "t/derby tone_shift down resolved"}}});
  all.push_back({.name = "a community alone is told as itself",
                 .rooms = {{"t/derby", {}}, {"t/derby/c/experts", {}}},
                 .acts = {tone(0, "t/derby/c/experts", -0.3)},
                 .expected = {{0, 60, "t/derby/c/experts tone_shift down firing"},
                              {kHour, kHour + 120, "t/derby/c/experts tone_shift down resolved"}}});
  all.push_back({.name = "a community that goes the other way is told as itself",
                 .rooms = {{"t/derby", {}}, {"t/derby/c/experts", {}}},
                 .acts = {tone(0, "t/derby", -0.3), tone(200, "t/derby/c/experts", 0.5)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {200, 260, "t/derby/c/experts tone_shift up firing"},
                              {kHour, kHour + 120, "t/derby tone_shift down resolved"},
                              {kHour + 200, kHour + 320, "t/derby/c/experts tone_shift up resolved"}}});
  all.push_back({.name = "a blind source is told although nothing else can be, and is over soon after",
                 .rooms = {{"t/derby", {}}},
                 .acts = {blind(0, true), tell(0, "s/bsky", AlertKind::source_blind, true), blind(600, false),
                          tell(600, "s/bsky", AlertKind::source_blind, false)},
                 .expected = {{0, 6, "s/bsky source_blind up firing"}, {600, 620, "s/bsky source_blind up resolved"}}});
  all.push_back(
      {.name = "a source that comes and goes is told once for each cool-down",
       .rooms = {{"t/derby", {}}},
       .acts = {tell(0, "s/bsky", AlertKind::source_blind, true), tell(60, "s/bsky", AlertKind::source_blind, false),
                tell(120, "s/bsky", AlertKind::source_blind, true), tell(180, "s/bsky", AlertKind::source_blind, false),
                tell(240, "s/bsky", AlertKind::source_blind, true)},
       .expected = {{0, 6, "s/bsky source_blind up firing"},
                    {60, 80, "s/bsky source_blind up resolved"},
                    {660, 690, "s/bsky source_blind up firing"}}});
  all.push_back({.name = "a silent voice is told until it speaks, however long that takes",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tell(0, "c/press", AlertKind::voice_silent, true),
                          tell(5 * kHour, "c/press", AlertKind::voice_silent, false)},
                 .expected = {{0, 6, "c/press voice_silent up firing"},
                              {5 * kHour, 5 * kHour + 20, "c/press voice_silent up resolved"}},
                 .until_s = 6 * kHour});
  all.push_back({.name = "a silence is not known while a source is blind",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tell(0, "c/press", AlertKind::voice_silent, true), blind(300, true), blind(600, false)},
                 .expected = {{0, 6, "c/press voice_silent up firing"},
                              {300, 306, "c/press voice_silent up unknown"},
                              {600, 606, "c/press voice_silent up firing"}}});
  all.push_back(
      {.name = "a list that is apart for a quarter of an hour is told, for less it is not",
       .rooms = {{"t/derby", {}}},
       .acts = {tell(0, "c/press", AlertKind::divergence, true), tell(800, "c/press", AlertKind::divergence, false),
                tell(1800, "c/press", AlertKind::divergence, true),
                tell(3600, "c/press", AlertKind::divergence, false)},
       .expected = {{2700, 2710, "c/press divergence up firing"}, {3900, 3910, "c/press divergence up resolved"}}});
  all.push_back({.name = "a blind source is told again under the same id after a restart",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tell(0, "s/bsky", AlertKind::source_blind, true), restart(60)},
                 .expected = {{0, 6, "s/bsky source_blind up firing"}, {60, 60, "s/bsky source_blind up firing"}}});
  all.push_back({.name = "hours in which no process was there resolve nothing",
                 .rooms = {{"t/derby", {}}},
                 .acts = {tone(0, "t/derby", -0.3), down(300, true), restart(301), down(5 * kHour, false)},
                 .expected = {{0, 60, "t/derby tone_shift down firing"},
                              {5 * kHour, 5 * kHour, "t/derby tone_shift down firing"},
                              {6 * kHour - 310, 6 * kHour, "t/derby tone_shift down resolved"}},
                 .until_s = 7 * kHour});
  return all;
}

class AlertScripts : public testing::TestWithParam<Script> {};

TEST_P(AlertScripts, BringExactlyTheirNotifications) {
  const std::vector<Notified> notified = play(GetParam());
  std::string story;
  for (const Notified& one : notified) story += std::to_string(one.at_s) + " " + one.what() + "\n";
  const auto& expected = GetParam().expected;
  ASSERT_EQ(notified.size(), expected.size()) << story;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(notified[i].what(), expected[i].what) << story;
    EXPECT_GE(notified[i].at_s, expected[i].from_s) << story;
    EXPECT_LE(notified[i].at_s, expected[i].to_s) << story;
  }
}

TEST_P(AlertScripts, NumberEachRuleOfARoomFromOneOn) {
  std::map<std::string, uint64_t> last;
  for (const Notified& one : play(GetParam()))
    EXPECT_EQ(one.change.key_seq, ++last[one.change.alert.key + '/' + one.change.alert.rule]);
}

TEST_P(AlertScripts, KeepTheIdFromTheFirstNotificationToTheLast) {
  std::map<std::string, std::string> open;
  for (const Notified& one : play(GetParam())) {
    const Alert& alert = one.change.alert;
    const auto [known, is_new] = open.emplace(alert.key + '/' + alert.rule, alert.id);
    EXPECT_EQ(known->second, alert.id);
    if (alert.state == AlertState::resolved) open.erase(known);
  }
}

std::string name_of_script(const testing::TestParamInfo<Script>& script) {
  std::string name = script.param.name;
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Life, AlertScripts, testing::ValuesIn(scripts()), name_of_script);

}  // namespace
}  // namespace roomtone::alerts
