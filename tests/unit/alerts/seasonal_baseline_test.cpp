#include "alerts/seasonal_baseline.hpp"

#include <gtest/gtest.h>

#include <string>

namespace roomtone::alerts {
namespace {

constexpr int64_t kWeek = 168;
constexpr int64_t kHour = 500'000;

void add(SeasonalBaseline& baseline, int64_t hour, double tone) {
  baseline.add_hour(hour, 100, static_cast<int64_t>(tone * 100 * 1e6));
}

TEST(SeasonalBaseline, KnowsNothingOfAnHourItHasNotHeard) {
  SeasonalBaseline baseline;
  add(baseline, kHour, 0.3);
  EXPECT_FALSE(baseline.usual(kHour + 1));
  EXPECT_TRUE(baseline.learning());
}

TEST(SeasonalBaseline, KnowsAnHourAWeekLater) {
  SeasonalBaseline baseline;
  add(baseline, kHour, 0.3);
  ASSERT_TRUE(baseline.usual(kHour + kWeek));
  EXPECT_NEAR(baseline.usual(kHour + kWeek)->tone, 0.3, 1e-4);
}

TEST(SeasonalBaseline, TakesTheSameHourOfOtherDaysWhileItKnowsNoBetter) {
  SeasonalBaseline baseline;
  add(baseline, kHour, 0.3);
  ASSERT_TRUE(baseline.usual(kHour + 24));
  EXPECT_NEAR(baseline.usual(kHour + 24)->tone, 0.3, 1e-4);
  EXPECT_EQ(baseline.usual(kHour + 24)->weeks, 0);
  add(baseline, kHour + 24, 0.1);
  EXPECT_NEAR(baseline.usual(kHour + 48)->tone, 0.2, 1e-4);
  EXPECT_NEAR(baseline.usual(kHour + 24)->tone, 0.1, 1e-4);
  EXPECT_LT(baseline.usual(kHour + 48)->uncertainty, 0.13);
}

TEST(SeasonalBaseline, IsSurerOfWhatIsTheSameEveryWeek) {
  SeasonalBaseline same;
  SeasonalBaseline changing;
  for (int week = 0; week < 8; ++week) {
    add(same, kHour + week * kWeek, 0.1);
    add(changing, kHour + week * kWeek, week % 2 == 0 ? -0.2 : 0.4);
  }
  EXPECT_LT(same.usual(kHour)->uncertainty, 0.03);
  EXPECT_NEAR(changing.usual(kHour)->uncertainty, 0.32, 0.05);
}

TEST(SeasonalBaseline, DoesNotLearnFromAFewMessages) {
  SeasonalBaseline baseline;
  baseline.add_hour(kHour, SeasonalBaseline::kMessagesMin - 1, 1'000'000);
  EXPECT_FALSE(baseline.usual(kHour));
}

TEST(SeasonalBaseline, HasLearntAfterAWeek) {
  SeasonalBaseline baseline;
  for (int64_t hour = 0; hour < kWeek; ++hour) {
    EXPECT_TRUE(baseline.learning());
    add(baseline, kHour + hour, 0);
  }
  EXPECT_FALSE(baseline.learning());
}

TEST(SeasonalBaseline, GoesToBytesAndBack) {
  SeasonalBaseline baseline;
  for (int64_t hour = 0; hour < 3 * kWeek; hour += 2)
    add(baseline, kHour + hour, static_cast<double>(hour % 7) / 10 - 0.3);
  std::string bytes;
  ByteWriter writer(bytes);
  baseline.encode(writer);
  SeasonalBaseline read;
  ByteReader reader(bytes);
  ASSERT_TRUE(read.decode(reader) && reader.at_end());
  std::string again;
  ByteWriter second(again);
  read.encode(second);
  EXPECT_EQ(bytes, again);
  EXPECT_EQ(read.learning(), baseline.learning());
}

}  // namespace
}  // namespace roomtone::alerts
