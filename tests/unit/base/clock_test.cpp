#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace roomtone {
namespace {

TEST(ManualClock, StandsStillUntilTold) {
  const ManualClock clock(instant_of_micros(5'000'000));
  EXPECT_EQ(clock.wall(), instant_of_micros(5'000'000));
  EXPECT_EQ(clock.mono(), clock.mono());
}

TEST(ManualClock, MovesBothClocksTogether) {
  ManualClock clock(instant_of_micros(0));
  const Mono before = clock.mono();
  clock.advance(1500ms);
  EXPECT_EQ(clock.wall(), instant_of_micros(1'500'000));
  EXPECT_EQ(clock.mono() - before, 1500ms);
}

TEST(AnchoredClock, AdvancesItsWallTimeByTheMonotonicClock) {
  const AnchoredClock clock;
  const Mono before = clock.mono();
  const Instant first = clock.wall();
  const Mono between_start = clock.mono();
  const Mono between_end = clock.mono();
  const Instant second = clock.wall();
  const Mono after = clock.mono();
  // Two readings differ by no less than what passed between them and no more than what passed around them, give or
  // take the microsecond that each is rounded to.
  EXPECT_GE(second - first, between_end - between_start - 1us);
  EXPECT_LE(second - first, after - before + 1us);
}

}  // namespace
}  // namespace roomtone
