#include "app/source_health.hpp"

#include <gtest/gtest.h>

namespace roomtone::app {
namespace {

using namespace std::chrono_literals;

constexpr Instant kWall = instant_of_micros(1'783'175'888'000'000);
constexpr Mono kMono{1h};

/// Facts of a connected source whose last frame came `silence` ago and was `lag` old then.
SourceFacts heard(std::chrono::microseconds silence, std::chrono::microseconds lag) {
  SourceFacts facts;
  facts.connected = true;
  facts.last_frame_mono_us =
      std::chrono::duration_cast<std::chrono::microseconds>(kMono.time_since_epoch() - silence).count();
  facts.newest_event = kWall - silence - lag;
  return facts;
}

SourceState state(const SourceFacts& facts) { return judge_health("s", facts, kWall, kMono, 30s).state; }

TEST(SourceHealth, IsLiveWhileWhatComesIsRecent) {
  EXPECT_EQ(state(heard(1s, 2s)), SourceState::live);
  EXPECT_EQ(state(heard(1s, 10s)), SourceState::live);
}

TEST(SourceHealth, CatchesUpWhileWhatComesIsOldWhenItComes) {
  EXPECT_EQ(state(heard(1s, 11s)), SourceState::catching_up);
  EXPECT_EQ(state(heard(20s, 2s)), SourceState::live) << "it was recent when it came: a lull is no backlog";
}

TEST(SourceHealth, IsStalledAfterSoLongWithoutAFrame) {
  EXPECT_EQ(state(heard(30s, 0s)), SourceState::live);
  EXPECT_EQ(state(heard(31s, 0s)), SourceState::stalled);
}

TEST(SourceHealth, IsQuietInsteadWhereSilenceIsNoFaultAsLongAsItIsConnected) {
  SourceFacts facts = heard(1000s, 0s);
  facts.may_be_quiet = true;
  EXPECT_EQ(state(facts), SourceState::quiet);
  facts.connected = false;
  EXPECT_EQ(state(facts), SourceState::stalled);
}

TEST(SourceHealth, IsStalledWhenItSaysSoWhateverItHeard) {
  SourceFacts never;
  never.stalled = true;
  EXPECT_EQ(state(never), SourceState::stalled);
  SourceFacts facts = heard(1s, 0s);
  facts.stalled = true;
  EXPECT_EQ(state(facts), SourceState::stalled);
}

TEST(SourceHealth, IsQuietBeforeTheFirstFrame) { EXPECT_EQ(state({}), SourceState::quiet); }

TEST(SourceHealth, FailedAndEndedGoBeforeAllElse) {
  SourceFacts facts = heard(1s, 0s);
  facts.stalled = true;
  facts.ended = true;
  EXPECT_EQ(state(facts), SourceState::ended);
  facts.failed = true;
  EXPECT_EQ(state(facts), SourceState::down);
}

}  // namespace
}  // namespace roomtone::app
