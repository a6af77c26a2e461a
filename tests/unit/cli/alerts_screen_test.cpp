#include "cli/alerts_screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/alert_reader.hpp"

namespace roomtone::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Instant kNoon = Instant(std::chrono::seconds(1'795'348'800));

Alert sample() {
  Alert alert;
  alert.key = "t/derby";
  alert.rule = "default";
  alert.severity = "warning";
  alert.id = "a1";
  alert.starts = alert.changed = kNoon;
  alert.sentence = "It fell.";
  return alert;
}

TEST(AlertsScreen, IsALineForEachAlertTheNewestFirst) {
  Alert older = sample();
  Alert newer = sample();
  newer.starts += 90s;
  newer.key = "room";
  newer.kind = AlertKind::volume_spike;
  newer.state = AlertState::unknown;
  EXPECT_THAT(draw_alerts({older, newer}, {}, kNoon + 2min),
              ElementsAre("STATE     FOR     SEVERITY  ROOM     WHAT",
                          "unknown   30s     warning   room     volume_spike     It fell.",
                          "firing    2m      warning   t/derby  tone_shift down  It fell."));
}

TEST(AlertsScreen, OneThatIsOverLastedUntilItsEnd) {
  Alert over = sample();
  over.state = AlertState::resolved;
  over.ends = kNoon + 3h + 10min;
  EXPECT_THAT(draw_alerts({over}, {}, kNoon + 48h), Contains(HasSubstr("3h10m")));
}

TEST(AlertsScreen, NoLineIsWiderThanTheScreen) {
  Alert alert = sample();
  alert.sentence = std::string(400, 'x');
  alert.key = "t/" + std::string(64, 'k');
  for (const auto& line : draw_alerts({alert}, {.columns = 40}, kNoon)) EXPECT_LE(line.size(), 40u);
  for (const auto& line : draw_alert(alert, {.columns = 40}, kNoon)) EXPECT_LE(line.size(), 40u);
}

TEST(AlertsScreen, NothingIsSaidWhenNothingFires) { EXPECT_THAT(draw_alerts({}, {}, kNoon), ElementsAre("no alerts")); }

TEST(AlertmanagerStates, AreReadById) {
  const auto states = read_alertmanager_states(
      R"([{"annotations":{"id":"a1"},"status":{"state":"suppressed","silencedBy":["s"],"inhibitedBy":[]}},)"
      R"({"annotations":{"id":"a2"},"status":{"state":"suppressed","silencedBy":[],"inhibitedBy":["x"]}},)"
      R"({"annotations":{"id":"a3"},"status":{"state":"active","silencedBy":[],"inhibitedBy":[]}},)"
      R"({"annotations":{"summary":"of another program"},"status":{"state":"active"}}])");
  ASSERT_TRUE(states);
  EXPECT_EQ(*states, (AlertmanagerStates{{"a1", "silenced"}, {"a2", "inhibited"}, {"a3", "active"}}));
}

TEST(AlertmanagerStates, AnythingElseIsRefused) {
  for (const char* text : {"", "{}", "[1]", "[{}]", "<html>", "[{\"annotations\":{\"id\":\"a\"}}]"})
    EXPECT_FALSE(read_alertmanager_states(text)) << text;
}

TEST(AlertReader, ReadsWhatTheFeedCarries) {
  const auto alert = read_alert(
      R"({"v":1,"id":"a1","kind":"polarised","state":"resolved","up":true,"key":"room","rule":"r","severity":"page",)"
      R"("starts":"2026-11-22T12:00:00.000000Z","ends":"2026-11-22T12:05:00Z","changed":"2026-11-22T12:05:00Z",)"
      R"("tone_before":0.5,"tone_now":null,"n":7,"voices":3,"rate_now":2,"words_up":["a","b"],"communities":[],"sentence":"s"})");
  ASSERT_TRUE(alert) << alert.error().context;
  EXPECT_EQ(alert->kind, AlertKind::polarised);
  EXPECT_EQ(alert->state, AlertState::resolved);
  EXPECT_TRUE(alert->up);
  EXPECT_EQ(alert->starts, kNoon);
  EXPECT_EQ(alert->ends, kNoon + 5min);
  EXPECT_EQ(alert->tone_before, 0.5);
  EXPECT_EQ(alert->tone_now, std::nullopt);
  EXPECT_EQ(alert->rate_now, 2.0);
  EXPECT_THAT(alert->words_up, ElementsAre("a", "b"));
}

TEST(AlertReader, AnythingElseIsRefused) {
  const std::string good =
      R"("id":"a","kind":"polarised","state":"firing","starts":"2026-11-22T12:00:00Z","changed":"2026-11-22T12:00:00Z")";
  EXPECT_TRUE(read_alert("{" + good + "}"));
  for (const char* more : {R"("kind":"other")", R"("state":1)", R"("up":"yes")", R"("starts":"noon")", R"("n":1.5)",
                           R"("words_up":"a")", R"("words_up":[1])", R"("tone_now":"0")", R"("id":"")"})
    EXPECT_FALSE(read_alert("{" + good + "," + std::string(more) + "}")) << more;
  for (const char* text : {"", "[]", "{}", "1", "{\"id\":\"a\""}) EXPECT_FALSE(read_alert(text)) << text;
}

}  // namespace
}  // namespace roomtone::cli
