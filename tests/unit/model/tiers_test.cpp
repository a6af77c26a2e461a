#include "model/tiers.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace roomtone {
namespace {

Instant at(std::chrono::seconds since) { return instant_of_micros(0) + since; }

TEST(Cover, UsesHoursAndMinutesOnlyBelowTheirMarks) {
  const TierMarks marks{.minute = 130, .hour = 2};  // minutes until 2:10, hours until 2:00
  const auto runs = cover(at(50s), at(std::chrono::hours(3)), marks);
  EXPECT_EQ(runs, (std::vector<TierRun>{{Tier::pane, 5, 6},        // 0:00:50 to 0:01
                                        {Tier::minute, 1, 60},     // to 1:00
                                        {Tier::hour, 1, 2},        // to 2:00
                                        {Tier::minute, 120, 130},  // to 2:10
                                        {Tier::pane, 780, 1080}}));
}

TEST(Cover, OfNothingIsNothing) { EXPECT_TRUE(cover(at(60s), at(60s), {100, 1}).empty()); }

TEST(Cover, HoldsEveryPaneExactlyOnceWhateverTheMarks) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const SpanIndex from = static_cast<SpanIndex>(random() % 2000);
    const SpanIndex to = from + static_cast<SpanIndex>(random() % 2000);
    const TierMarks marks{static_cast<SpanIndex>(random() % 700), static_cast<SpanIndex>(random() % 12)};
    SpanIndex next = from;
    for (const TierRun& run : cover(start_of(from, Tier::pane), start_of(to, Tier::pane), marks)) {
      const SpanIndex ratio = width_of(run.tier) / width_of(Tier::pane);
      ASSERT_EQ(run.from * ratio, next);
      ASSERT_LT(run.from, run.to);
      if (run.tier == Tier::minute) {
        ASSERT_LE(run.to, marks.minute);
      }
      if (run.tier == Tier::hour) {
        ASSERT_LE(run.to, marks.hour);
      }
      next = run.to * ratio;
    }
    ASSERT_EQ(next, to);
  }
}

TEST(Spans, BeforeAndAfter1970AreHalfOpen) {
  EXPECT_EQ(span_of(at(0s), Tier::pane), 0);
  EXPECT_EQ(span_of(at(10s) - std::chrono::microseconds(1), Tier::pane), 0);
  EXPECT_EQ(span_of(at(10s), Tier::pane), 1);
  EXPECT_EQ(span_of(at(0s) - std::chrono::microseconds(1), Tier::pane), -1);
}

}  // namespace
}  // namespace roomtone
