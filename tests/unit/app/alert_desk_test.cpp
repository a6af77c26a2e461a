#include "app/alert_desk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/pane_map.hpp"
#include "tally/tally_builder.hpp"

namespace roomtone::app {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNine{std::chrono::microseconds(1'767'258'000'000'000)};
const std::vector<std::string> kKeys = {"room", "t/derby"};

/// A room with its desk, and the rows that a store would hold of it.
struct Daemon {
  test::PaneMap panes;
  Recovered recovered;
  std::unique_ptr<room::Room> room;
  Published<alerts::AlertSilences> silences{std::make_shared<const alerts::AlertSilences>()};
  Published<AlertsConfig> config{std::make_shared<const AlertsConfig>()};
  Instant wall = kNine;
  std::unique_ptr<AlertDesk> desk;
  tally::TallyBuilder builder{SipKey{1, 2}, true};
  std::mt19937_64 random{9};
  std::map<std::string, AlertStateRow> rows;
  std::vector<AlertUpdate> told;
  Commit last;
  Mono now{std::chrono::seconds(1000)};
  uint64_t sequence = 0;
  uint64_t commits = 0;

  Daemon() { start(); }
  void start() {
    recovered.alerts.clear();
    for (const auto& [key, row] : rows) recovered.alerts.push_back(row);
    recovered.sequence = commits;
    if (!told.empty()) recovered.global_seq = told.back().global_seq;
    room::RoomOptions options;
    options.sources = {{"script", false}};
    room = std::make_unique<room::Room>(options, recovered, panes, now);
    desk = std::make_unique<AlertDesk>(AlertDesk::Orders{config, silences}, recovered.alerts, *room);
  }
  /// Ten seconds of twenty messages each, and the commit behind them.
  void hear(int64_t pane, double tone) {
    builder.begin(kKeys, false);
    const std::vector<uint32_t> rooms = {0, 1};
    const SampleWords none;
    for (int i = 0; i < 200; ++i) {
      Message message;
      const std::string author = "a" + std::to_string(random() % 500);
      message.author = author;
      message.event_time = kNine + pane * 10s + i * 50ms;
      const Tokens tokens;
      const bool wanted = builder.note(message, tokens, rooms);
      const double noise = static_cast<double>(random() >> 11) * 0x1p-53 - 0.5;
      builder.add({static_cast<int32_t>((tone + noise) * 1e6), MoodLabel::neutral, true}, {}, wanted ? &none : nullptr);
    }
    Tally tally;
    builder.finish(tally);
    tally.sequence = ++sequence;
    room->merge(std::move(tally), now);
    now += 1s;
    commit();
  }
  void commit(bool everything = false) {
    last = room->commit(kNine, now, commits, everything);
    desk->complete(last, now, wall, everything);
    ++commits;
    for (const AlertStateRow& row : last.alert_rows) rows[row.key] = row;
    for (const AlertUpdate& update : last.alerts) told.push_back(update);
  }
  void learn() {
    for (int64_t pane = 0; pane < 400; ++pane) hear(pane, 0.2);
  }
  [[nodiscard]] const AlertUpdate* about(std::string_view key) const {
    for (const AlertUpdate& update : told)
      if (update.alert.key == key) return &update;
    return nullptr;
  }
};

TEST(AlertDesk, TellsOfAToneThatFallsWithItsFigures) {
  Daemon daemon;
  daemon.learn();
  ASSERT_TRUE(daemon.told.empty());
  for (int64_t pane = 400; pane < 404; ++pane) daemon.hear(pane, -0.3);
  const AlertUpdate* derby = daemon.about("t/derby");
  ASSERT_NE(derby, nullptr);
  EXPECT_EQ(derby->alert.kind, AlertKind::tone_shift);
  EXPECT_FALSE(derby->alert.up);
  EXPECT_GE(derby->alert.n, 200);
  EXPECT_GT(derby->alert.voices, 100);
  EXPECT_GE(derby->alert.starts, kNine + 4000s);
  EXPECT_LE(derby->alert.starts, kNine + 4020s);
  EXPECT_EQ(derby->key_seq, 1);
}

TEST(AlertDesk, PutsTheStateOfAnAlertIntoItsOwnCommit) {
  Daemon daemon;
  daemon.learn();
  for (int64_t pane = 400; daemon.last.alerts.empty() && pane < 404; ++pane) daemon.hear(pane, -0.3);
  ASSERT_FALSE(daemon.last.alerts.empty());
  for (const AlertUpdate& update : daemon.last.alerts)
    EXPECT_TRUE(std::ranges::any_of(daemon.last.alert_rows,
                                    [&](const AlertStateRow& row) { return row.key == update.alert.key; }));
  EXPECT_EQ(daemon.last.global_seq, daemon.last.alerts.back().global_seq);
  EXPECT_FALSE(daemon.last.empty());
}

TEST(AlertDesk, TellsAfterAKillOfTheSameAlertWithTheNextNumber) {
  Daemon daemon;
  daemon.learn();
  for (int64_t pane = 400; pane < 404; ++pane) daemon.hear(pane, -0.3);
  const AlertUpdate* before = daemon.about("t/derby");
  ASSERT_NE(before, nullptr);
  const std::string id = before->alert.id;
  const uint64_t number = daemon.told.back().global_seq;
  daemon.start();
  daemon.told.clear();
  daemon.commit();
  const AlertUpdate* after = daemon.about("t/derby");
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(after->alert.id, id);
  EXPECT_EQ(after->key_seq, 2);
  EXPECT_GT(after->global_seq, number);
  EXPECT_EQ(daemon.last.alert_counts->transitions[0][0], 0);  // it fired before
  EXPECT_GE(daemon.last.alert_counts->firing[0], 1);
  for (int64_t pane = 404; pane < 420; ++pane) daemon.hear(pane, -0.3);
  EXPECT_TRUE(std::ranges::none_of(
      daemon.told, [&](const AlertUpdate& update) { return update.alert.key == "t/derby" && update.alert.id != id; }));
}

TEST(AlertDesk, LeavesOutRowsThatItCannotRead) {
  Daemon daemon;
  daemon.learn();
  daemon.commit(true);
  daemon.rows["t/derby"].bytes.resize(40);
  daemon.start();
  EXPECT_EQ(daemon.desk->rows_refused(), 1);
}

TEST(AlertDesk, TellsOfASourceThatBringsNothingUntilItDoes) {
  Daemon daemon;
  daemon.hear(0, 0.2);
  daemon.hear(1, 0.2);
  daemon.desk->set_sources({{"script", SourceState::stalled, {}, {}}});
  for (int64_t pane = 2; pane < 4; ++pane) daemon.hear(pane, 0.2);
  const AlertUpdate* blind = daemon.about("s/script");
  ASSERT_NE(blind, nullptr);
  EXPECT_EQ(blind->alert.kind, AlertKind::source_blind);
  EXPECT_EQ(blind->alert.rule, "source-blind");
  EXPECT_NE(blind->alert.sentence.find("script brings nothing"), std::string::npos) << blind->alert.sentence;
  daemon.desk->set_sources({{"script", SourceState::live, {}, {}}});
  for (int64_t pane = 4; pane < 8; ++pane) daemon.hear(pane, 0.2);
  EXPECT_EQ(daemon.told.back().alert.state, AlertState::resolved);
}

TEST(AlertDesk, EndsTheAlertOfASourceThatIsNoMoreConfigured) {
  Daemon daemon;
  daemon.hear(0, 0.2);
  daemon.desk->set_sources({{"old", SourceState::down, {}, {}}});
  for (int64_t pane = 1; pane < 4; ++pane) daemon.hear(pane, 0.2);
  ASSERT_NE(daemon.about("s/old"), nullptr);
  daemon.start();
  for (int64_t pane = 4; pane < 9; ++pane) daemon.hear(pane, 0.2);
  EXPECT_EQ(daemon.told.back().alert.key, "s/old");
  EXPECT_EQ(daemon.told.back().alert.state, AlertState::resolved);
}

/// The newest state of each alert, by id.
std::map<std::string, Alert> newest(const Daemon& daemon) {
  std::map<std::string, Alert> newest;
  for (const AlertUpdate& update : daemon.told) newest[update.alert.id] = update.alert;
  return newest;
}

TEST(AlertDesk, AChangedHoldIsThatOfAlertsThatFireAlready) {
  Daemon daemon;
  daemon.learn();
  for (int64_t pane = 400; pane < 404; ++pane) daemon.hear(pane, -0.3);
  const AlertUpdate* derby = daemon.about("t/derby");
  ASSERT_NE(derby, nullptr);
  const std::string id = derby->alert.id;
  AlertsConfig config;
  config.rules.hold_s = 120;
  config.rules.severity = "page";
  daemon.config.store(std::make_shared<const AlertsConfig>(config));
  for (int64_t pane = 404; pane < 420; ++pane) daemon.hear(pane, -0.3);
  const Alert after = newest(daemon).at(id);
  EXPECT_EQ(after.state, AlertState::resolved);  // after two minutes, not an hour
  EXPECT_EQ(after.severity, "warning");          // it is the same alert for whoever knows it by its labels
}

TEST(AlertDesk, AChangeOfTheRulesChangesNoAlertThatFires) {
  Daemon daemon;
  daemon.learn();
  for (int64_t pane = 400; pane < 404; ++pane) daemon.hear(pane, -0.3);
  const auto before = newest(daemon);
  ASSERT_FALSE(before.empty());
  AlertsConfig config;
  config.rules.budget.days_between_false_alarms = 3650;
  config.rules.min_messages = 1'000'000;
  config.rules.rooms_max = 1;
  daemon.config.store(std::make_shared<const AlertsConfig>(config));
  for (int64_t pane = 404; pane < 420; ++pane) daemon.hear(pane, -0.3);
  for (const auto& [id, alert] : before) EXPECT_EQ(newest(daemon).at(id).state, AlertState::firing) << id;
  EXPECT_EQ(newest(daemon).size(), before.size());
}

TEST(AlertDesk, KeepsWhatQuietHoursHoldBackOverAKillAndTellsItInOneDigest) {
  Daemon daemon;
  AlertsConfig config;
  ASSERT_TRUE(config.herald.quiet.add("09:00-10:00").has_value());  // kNine is the wall clock here
  daemon.config.store(std::make_shared<const AlertsConfig>(config));
  daemon.learn();
  for (int64_t pane = 400; pane < 404; ++pane) daemon.hear(pane, -0.3);
  const auto held = newest(daemon);
  ASSERT_FALSE(held.empty());
  for (const auto& [id, alert] : held) EXPECT_EQ(alert.telling, AlertTelling::quiet_hours) << id;
  EXPECT_TRUE(daemon.last.digests.empty());
  daemon.start();
  daemon.hear(404, -0.3);
  EXPECT_TRUE(daemon.last.digests.empty());
  EXPECT_EQ(daemon.last.alert_counts->held, held.size());
  daemon.wall = kNine + 1h;
  daemon.hear(405, -0.3);
  ASSERT_EQ(daemon.last.digests.size(), 1);
  EXPECT_EQ(daemon.last.digests[0].held, held.size());
  EXPECT_EQ(daemon.desk->rows_refused(), 0);
  for (const auto& [id, alert] : held) EXPECT_EQ(newest(daemon).at(id).telling, AlertTelling::in_digest) << id;
  const AlertDigest told = daemon.last.digests[0];
  daemon.hear(406, -0.3);
  EXPECT_TRUE(daemon.last.digests.empty());
  daemon.start();
  daemon.hear(407, -0.3);
  ASSERT_EQ(daemon.last.digests.size(), 1) << "nobody knows whether it got through";
  EXPECT_EQ(daemon.last.digests[0], told);
}

/// Ten seconds of a room in which a fifth of those who speak are on a list.
void hear_list(Daemon& daemon, int64_t pane, double list_tone, double room_tone) {
  static const std::vector<std::string> keys = {"room", "c/experts"};  // the builder keeps no copy
  daemon.builder.begin(keys, false);
  const SampleWords none;
  for (int i = 0; i < 30; ++i) {
    const int64_t number = pane * 30 + i;
    const bool expert = number % 5 == 0;
    const std::string author = (expert ? "e" : "o") + std::to_string(number % 900);
    Message message;
    message.author = author;
    message.event_time = kNine + pane * 10s + i * 300ms;
    const Tokens tokens;
    const std::vector<uint32_t> rooms = expert ? std::vector<uint32_t>{0, 1} : std::vector<uint32_t>{0};
    const bool wanted = daemon.builder.note(message, tokens, rooms);
    const double noise = static_cast<double>(daemon.random() >> 11) * 0x1p-53 - 0.5;
    daemon.builder.add(
        {static_cast<int32_t>(((expert ? list_tone : room_tone) + 0.4 * noise) * 1e6), MoodLabel::neutral, true}, {},
        wanted ? &none : nullptr);
  }
  Tally tally;
  daemon.builder.finish(tally);
  tally.sequence = ++daemon.sequence;
  daemon.room->merge(std::move(tally), daemon.now);
  daemon.now += 10s;
  daemon.commit();
}

TEST(AlertDesk, S14_AListThatSpeaksApartRaisesOneAlertAfterAQuarterOfAnHourAndItEnds) {
  Daemon daemon;
  constexpr int64_t kMinute = 6;  // panes
  const auto divergences = [&] {
    std::vector<std::string> said;
    for (const AlertUpdate& update : daemon.told)
      if (update.alert.kind == AlertKind::divergence)
        said.push_back(update.alert.key + (update.alert.up ? " up " : " down ") +
                       std::string(kAlertStateNames[static_cast<std::size_t>(update.alert.state)]));
    return said;
  };
  int64_t pane = 0;
  for (; pane < 30 * kMinute; ++pane) hear_list(daemon, pane, 0.3, 0.3);
  EXPECT_TRUE(divergences().empty()) << "it is like the room";
  for (; pane < 40 * kMinute; ++pane) hear_list(daemon, pane, -0.5, 0.3);
  EXPECT_TRUE(divergences().empty()) << "ten minutes are too short";
  for (; pane < 70 * kMinute; ++pane) hear_list(daemon, pane, -0.5, 0.3);
  ASSERT_EQ(divergences(), std::vector<std::string>{"c/experts down firing"});
  const auto fired =
      std::ranges::find(daemon.told, AlertKind::divergence, [](const AlertUpdate& u) { return u.alert.kind; });
  EXPECT_GE(fired->alert.changed, kNine + 45min);
  EXPECT_LE(fired->alert.changed, kNine + 55min);
  for (; pane < 95 * kMinute; ++pane) hear_list(daemon, pane, 0.3, 0.3);
  EXPECT_EQ(divergences(), (std::vector<std::string>{"c/experts down firing", "c/experts down resolved"}));
}

}  // namespace
}  // namespace roomtone::app
