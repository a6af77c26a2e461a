#include "app/pipeline.hpp"

#include <gtest/gtest.h>

#include "app/reorder_buffer.hpp"

namespace roomtone::app {
namespace {

constexpr Instant kNoon{std::chrono::microseconds(1'767'268'800'000'000)};

struct TimeCase {
  const char* name;
  Instant event;
  Instant seen;
  SeenRule rule;
  Column column;
  Instant event_after;
  int64_t from_future;
  int64_t late;
};
class JudgeTime : public testing::TestWithParam<TimeCase> {};
TEST_P(JudgeTime, UsesTheMessagesOwnSeenTime) {
  const TimeCase& c = GetParam();
  Message message;
  message.event_time = c.event;
  message.seen_time = c.seen;
  Ledger ledger;
  EXPECT_EQ(judge_time(message, c.rule, kNoon, 48h, ledger), c.column);
  EXPECT_EQ(message.event_time, c.event_after);
  EXPECT_EQ(ledger[Beside::from_future], c.from_future);
  EXPECT_EQ(ledger[Beside::late], c.late);
}
INSTANTIATE_TEST_SUITE_P(
    Pipeline, JudgeTime,
    testing::Values(
        TimeCase{"of_now", kNoon, kNoon, SeenRule::arrival, Column::counted, kNoon, 0, 0},
        TimeCase{"a_minute_ahead_is_believed", kNoon + 60s, kNoon, SeenRule::arrival, Column::counted, kNoon + 60s, 0,
                 0},
        TimeCase{"more_is_clamped", kNoon + 61s, kNoon, SeenRule::arrival, Column::counted, kNoon, 1, 0},
        TimeCase{"within_grace_is_not_late", kNoon - 5s, kNoon, SeenRule::arrival, Column::counted, kNoon - 5s, 0, 0},
        TimeCase{"beyond_grace_is_late", kNoon - 5001ms, kNoon, SeenRule::arrival, Column::counted, kNoon - 5001ms, 0,
                 1},
        TimeCase{"at_the_horizon_counts", kNoon - 48h, kNoon, SeenRule::arrival, Column::counted, kNoon - 48h, 0, 1},
        TimeCase{"beyond_it_does_not", kNoon - 48h - 1ms, kNoon, SeenRule::arrival, Column::too_old, kNoon - 48h - 1ms,
                 0, 0},
        TimeCase{"no_seen_time_on_the_network_is_arrival", kNoon - 49h, kNoInstant, SeenRule::arrival, Column::too_old,
                 kNoon - 49h, 0, 0},
        TimeCase{"no_seen_time_in_a_file_is_event_time", kNoon - 4900h, kNoInstant, SeenRule::event_time,
                 Column::counted, kNoon - 4900h, 0, 0},
        TimeCase{"no_event_time_is_seen_time", kNoInstant, kNoon - 3h, SeenRule::event_time, Column::counted,
                 kNoon - 3h, 0, 0},
        TimeCase{"no_time_at_all_is_arrival", kNoInstant, kNoInstant, SeenRule::event_time, Column::counted, kNoon, 0,
                 0}),
    [](const auto& row) { return row.param.name; });

Tally numbered(uint64_t sequence) {
  Tally tally;
  tally.sequence = sequence;
  return tally;
}

TEST(ReorderBuffer, GivesTalliesInOrderWhateverTheOrderOfPushes) {
  ReorderBuffer buffer(1);
  std::vector<Tally> out;
  buffer.push(numbered(2));
  buffer.push(numbered(3));
  EXPECT_TRUE(buffer.take(out, 0us));
  EXPECT_TRUE(out.empty());
  buffer.push(numbered(1));
  EXPECT_TRUE(buffer.take(out, 0us));
  ASSERT_EQ(out.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(out[i].sequence, i + 1);
}

TEST(ReorderBuffer, IsOverOnceClosedAndEmpty) {
  ReorderBuffer buffer(1);
  std::vector<Tally> out;
  buffer.push(numbered(1));
  buffer.close();
  EXPECT_TRUE(buffer.take(out, 0us));
  out.clear();
  EXPECT_FALSE(buffer.take(out, 0us));
}

}  // namespace
}  // namespace roomtone::app
