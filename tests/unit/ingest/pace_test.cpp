#include "ingest/pace.hpp"

#include <gtest/gtest.h>

namespace roomtone::ingest {
namespace {

constexpr Mono kStart{1000s};
Instant said(std::chrono::microseconds after) { return instant_of_micros(1'700'000'000'000'000) + after; }

TEST(Pace, TheFirstFrameIsDueAtOnce) { EXPECT_EQ(Pace(1).due(said(0s), kStart), kStart); }

TEST(Pace, FramesAreDueByTheirOwnTimes) {
  Pace pace(1);
  static_cast<void>(pace.due(said(0s), kStart));
  EXPECT_EQ(pace.due(said(30s), kStart + 1s), kStart + 30s);
}

TEST(Pace, AFactorMakesItFaster) {
  Pace pace(10);
  static_cast<void>(pace.due(said(0s), kStart));
  EXPECT_EQ(pace.due(said(30s), kStart), kStart + 3s);
}

// The schedule is reckoned from the first frame: having been late once does not move what follows.
TEST(Pace, ADelayIsCaughtUp) {
  Pace pace(1);
  static_cast<void>(pace.due(said(0s), kStart));
  EXPECT_EQ(pace.due(said(1s), kStart + 5s), kStart + 1s);
  EXPECT_EQ(pace.due(said(10s), kStart + 5s), kStart + 10s);
}

TEST(Pace, AFrameWithoutATimeGoesWithTheOneBefore) {
  Pace pace(1);
  static_cast<void>(pace.due(said(0s), kStart));
  static_cast<void>(pace.due(said(7s), kStart));
  EXPECT_EQ(pace.due(std::nullopt, kStart), kStart + 7s);
}

TEST(Pace, AStepOfAnHourIsWaitedOut) {
  Pace pace(1);
  static_cast<void>(pace.due(said(0s), kStart));
  EXPECT_EQ(pace.due(said(1h), kStart), kStart + 1h);
}

TEST(Pace, ALargerStepEitherWayIsNot) {
  Pace pace(1);
  static_cast<void>(pace.due(said(0s), kStart));
  EXPECT_EQ(pace.due(said(3h), kStart + 1s), kStart + 1s);
  EXPECT_EQ(pace.due(said(2s), kStart + 2s), kStart + 2s);
  EXPECT_EQ(pace.due(said(5s), kStart + 2s), kStart + 5s);
}

}  // namespace
}  // namespace roomtone::ingest
