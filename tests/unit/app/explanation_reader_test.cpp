#include "app/explanation_reader.hpp"

#include <gtest/gtest.h>

#include "model/delta.hpp"
#include "model/key.hpp"
#include "support/said.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::app {
namespace {

constexpr SpanIndex kPanesOfAnHour = 360;
constexpr SpanIndex kEvening = 176'725'800;  // 2026-01-01T09:10:00Z, a full hour

store::StoreOptions in(const test::TemporaryFolder& folder) {
  store::StoreOptions options;
  options.folder = folder.path() / "store";
  options.sync = false;
  return options;
}

RoomRow room_row(std::string key, SpanIndex newest, TierMarks marks = {}) {
  RoomRow row;
  row.key = std::move(key);
  row.newest_pane = newest;
  row.marks = marks;
  return row;
}

/// A store in which one message was said in each pane of [from, to), of `room` and of t/derby.
class OneMessageAPane {
 public:
  OneMessageAPane(SpanIndex from, SpanIndex to) {
    Commit commit;
    commit.sequence = 1;
    for (SpanIndex pane = from; pane < to; ++pane) {
      Rollup rollup;
      say(rollup, {static_cast<uint64_t>(pane % 97 + 1), 0.25, {{"calm", 10}}}, pane);
      for (const char* key : {"room", "t/derby"}) commit.panes.push_back(pane_row(key, Tier::pane, pane, 1, rollup));
    }
    commit.rooms = {room_row("room", to - 1), room_row("t/derby", to - 1)};
    store_ = store::Store::open(in(folder_)).value();
    EXPECT_TRUE(store_->write(commit));
  }
  [[nodiscard]] store::Store& store() { return *store_; }

 private:
  test::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
};

// Ends that fit no minute: each pane must be in exactly one of the two spans, and in it once.
TEST(ExplanationReader, ReadsEveryPaneOfBothSpansOnce) {
  OneMessageAPane made(kEvening - 2 * kPanesOfAnHour, kEvening + 60);
  for (const SpanIndex end : {kEvening, kEvening + 1, kEvening + 5, kEvening + 23, kEvening + 60}) {
    const auto e = explain_from(made.store(), {"t/derby", WindowSize::five_minutes, start_of(end, Tier::pane)});
    ASSERT_TRUE(e) << e.error().context;
    EXPECT_EQ(e->end, start_of(end, Tier::pane));
    EXPECT_EQ(e->now.n, 30);
    EXPECT_EQ(e->before.n, kPanesOfAnHour);
    EXPECT_EQ(e->shift.sampled_now, 30);
    EXPECT_EQ(e->shift.sampled_before, kPanesOfAnHour);  // minutes side by side: not the 64 of a merged hour
    EXPECT_DOUBLE_EQ(e->now.rate_per_min, 6);
    EXPECT_DOUBLE_EQ(e->before.rate_per_min, 6);
  }
}

TEST(ExplanationReader, TakesTheNewestWindowOfTheRoomAndTheLastOneBeforeATime) {
  OneMessageAPane made(kEvening - 30, kEvening + 3);
  const auto newest = explain_from(made.store(), {"t/derby", WindowSize::minute, {}});
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->end, start_of(kEvening + 3, Tier::pane));
  const Instant within = start_of(kEvening + 1, Tier::pane) + std::chrono::seconds(7);
  const auto then = explain_from(made.store(), {"t/derby", WindowSize::minute, within});
  ASSERT_TRUE(then);
  EXPECT_EQ(then->end, start_of(kEvening + 1, Tier::pane));
}

// A store that began ten minutes ago: its hour before is not one of silence.
TEST(ExplanationReader, CountsRatesOverTheTimeThatIsKept) {
  OneMessageAPane made(kEvening - 90, kEvening);
  const auto e = explain_from(made.store(), {"room", WindowSize::five_minutes, {}});
  ASSERT_TRUE(e);
  EXPECT_EQ(e->before.n, 60);
  EXPECT_DOUBLE_EQ(e->before.rate_per_min, 6);
}

TEST(ExplanationReader, SeesWhatStandsOnlyInTheJournal) {
  OneMessageAPane made(kEvening - 30, kEvening);
  Rollup late;
  say(late, {500, -0.5, {{"awful", -60}}}, kEvening);
  Commit commit;
  commit.sequence = 2;
  commit.journal_from = 2;
  encode_delta("t/derby", kEvening, late, commit.deltas);
  encode_delta("room", kEvening, late, commit.deltas);
  ASSERT_TRUE(made.store().write(commit));
  const auto e = explain_from(made.store(), {"t/derby", WindowSize::minute, {}});
  ASSERT_TRUE(e);
  EXPECT_EQ(e->end, start_of(kEvening + 1, Tier::pane));
  EXPECT_EQ(e->now.n, 6);
  EXPECT_EQ(e->shift.sampled_now, 6);
}

// Rows are written some seconds after the journal: rates must not jump when they are.
TEST(ExplanationReader, CountsRatesFromTheJournalWhereThereAreNoRowsYet) {
  test::TemporaryFolder folder;
  const auto store = store::Store::open(in(folder)).value();
  Commit commit;
  commit.sequence = 1;
  commit.journal_from = 1;
  for (SpanIndex pane = kEvening - 90; pane < kEvening; ++pane) {
    Rollup rollup;
    say(rollup, {1, 0.25}, pane);
    encode_delta("room", pane, rollup, commit.deltas);
  }
  ASSERT_TRUE(store->write(commit));
  const auto e = explain_from(*store, {"room", WindowSize::five_minutes, {}});
  ASSERT_TRUE(e);
  EXPECT_DOUBLE_EQ(e->before.rate_per_min, 6);
}

// A day and the week before it, of which the older part stands in hours only.
TEST(ExplanationReader, ReadsDaysFromHours) {
  test::TemporaryFolder folder;
  const SpanIndex hour = kEvening / kPanesOfAnHour;
  Commit commit;
  commit.sequence = 1;
  for (SpanIndex h = hour - 8 * 24; h < hour; ++h) {
    Rollup rollup;
    for (uint64_t author = 1; author <= 100; ++author) say(rollup, {author, 0.1}, h * kPanesOfAnHour);
    for (const char* key : {"room", "t/derby"}) commit.panes.push_back(pane_row(key, Tier::hour, h, 1, rollup));
  }
  const TierMarks marks{hour * 60, hour};
  commit.rooms = {room_row("room", kEvening - 1, marks), room_row("t/derby", kEvening - 1, marks)};
  const auto store = store::Store::open(in(folder)).value();
  ASSERT_TRUE(store->write(commit));
  const auto e = explain_from(*store, {"t/derby", WindowSize::day, {}});
  ASSERT_TRUE(e);
  EXPECT_EQ(e->now.n, 24 * 100);
  EXPECT_EQ(e->before.n, 7 * 24 * 100);
  EXPECT_EQ(e->shift.sampled_now, 24 * static_cast<int64_t>(kSampleKept));
}

TEST(ExplanationReader, OfARoomNeverHeardOfIsSilentAndOfAnEmptyStoreNotFound) {
  OneMessageAPane made(kEvening - 30, kEvening);
  const auto e = explain_from(made.store(), {"t/nobody", WindowSize::minute, {}});
  ASSERT_TRUE(e);
  EXPECT_EQ(e->sentence, "t/nobody was silent.");
  test::TemporaryFolder folder;
  const auto empty = store::Store::open(in(folder)).value();
  const auto nothing = explain_from(*empty, {"room", WindowSize::minute, {}});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace roomtone::app
