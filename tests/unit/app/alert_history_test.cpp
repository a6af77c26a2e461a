#include "app/alert_history.hpp"

#include <gtest/gtest.h>

#include "model/commit.hpp"
#include "model/key.hpp"
#include "support/said.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::app {
namespace {

using namespace std::chrono_literals;

constexpr SpanIndex kMorning = 176'725'800;  // 2026-01-01T09:10:00Z, a full hour of panes
constexpr Instant kBegin = start_of(kMorning, Tier::pane);
constexpr Instant kTurn = kBegin + 3h + 5min;
constexpr Instant kEnd = kBegin + 4h;

const std::function<bool()> kGoOn = [] { return false; };

/// What a span of so many seconds heard: two messages a second by as many voices, whose tone falls at kTurn.
Rollup heard(Instant start, int seconds) {
  Rollup rollup;
  for (int i = 0; i < 2 * seconds; ++i) {
    const Instant at = start + std::chrono::milliseconds(500 * i);
    const double spread = i % 2 == 0 ? 0.4 : -0.4;
    say(rollup,
        {static_cast<uint64_t>(i + 1),
         (at < kTurn ? 0.2 : -0.3) + spread,
         {at < kTurn ? std::pair{"calm", 10} : std::pair{"furious", -40}}},
        span_of(at, Tier::pane));
  }
  return rollup;
}

/// A store that has heard `room` and t/derby from kBegin to kEnd: hours all along, minutes and panes from a time on.
class Kept {
 public:
  Kept(Instant minutes_from, Instant panes_from) {
    Commit commit;
    commit.sequence = 1;
    add(commit, Tier::hour, kBegin);
    add(commit, Tier::minute, minutes_from);
    add(commit, Tier::pane, panes_from);
    for (const char* key : {"room", "t/derby"}) {
      RoomRow row;
      row.key = key;
      row.newest_pane = span_of(kEnd, Tier::pane) - 1;
      row.marks = {span_of(kEnd, Tier::minute), span_of(kEnd, Tier::hour)};
      commit.rooms.push_back(row);
    }
    store::StoreOptions options;
    options.folder = folder_.path() / "store";
    options.sync = false;
    store_ = store::Store::open(options).value();
    EXPECT_TRUE(store_->write(commit));
  }
  [[nodiscard]] Replayed replay(ReplayRequest request = {}) const {
    if (request.keys.empty()) request.keys = {"t/derby"};
    auto replayed = replay_alerts(*store_, request, kGoOn);
    EXPECT_TRUE(replayed) << replayed.error().context;
    return replayed.value_or(Replayed{});
  }

 private:
  static void add(Commit& commit, Tier tier, Instant from) {
    const int width = static_cast<int>(width_of(tier).count());
    for (Instant at = from; at < kEnd; at += width_of(tier))
      for (const char* key : {"room", "t/derby"})
        commit.panes.push_back(pane_row(key, tier, span_of(at, tier), 1, heard(at, width)));
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
};

TEST(AlertHistory, FindsAFallInThePanesOfItsRoom) {
  const Kept kept(kBegin, kBegin);
  const Replayed replayed = kept.replay();
  ASSERT_EQ(replayed.alerts.size(), 1U);
  const Alert& alert = replayed.alerts.front();
  EXPECT_EQ(alert.key, "t/derby");
  EXPECT_FALSE(alert.up);
  EXPECT_GE(alert.starts, kTurn);
  EXPECT_LT(alert.starts, kTurn + 20s);
  EXPECT_EQ(alert.words_down, std::vector<std::string>{"furious"});
  EXPECT_EQ(replayed.panes_from, replayed.heard_from);
  EXPECT_FALSE(replayed.hours_only_before);
}

TEST(AlertHistory, FindsItInMinutesWherePanesHaveGone) {
  const Kept kept(kBegin, kEnd - 10min);
  const Replayed replayed = kept.replay();
  ASSERT_EQ(replayed.alerts.size(), 1U);
  EXPECT_GE(replayed.alerts.front().starts, kTurn);
  EXPECT_LT(replayed.alerts.front().starts, kTurn + 2min);
  EXPECT_EQ(replayed.alerts.front().n, 120);  // of the minute, once
  EXPECT_GE(replayed.panes_from, kEnd - 10min);
}

TEST(AlertHistory, SaysThatHoursAreTooCoarse) {
  const Kept kept(kEnd, kEnd);
  const Replayed replayed = kept.replay();
  EXPECT_TRUE(replayed.hours_only_before);
  EXPECT_GE(replayed.from, replayed.to);
  EXPECT_TRUE(replayed.alerts.empty());
}

TEST(AlertHistory, LearnsBeforeTheTimeThatIsAskedFor) {
  const Kept kept(kBegin, kBegin);
  const Replayed replayed = kept.replay({.keys = {}, .from = kTurn - 1min, .to = kNoInstant, .rules = {}});
  EXPECT_EQ(replayed.alerts.size(), 1U);
  EXPECT_EQ(replayed.from, kTurn - 1min);
  EXPECT_LT(replayed.heard_from, kTurn - 2h);
}

TEST(AlertHistory, TellsNothingOfTheTimeAround) {
  const Kept kept(kBegin, kBegin);
  EXPECT_TRUE(kept.replay({.keys = {}, .from = kNoInstant, .to = kTurn, .rules = {}}).alerts.empty());
  EXPECT_TRUE(kept.replay({.keys = {}, .from = kTurn + 1min, .to = kNoInstant, .rules = {}}).alerts.empty());
}

TEST(AlertHistory, TakesTheRulesThatAreGiven) {
  const Kept kept(kBegin, kBegin);
  EXPECT_TRUE(
      kept.replay({.keys = {}, .from = kNoInstant, .to = kNoInstant, .rules = {.min_voices = 100'000}}).alerts.empty());
}

}  // namespace
}  // namespace roomtone::app
