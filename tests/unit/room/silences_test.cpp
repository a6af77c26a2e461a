#include "room/silences.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace roomtone::room {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNine{std::chrono::microseconds(1'767'258'000'000'000)};
constexpr SipKey kKey{1, 2};

/// Silences with what a store would hold of them.
struct Life {
  Silences silences{kKey};
  std::map<std::pair<std::string, uint64_t>, SilenceRow> rows;
  std::map<uint64_t, std::string> records;  // by commit
  uint64_t sequence = 0;
  Mono now{};

  void commit(bool everything = false) {
    Commit commit;
    commit.sequence = ++sequence;
    silences.flush(commit, now, everything);
    for (SilenceRow& row : commit.silence_rows) {
      if (row.last == kNoInstant)
        rows.erase({row.list, row.member});
      else
        rows[{row.list, row.member}] = row;
    }
    if (!commit.heard.empty()) records[sequence] = commit.heard;
    records.erase(records.begin(), records.lower_bound(std::min(commit.heard_from, sequence)));
  }
  /// What was not committed is lost.
  void crash() {
    std::vector<SilenceRow> all;
    for (const auto& [place, row] : rows) all.push_back(row);
    const std::vector<std::pair<uint64_t, std::string>> heard(records.begin(), records.end());
    silences = Silences(kKey, sequence + 1);
    EXPECT_TRUE(silences.recover(all, heard, now));
  }
  void restart() {
    commit(true);
    EXPECT_TRUE(records.empty());
    crash();
  }
  void heard(std::string_view list, uint64_t member, Instant at) { silences.heard(list, member, at, now); }
  [[nodiscard]] Silence at(Instant when) const {
    const auto all = silences.all(when);
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
    life.heard("racing", 7, last);
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
  life.heard("racing", 7, last + 26h);
  EXPECT_EQ(life.at(last + 27h).silent, 0);
}

TEST(Silences, NoHabitIsKnownBeforeEightGaps) {
  Life life;
  life.silences.expect({{"racing", 7, Expectation::kOwnHabit, ""}});
  for (int i = 0; i < 8; ++i) life.heard("racing", 7, kNine + i * 1h);
  EXPECT_TRUE(life.silences.all(kNine + 100h).empty());
  life.heard("racing", 7, kNine + 8h);
  EXPECT_EQ(life.at(kNine + 100h).silent, 1);
}

TEST(Silences, ABurstMakesNoHabitOfSeconds) {
  Life life;
  life.silences.expect({{"racing", 7, Expectation::kOwnHabit, ""}});
  for (int i = 0; i < 17; ++i) life.heard("racing", 7, kNine + i * 1s);
  EXPECT_EQ(life.at(kNine + 9min).silent, 0);
  EXPECT_EQ(life.at(kNine + 11min).silent, 1);
}

TEST(Silences, AConfiguredGapHoldsFromTheStartForWhoeverWasNeverHeard) {
  Life life;
  life.silences.expect({{"racing", 7, 6h, ""}, {"racing", 8, 6h, ""}});
  life.silences.advance(kNine, life.now);
  life.silences.advance(kNine + 3h, life.now);
  life.heard("racing", 8, kNine + 2h);
  const Silence silence = life.at(kNine + 7h);
  EXPECT_EQ(silence.expected, 2);
  EXPECT_EQ(silence.silent, 1);
  EXPECT_EQ(silence.longest_s, 7 * 3600);
  EXPECT_TRUE(silence.voices.empty()) << "this list shows no authors";
}

TEST(Silences, ALatePostChangesNothing) {
  Life life;
  life.silences.expect({{"racing", 7, 6h, ""}});
  life.heard("racing", 7, kNine + 5h);
  life.heard("racing", 7, kNine);
  EXPECT_EQ(life.at(kNine + 10h).silent, 0);
}

TEST(Silences, ForgetWhoIsNoLongerExpected) {
  Life life;
  life.silences.expect({{"racing", 7, 6h, ""}, {"press", 7, 6h, ""}});
  life.heard("racing", 7, kNine);
  life.heard("press", 7, kNine);
  life.heard("press", 99, kNine);  // a stranger
  life.commit(true);
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
  for (uint64_t i = 0; i < 20; ++i) life.heard("racing", i, kNine + static_cast<int64_t>(i) * 1min);
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
  life.heard("racing", 7, kNine);
  life.commit();
  ByteReader in(life.records.begin()->second);
  EXPECT_NE(read_heard(in).member, 7u);
  life.commit(true);
  EXPECT_NE(life.rows.begin()->first.second, 7u);
}

TEST(Silences, ARowIsWrittenOnceForAllThatWasHeardInTenSeconds) {
  Life life;
  life.silences.expect({{"racing", 7, 6h, ""}});
  for (int i = 0; i < 9; ++i) {
    life.heard("racing", 7, kNine + i * 1s);
    life.commit();
    EXPECT_TRUE(life.rows.empty());
    life.now += 1s;
  }
  EXPECT_EQ(life.records.size(), 9u);
  life.now += 1s;
  life.commit();
  ASSERT_EQ(life.rows.size(), 1u);
  EXPECT_EQ(life.rows.begin()->second.gaps.size(), 8u);
  EXPECT_TRUE(life.records.empty());
}

TEST(Silences, ManyRowsAreSpreadOverCommits) {
  Life life;
  std::vector<Expectation> all;
  for (uint64_t i = 0; i < Silences::kRowsPerCommit + 1; ++i) all.push_back({"racing", i, 1h, ""});
  life.silences.expect(all);
  life.silences.advance(kNine, life.now);
  life.commit();
  life.now += Silences::kRowAge;
  life.commit();
  EXPECT_EQ(life.rows.size(), Silences::kRowsPerCommit);
  EXPECT_EQ(life.records.size(), 1u) << "one has no row yet";
  life.commit();
  EXPECT_EQ(life.rows.size(), all.size());
  EXPECT_TRUE(life.records.empty());
}

/// The same people are heard, forgotten and expected again at random, in one life that crashes after any commit and
/// once more while it is recovering, and in one that never does.
TEST(Silences, ACrashAfterAnyCommitLosesNothingThatWasCommitted) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    Life crashing;
    Life steady;
    const auto both = [&](auto&& act) {
      act(crashing);
      act(steady);
    };
    const auto expected = [](bool also) {
      std::vector<Expectation> all = {{"racing", 1, Expectation::kOwnHabit, "m1"}, {"racing", 2, 20min, "m2"}};
      if (also) all.push_back({"racing", 3, Expectation::kOwnHabit, "m3"});
      return all;
    };
    bool also = true;
    both([&](Life& life) { life.silences.expect(expected(also)); });
    Instant at = kNine;
    for (int turn = 0; turn < 80; ++turn) {
      for (uint32_t said = random() % 4; said > 0; --said) {
        at += std::chrono::seconds(random() % 600);
        const uint64_t member = 1 + random() % 3;
        both([&](Life& life) { life.heard("racing", member, at); });
      }
      if (random() % 10 == 0) {
        also = !also;
        both([&](Life& life) { life.silences.expect(expected(also)); });
      }
      both([&](Life& life) {
        life.silences.advance(at, life.now);
        life.commit();
      });
      const auto passed = std::chrono::seconds(random() % 5);
      both([&](Life& life) { life.now += passed; });
      if (random() % 5 == 0) {
        crashing.crash();
        if (random() % 2 == 0) crashing.crash();
        crashing.silences.expect(expected(also));
      }
      const auto all = crashing.silences.all(at + 1h);
      const auto should = steady.silences.all(at + 1h);
      ASSERT_EQ(all.size(), should.size()) << "seed " << seed;
      for (std::size_t i = 0; i < all.size(); ++i)
        ASSERT_EQ(all[i].silence, should[i].silence) << "seed " << seed << ", turn " << turn;
    }
    both([](Life& life) { life.commit(true); });
    ASSERT_EQ(crashing.rows, steady.rows) << "seed " << seed;
  }
}

TEST(Silences, RefuseAMalformedRecord) {
  const std::vector<std::pair<uint64_t, std::string>> heard = {{1, "\x06rac"}};
  EXPECT_FALSE(Silences(kKey).recover({}, heard, Mono{}));
}

}  // namespace
}  // namespace roomtone::room
