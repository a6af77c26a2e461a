#include "room/silences.hpp"

#include <gtest/gtest.h>

namespace roomtone::room {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNine{std::chrono::microseconds(1'767'258'000'000'000)};
constexpr SipKey kKey{1, 2};

/// Silences with what a store would hold of them.
struct Life {
  Silences silences{kKey};
  std::map<std::pair<std::string, uint64_t>, SilenceRow> rows;

  void commit() {
    for (SilenceRow& row : silences.take_rows()) {
      if (row.last == kNoInstant)
        rows.erase({row.list, row.member});
      else
        rows[{row.list, row.member}] = row;
    }
  }
  void restart() {
    commit();
    std::vector<SilenceRow> all;
    for (const auto& [place, row] : rows) all.push_back(row);
    silences = Silences(kKey);
    silences.recover(all);
  }
  [[nodiscard]] Silence at(Instant now) const {
    const auto all = silences.all(now);
    return all.empty() ? Silence{} : all[0].silence;
  }
};

TEST(Silences, S20_AMemberWithAMedianGapOfAnHourIsMissedAfterADayAndNoMoreOnceHeard) {
  Life life;
  const std::vector<Expectation> racing = {{"racing", 7, Expectation::kOwnHabit, "anna"}};
  life.silences.expect(racing);
  Instant last = kNine;
  for (int i = 0; i <= 12; ++i) {
    last = kNine + i * 1h + (i % 3) * 1min;
    life.silences.heard("racing", 7, last);
  }
  for (const bool restarted : {false, true}) {
    if (restarted) {
      life.restart();
      life.silences.expect(racing);
    }
    const Silence early = life.at(last + 23h);
    EXPECT_EQ(early.expected, 1);
    EXPECT_EQ(early.silent, 0);
    const Silence late = life.at(last + 25h);
    EXPECT_EQ(late.silent, 1) << "restarted: " << restarted;
    EXPECT_EQ(late.longest_s, 25 * 3600);
    ASSERT_EQ(late.voices.size(), 1u);
    EXPECT_EQ(late.voices[0].author, "anna");
    EXPECT_NEAR(static_cast<double>(late.voices[0].expected_gap_s), 24 * 3600, 24 * 60);
  }
  life.silences.heard("racing", 7, last + 26h);
  EXPECT_EQ(life.at(last + 27h).silent, 0);
}

TEST(Silences, NoHabitIsKnownBeforeEightGaps) {
  Life life;
  life.silences.expect({{"racing", 7, Expectation::kOwnHabit, ""}});
  for (int i = 0; i < 8; ++i) life.silences.heard("racing", 7, kNine + i * 1h);
  EXPECT_TRUE(life.silences.all(kNine + 100h).empty());
  life.silences.heard("racing", 7, kNine + 8h);
  EXPECT_EQ(life.at(kNine + 100h).silent, 1);
}

TEST(Silences, ABurstMakesNoHabitOfSeconds) {
  Life life;
  life.silences.expect({{"racing", 7, Expectation::kOwnHabit, ""}});
  for (int i = 0; i < 17; ++i) life.silences.heard("racing", 7, kNine + i * 1s);
  EXPECT_EQ(life.at(kNine + 9min).silent, 0);
  EXPECT_EQ(life.at(kNine + 11min).silent, 1);
}

TEST(Silences, AConfiguredGapHoldsFromTheStartForWhoeverWasNeverHeard) {
  Life life;
  life.silences.expect({{"racing", 7, 6h, ""}, {"racing", 8, 6h, ""}});
  life.silences.advance(kNine);
  life.silences.advance(kNine + 3h);
  life.silences.heard("racing", 8, kNine + 2h);
  const Silence silence = life.at(kNine + 7h);
  EXPECT_EQ(silence.expected, 2);
  EXPECT_EQ(silence.silent, 1);
  EXPECT_EQ(silence.longest_s, 7 * 3600);
  EXPECT_TRUE(silence.voices.empty()) << "this list shows no authors";
}

TEST(Silences, ALatePostChangesNothing) {
  Life life;
  life.silences.expect({{"racing", 7, 6h, ""}});
  life.silences.heard("racing", 7, kNine + 5h);
  life.silences.heard("racing", 7, kNine);
  EXPECT_EQ(life.at(kNine + 10h).silent, 0);
}

TEST(Silences, ForgetWhoIsNoLongerExpected) {
  Life life;
  life.silences.expect({{"racing", 7, 6h, ""}, {"press", 7, 6h, ""}});
  life.silences.heard("racing", 7, kNine);
  life.silences.heard("press", 7, kNine);
  life.silences.heard("press", 99, kNine);  // a stranger
  life.commit();
  EXPECT_EQ(life.rows.size(), 2u);
  life.silences.expect({{"press", 7, 6h, ""}});
  life.commit();
  EXPECT_EQ(life.rows.size(), 1u);
  EXPECT_EQ(life.rows.begin()->first.first, "press");
}

TEST(Silences, NameTheLongestSilentFirstAndSixteenAtMost) {
  Life life;
  std::vector<Expectation> all;
  for (uint64_t i = 0; i < 20; ++i) all.push_back({"racing", i, 1h, "m" + std::to_string(i)});
  life.silences.expect(all);
  for (uint64_t i = 0; i < 20; ++i) life.silences.heard("racing", i, kNine + static_cast<int64_t>(i) * 1min);
  const Silence silence = life.at(kNine + 10h);
  EXPECT_EQ(silence.silent, 20);
  ASSERT_EQ(silence.voices.size(), Silences::kVoicesNamed);
  EXPECT_EQ(silence.voices[0].author, "m0");
  EXPECT_EQ(silence.voices[0].silent_s, 36'000);
  EXPECT_EQ(silence.voices[0].expected_gap_s, 3600);
}

TEST(Silences, KeepNoIdOnDisk) {
  Life life;
  life.silences.expect({{"racing", 7, 6h, ""}});
  life.silences.heard("racing", 7, kNine);
  life.commit();
  EXPECT_NE(life.rows.begin()->first.second, 7u);
}

}  // namespace
}  // namespace roomtone::room
