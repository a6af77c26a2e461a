#include "app/season_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "model/delta.hpp"
#include "store/store.hpp"
#include "support/said.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::app {
namespace {

using namespace std::chrono_literals;

constexpr Instant kMonday{std::chrono::microseconds(1'767'571'200'000'000)};  // 2026-01-05T00:00:00Z

/// The tone of an hour: of the day, and lower on Mondays.
double tone_at(int64_t hour) { return 0.01 * static_cast<double>(hour % 24) - (hour / 24 % 7 == 0 ? 0.3 : 0.0); }

/// A process with a store: a room that hears, its seasons, and commits.
class Process {
 public:
  /// Without `seasons` it is one of before there were any.
  explicit Process(const std::filesystem::path& folder, bool seasons = true) : folder_(folder), with_seasons_(seasons) {
    start();
  }

  /// The process is killed and comes back from its store.
  void start() {
    desk_.reset();
    room_.reset();
    store_.reset();
    store::StoreOptions options;
    options.folder = folder_;
    options.sync = false;
    options.sketch_key = SipKey{1, 2};
    store_ = store::Store::open(options).value();
    const Recovered recovered = store_->recover().value();
    rows_.clear();
    for (const AlertStateRow& row : recovered.seasons) rows_[row.key] = row.bytes;
    room::RoomOptions room_options;
    room_options.sources = {{"script", false}};
    room_ = std::make_unique<room::Room>(room_options, recovered, *store_, now_);
    desk_ = std::make_unique<SeasonDesk>(recovered.seasons, *store_, *room_, 100);
    durable_ = recovered.sequence;
    sequence_ = 0;
  }
  /// Ten messages of one pane in the middle of an hour after kMonday, and a commit.
  void hear(int64_t hour, const std::string& key = "t/derby") {
    const Instant at = kMonday + std::chrono::hours(hour) + 30min;
    Rollup said;
    for (uint64_t i = 1; i <= 10; ++i)
      say(said, {.author = i, .valence = tone_at(hour) + (i % 2 == 0 ? 0.1 : -0.1)}, span_of(at, Tier::pane));
    Tally tally;
    tally.sequence = ++sequence_;
    tally.newest_event = at;
    encode_delta(key, span_of(at, Tier::pane), said, tally.deltas);
    room_->merge(std::move(tally), now_);
    now_ += 20s;
    commit();
  }
  /// Without `written` the process has died before the commit was on disk.
  void commit(bool written = true) {
    Commit made = room_->commit(kMonday, now_, durable_, false);
    if (with_seasons_) desk_->complete(made);
    if (!written) return;
    ASSERT_TRUE(store_->write(made));
    durable_ = made.sequence;
    for (const AlertStateRow& row : made.season_rows) rows_[row.key] = row.bytes;
  }

  [[nodiscard]] const SeasonDesk& desk() const { return *desk_; }
  [[nodiscard]] std::optional<alerts::UsualTone> usual(int64_t hour, std::string_view key = "t/derby") const {
    return desk_->usual(key, (kMonday + std::chrono::hours(hour)).time_since_epoch() / 1s);
  }
  [[nodiscard]] const std::map<std::string, std::string>& rows() const { return rows_; }

 private:
  const std::filesystem::path folder_;
  const bool with_seasons_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<room::Room> room_;
  std::unique_ptr<SeasonDesk> desk_;
  std::map<std::string, std::string> rows_;
  Mono now_{1h};
  uint64_t sequence_ = 0;
  uint64_t durable_ = 0;
};

TEST(SeasonDesk, MakesABaselineOnceARoomWasHeardADayAgo) {
  const test::TemporaryFolder folder;
  Process process(folder.path() / "store");
  for (int64_t hour = 0; hour < 24; ++hour) process.hear(hour);
  EXPECT_EQ(process.desk().rooms(), 0U);
  for (int64_t hour = 24; hour < 27; ++hour) process.hear(hour);
  EXPECT_EQ(process.desk().rooms(), 1U);
  ASSERT_TRUE(process.usual(3));
  EXPECT_NEAR(process.usual(3)->tone, tone_at(3), 1e-4);
  EXPECT_EQ(process.usual(3)->weeks, 1);
}

TEST(SeasonDesk, KnowsAnHourOfTheWeekFromTheWeekBefore) {
  const test::TemporaryFolder folder;
  Process process(folder.path() / "store");
  for (int64_t hour = 0; hour < 7 * 24 + 2; ++hour) process.hear(hour);
  EXPECT_NEAR(process.usual(7 * 24 + 5)->tone, tone_at(5), 1e-4);       // a Monday
  EXPECT_NEAR(process.usual(8 * 24 + 5)->tone, tone_at(24 + 5), 1e-4);  // a Tuesday
  EXPECT_GT(process.usual(8 * 24 + 5)->tone, process.usual(7 * 24 + 5)->tone + 0.2);
}

TEST(SeasonDesk, ARowHasAtMostAKibibyte) {
  const test::TemporaryFolder folder;
  Process process(folder.path() / "store");
  for (int64_t hour = 0; hour < 8 * 24; ++hour) process.hear(hour);
  ASSERT_TRUE(process.rows().contains("t/derby"));
  EXPECT_LE(process.rows().at("t/derby").size(), 1024U);
}

// Killed at any hour, also with a commit that never reached the disk, it comes to the same bytes as one that ran on.
TEST(SeasonDesk, KilledAtAnyHourComesToTheSameBytes) {
  const test::TemporaryFolder folder;
  Process unbroken(folder.path() / "unbroken");
  Process killed(folder.path() / "killed");
  for (int64_t hour = 0; hour < 60; ++hour) {
    for (Process* process : {&unbroken, &killed}) {
      process->hear(hour);
      if (hour % 3 == 0) process->hear(hour, "t/cup");
    }
    killed.commit(false);
    killed.start();
  }
  ASSERT_EQ(unbroken.rows().size(), 2U);
  EXPECT_EQ(killed.rows(), unbroken.rows());
}

TEST(SeasonDesk, MakesUpForHoursWithoutADaemon) {
  const test::TemporaryFolder folder;
  Process process(folder.path() / "store");
  for (int64_t hour = 0; hour < 30; ++hour) process.hear(hour);
  process.start();
  for (int64_t hour = 40; hour < 43; ++hour) process.hear(hour);
  EXPECT_EQ(process.usual(29)->weeks, 1);
  EXPECT_EQ(process.usual(40)->weeks, 1);
  EXPECT_EQ(process.usual(35)->weeks, 0);  // nobody spoke: as on the day before
  EXPECT_NEAR(process.usual(35)->tone, tone_at(11), 1e-4);
}

TEST(SeasonDesk, ReadsALongPastInParts) {
  constexpr auto kPast = static_cast<int64_t>(2 * SeasonDesk::kHoursPerCommit);
  const test::TemporaryFolder folder;
  {
    Process before(folder.path() / "store", false);
    for (int64_t hour = 0; hour < kPast; ++hour) before.hear(hour);
  }
  Process process(folder.path() / "store");
  process.hear(kPast);
  process.hear(kPast + 1);
  const std::string begun = process.rows().at("t/derby");
  EXPECT_LT(process.usual(kPast - 1)->weeks, 3);
  for (int i = 0; i < 3; ++i) process.commit();
  EXPECT_NE(process.rows().at("t/derby"), begun);
  EXPECT_EQ(process.usual(kPast - 1)->weeks, kPast / 168 + 1);
}

}  // namespace
}  // namespace roomtone::app
