#include "alerts/shift_mixture.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace roomtone::alerts {
namespace {

constexpr SoughtShifts kShifts{.size = {0.1, 0.2, 0.4}, .weight = {0.45, 0.35, 0.2}};

/// The mean number of seconds to a false alarm, where every second has an error of `sd` while 0.45 is expected.
double mean_run(double asked, double sd) {
  std::mt19937_64 random(11);
  constexpr int kRuns = 300;
  double seconds = 0;
  for (int run = 0; run < kRuns; ++run) {
    ShiftMixture mixture;
    for (bool reached = false; !reached; ++seconds) {
      double error = -6;  // twelve uniform numbers: normal enough
      for (int i = 0; i < 12; ++i) error += static_cast<double>(random() >> 11) * 0x1p-53;
      reached = mixture.weigh({.error = error * sd, .variance = 0.45 * 0.45}, 1, kShifts, asked);
    }
  }
  return seconds / kRuns;
}

TEST(ShiftMixture, RunsAsLongBetweenFalseAlarmsAsItIsAskedTo) {
  EXPECT_GE(mean_run(2000, 0.45), 0.9 * 2000);
  EXPECT_LE(mean_run(2000, 0.45), 1.5 * 2000);
}

TEST(ShiftMixture, WouldNotIfTheVarianceWereWrong) { EXPECT_LT(mean_run(2000, 0.6), 0.8 * 2000); }

TEST(ShiftMixture, NamesTheShiftThatFitsBest) {
  ShiftMixture mixture;
  for (int i = 0; i < 60; ++i) static_cast<void>(mixture.weigh({.error = -0.2, .variance = 0.2}, 1, kShifts, 1e9));
  EXPECT_DOUBLE_EQ(mixture.shift(kShifts), -0.2);
}

}  // namespace
}  // namespace roomtone::alerts
