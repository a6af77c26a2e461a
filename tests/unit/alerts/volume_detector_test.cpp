#include "alerts/volume_detector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "alerts/tone_detector.hpp"
#include "unit/alerts/stream.hpp"

namespace roomtone::alerts {
namespace {

constexpr double kMemory_days = 21;
constexpr int kDay = 288;  // rows

/// The greatest return period that `count` rows of a volume give.
VolumeScore worst(VolumeDetector& detector, double count, int rows) {
  VolumeScore worst;
  for (int i = 0; i < rows; ++i) {
    const VolumeScore score = detector.take(count, kMemory_days);
    worst.surge_days = std::max(worst.surge_days, score.surge_days);
    worst.collapse_days = std::max(worst.collapse_days, score.collapse_days);
  }
  return worst;
}

TEST(VolumeDetector, SaysOfASurgeHowRareItIs) {
  VolumeDetector detector;
  worst(detector, 20, 10 * kDay);
  EXPECT_GT(worst(detector, 200, 1).surge_days, 9);
}

TEST(VolumeDetector, SaysItOnce) {
  VolumeDetector detector;
  worst(detector, 20, 10 * kDay);
  worst(detector, 200, 1);
  EXPECT_EQ(worst(detector, 180, 20).surge_days, 0);
}

TEST(VolumeDetector, GetsUsedToWhatComesEveryDay) {
  VolumeDetector detector;
  VolumeScore score;
  for (int day = 0; day < 15; ++day) {
    worst(detector, 20, kDay - 12);
    score = worst(detector, 100, 12);
  }
  EXPECT_LT(score.surge_days, 3);
}

TEST(VolumeDetector, SaysOfACollapseHowRareItIs) {
  VolumeDetector detector;
  worst(detector, 100, 10 * kDay);
  EXPECT_GT(worst(detector, 0, 24).collapse_days, 9);
}

TEST(VolumeDetector, SaysNothingInItsFirstHour) {
  VolumeDetector detector;
  EXPECT_TRUE(detector.learning());
  EXPECT_EQ(worst(detector, 0, 6).surge_days, 0);
  EXPECT_EQ(worst(detector, 1000, 5).surge_days, 0);
}

TEST(VolumeDetector, RestartedAtAnyRowGivesTheSameScores) {
  VolumeDetector whole;
  VolumeDetector cut;
  MadeUpRoom random(1);
  for (int row = 0; row < 5 * kDay; ++row) {
    const double count = static_cast<double>(random.bits() % (random.bits() % 50 == 0 ? 500 : 30));
    const VolumeScore expected = whole.take(count, kMemory_days);
    const VolumeScore got = cut.take(count, kMemory_days);
    ASSERT_EQ(expected.surge_days, got.surge_days);
    ASSERT_EQ(expected.collapse_days, got.collapse_days);
    std::string bytes;
    ByteWriter writer(bytes);
    cut.encode(writer);
    cut = {};
    ByteReader reader(bytes);
    ASSERT_TRUE(cut.decode(reader) && reader.at_end());
  }
}

}  // namespace
}  // namespace roomtone::alerts
