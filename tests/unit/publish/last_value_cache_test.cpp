#include "publish/last_value_cache.hpp"

#include <gtest/gtest.h>

namespace roomtone::publish {
namespace {

constexpr Instant kMinute = instant_of_micros(60'000'000);
constexpr Instant kNextMinute = instant_of_micros(120'000'000);

Header header(uint64_t global_seq, uint64_t key_seq, uint8_t flags = kFlagFinal) {
  return {.flags = flags, .epoch = 1, .global_seq = global_seq, .key_seq = key_seq, .publish_time = kMinute};
}

TEST(LastValueCache, HoldsTheNewestUpdateOfAKey) {
  LastValueCache cache(10);
  EXPECT_EQ(cache.apply("/a/room/60s/", header(1, 1), kMinute, "first"), Kept::added);
  EXPECT_EQ(cache.apply("/a/room/60s/", header(2, 2), kMinute, "second"), Kept::replaced);
  ASSERT_NE(cache.find("/a/room/60s/"), nullptr);
  EXPECT_EQ(cache.find("/a/room/60s/")->body, "second");
  EXPECT_EQ(cache.find("/a/room/60s/")->header, header(2, 2));
  EXPECT_EQ(cache.global_seq(), 2u);
}

// A reader that takes the value from a snapshot goes on with the next key_seq, and must not see a gap.
TEST(LastValueCache, ACorrectionOfAnOlderWindowMovesTheSequencesOnly) {
  LastValueCache cache(10);
  ASSERT_EQ(cache.apply("/a/room/60s/", header(1, 1, kFlagPartial), kNextMinute, "newest"), Kept::added);
  EXPECT_EQ(cache.apply("/a/room/60s/", header(2, 2, kFlagCorrected), kMinute, "older"), Kept::sequences_only);
  EXPECT_EQ(cache.find("/a/room/60s/")->body, "newest");
  EXPECT_EQ(cache.find("/a/room/60s/")->header, header(2, 2, kFlagPartial));
}

TEST(LastValueCache, ACorrectionOfTheNewestWindowReplacesIt) {
  LastValueCache cache(10);
  ASSERT_EQ(cache.apply("/a/room/60s/", header(1, 1), kMinute, "final"), Kept::added);
  EXPECT_EQ(cache.apply("/a/room/60s/", header(2, 2, kFlagCorrected), kMinute, "corrected"), Kept::replaced);
  EXPECT_EQ(cache.find("/a/room/60s/")->body, "corrected");
}

TEST(LastValueCache, RefusesKeysBeyondItsLimitAndGoesOnWithThoseItHas) {
  LastValueCache cache(1);
  ASSERT_EQ(cache.apply("/a/t/a/60s/", header(1, 1), kMinute, "a"), Kept::added);
  EXPECT_EQ(cache.apply("/a/t/b/60s/", header(2, 1), kMinute, "b"), Kept::refused);
  EXPECT_EQ(cache.find("/a/t/b/60s/"), nullptr);
  EXPECT_EQ(cache.global_seq(), 1u);
  EXPECT_EQ(cache.apply("/a/t/a/60s/", header(3, 2), kMinute, "a again"), Kept::replaced);
}

TEST(LastValueCacheDeathTest, SequencesThatGoBackAreABugOfOurs) {
  LastValueCache cache(10);
  ASSERT_EQ(cache.apply("/a/room/60s/", header(5, 5), kMinute, "first"), Kept::added);
  EXPECT_DEATH((void)cache.apply("/a/room/60s/", header(5, 6), kMinute, "same global_seq"), "global_seq");
  EXPECT_DEATH((void)cache.apply("/a/room/60s/", header(6, 5), kMinute, "same key_seq"), "key_seq");
}

}  // namespace
}  // namespace roomtone::publish
