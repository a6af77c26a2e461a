#include "alerts/room_detectors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "unit/alerts/stream.hpp"

namespace roomtone::alerts {
namespace {

constexpr Budget kWeekly{.days_between_false_alarms = 7};
constexpr int64_t kStart = 1'790'000'000;

/// A room of one message a second, of which a share of `extreme` in 256 is at -0.8 or 0.8 and the rest at -0.2 or 0.2.
Slice second(MadeUpRoom& random, int64_t at, uint64_t extreme) {
  const uint64_t bits = random.bits();
  const int64_t size = (bits & 255) < extreme ? 800'000 : 200'000;
  return {.second = at,
          .n = 1,
          .scored = 1,
          .valence_micro_sum = (bits >> 63) == 0 ? size : -size,
          .valence_sq_micro_sum = size * size / 1'000'000};
}

TEST(RoomDetectors, FindTwoCampsWithTheSameMean) {
  MadeUpRoom random(1);
  RoomDetectors room;
  WanderPool pool;
  std::optional<SpreadShift> found;
  for (int64_t t = 0; t < 10 * 3600 && !found; ++t) {
    pool.advance(kStart + t);
    found = room.step(second(random, kStart + t, t < 8 * 3600 ? 64 : 128), kWeekly, pool).spread;
    ASSERT_TRUE(!found || t >= 8 * 3600) << t;
  }
  ASSERT_TRUE(found);
  EXPECT_LT(found->second, kStart + 8 * 3600 + 600);
  EXPECT_GT(found->after, found->before);
}

TEST(RoomDetectors, SayNothingOfADayWithoutAChange) {
  MadeUpRoom random(2);
  RoomDetectors room;
  WanderPool pool;
  for (int64_t t = 0; t < 86400; ++t) {
    pool.advance(kStart + t);
    ASSERT_FALSE(room.step(second(random, kStart + t, 64), kWeekly, pool).any()) << t;
  }
}

TEST(RoomDetectors, RestartedAtAnySliceFindTheSame) {
  MadeUpRoom random(3);
  RoomDetectors whole;
  RoomDetectors cut;
  WanderPool whole_pool;
  WanderPool cut_pool;
  int found = 0;
  for (int64_t t = 0; t < 4 * 3600; ++t) {
    const Slice slice = second(random, kStart + t, t < 2 * 3600 ? 64 : 160);
    whole_pool.advance(slice.second);
    cut_pool.advance(slice.second);
    const Findings expected = whole.step(slice, kWeekly, whole_pool);
    const Findings got = cut.step(slice, kWeekly, cut_pool);
    ASSERT_EQ(expected.tone.has_value(), got.tone.has_value());
    ASSERT_EQ(expected.spread.has_value(), got.spread.has_value());
    found += expected.any() ? 1 : 0;
    if (t % 300 == 299) {
      ASSERT_EQ(whole.step_row(300, kWeekly).surge_days, cut.step_row(300, kWeekly).surge_days);
    }
    std::string bytes;
    cut.encode(bytes);
    const auto read = RoomDetectors::decode(bytes);
    ASSERT_TRUE(read);
    cut = *read;
  }
  EXPECT_GE(found, 1);
}

TEST(RoomDetectors, RefuseBytesOfAnotherVersionCutOrLonger) {
  std::string bytes;
  RoomDetectors().encode(bytes);
  EXPECT_TRUE(RoomDetectors::decode(bytes));
  EXPECT_FALSE(RoomDetectors::decode(bytes + "x"));
  EXPECT_FALSE(RoomDetectors::decode(std::string_view(bytes).substr(0, bytes.size() - 1)));
  bytes[0] = 3;
  EXPECT_FALSE(RoomDetectors::decode(bytes));
  EXPECT_FALSE(RoomDetectors::decode({}));
}

TEST(RoomDetectors, ReadBytesOfBeforeTheMeanOfAllWasKept) {
  std::string old;
  RoomDetectors().encode(old);
  std::string tone;  // as it stands at the beginning of a room, its last 8 + 8 bytes are the mean of all
  ByteWriter writer(tone);
  ToneDetector().encode(writer);
  old[0] = 1;
  old.erase(tone.size() + 1 - 16, 16);
  const auto read = RoomDetectors::decode(old);
  ASSERT_TRUE(read);
  std::string now;
  read->encode(now);
  std::string fresh;
  RoomDetectors().encode(fresh);
  EXPECT_EQ(now, fresh);
}

TEST(RoomDetectors, PassOverASliceThatWasSeenBefore) {
  MadeUpRoom random(4);
  RoomDetectors room;
  WanderPool pool;
  for (int64_t t = 0; t < 1000; ++t) EXPECT_FALSE(room.step(second(random, kStart + t, 64), kWeekly, pool).any());
  std::string before;
  room.encode(before);
  EXPECT_FALSE(room.step(second(random, kStart + 999, 64), kWeekly, pool).any());
  std::string after;
  room.encode(after);
  EXPECT_EQ(before, after);
}

TEST(RoomDetectors, TakeAnyBytesForAStateThatWorksOrForNone) {
  MadeUpRoom random(5);
  RoomDetectors room;
  WanderPool pool;
  for (int64_t t = 0; t < 20'000; ++t) static_cast<void>(room.step(second(random, kStart + t, 64), kWeekly, pool));
  std::string bytes;
  room.encode(bytes);
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = bytes;
    const uint64_t bits = random.bits();
    damaged[bits % damaged.size()] = static_cast<char>(bits >> 32);
    auto read = RoomDetectors::decode(damaged);
    if (!read) continue;
    ++taken;
    WanderPool own;
    for (int64_t t = 20'000; t < 20'020; ++t)
      static_cast<void>(read->step(second(random, kStart + t * 301, 64), kWeekly, own));
    const VolumeScore score = read->step_row(100, kWeekly);
    EXPECT_TRUE(score.surge_days >= 0 && score.collapse_days >= 0);
  }
  EXPECT_GT(taken, 100);
}

}  // namespace
}  // namespace roomtone::alerts
