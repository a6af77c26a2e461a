#include "alerts/tone_detector.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/alerts/stream.hpp"

namespace roomtone::alerts {
namespace {

constexpr double kWeek_s = 7 * 86400.0;
constexpr int64_t kStart = 1'790'000'000;

/// Shifts that a room of one message a second gives whose mean goes from 0 to `shift` at second `at`.
std::vector<ToneShift> shifts(uint64_t seed, int64_t seconds, int64_t at, double shift, int n = 1) {
  MadeUpRoom room(seed);
  ToneDetector detector;
  WanderPool pool;
  std::vector<ToneShift> found;
  for (int64_t t = 0; t < seconds; ++t) {
    pool.advance(kStart + t);
    const Slice slice = room.second(kStart + t, n, t >= at ? shift : 0);
    if (const auto one = detector.step(slice, kWeek_s, pool)) found.push_back(*one);
  }
  return found;
}

TEST(ToneDetector, FindsAStepOnceWithItsDirection) {
  const auto found = shifts(1, 24 * 3600, 12 * 3600, -0.2);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_LT(found[0].after, found[0].before - 0.05);
  EXPECT_GE(found[0].second, kStart + 12 * 3600);
  EXPECT_LT(found[0].second, kStart + 12 * 3600 + 300);
}

TEST(ToneDetector, FindsAStepUpAsFastAsOneDown) {
  const auto found = shifts(2, 24 * 3600, 12 * 3600, 0.2);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_GT(found[0].after, found[0].before);
}

TEST(ToneDetector, SaysNothingOfARoomThatOnlyScatters) { EXPECT_TRUE(shifts(3, 24 * 3600, 0, 0).empty()); }

TEST(ToneDetector, SaysNothingWhileItLearns) { EXPECT_TRUE(shifts(4, kLearning_s, 1800, 0.24).empty()); }

TEST(ToneDetector, KnowsThatItIsLearning) {
  ToneDetector detector;
  WanderPool pool;
  MadeUpRoom room(5);
  EXPECT_TRUE(detector.learning(kStart));
  EXPECT_FALSE(detector.step(room.second(kStart, 3, 0), kWeek_s, pool));
  EXPECT_TRUE(detector.learning(kStart + kLearning_s - 1));
  EXPECT_FALSE(detector.learning(kStart + kLearning_s));
}

TEST(ToneDetector, TakesMoreMessagesForNoChangeOfTone) {
  MadeUpRoom room(6);
  ToneDetector detector;
  WanderPool pool;
  int alerts = 0;
  for (int64_t t = 0; t < 6 * 3600; ++t) {
    pool.advance(kStart + t);
    alerts += detector.step(room.second(kStart + t, t < 4 * 3600 ? 1 : 20, 0.05), kWeek_s, pool) ? 1 : 0;
  }
  EXPECT_EQ(alerts, 0);
}

// Rooms are taken for restless at first: of what was heard until they have shown that they are not, nothing shall be
// lost.
TEST(ToneDetector, KnowsTheLevelFromAllThatWasHeardWhereRoomsOnlyScatter) {
  constexpr int kRooms = 60;
  constexpr int64_t kSeconds = 6 * 3600;
  std::vector<MadeUpRoom> rooms;
  std::vector<ToneDetector> detectors(kRooms);
  for (int i = 0; i < kRooms; ++i) rooms.emplace_back(100 + i);
  WanderPool pool;
  double messages = 0;
  for (int64_t t = 0; t < kSeconds; t += 10) {
    pool.advance(kStart + t);
    for (int i = 0; i < kRooms; ++i)
      EXPECT_FALSE(detectors[i].step(rooms[i].second(kStart + t, 1, 0.05), 100 * kWeek_s, pool));
    ++messages;
  }
  double squares = 0;
  for (const ToneDetector& detector : detectors) squares += (detector.level() - 0.05) * (detector.level() - 0.05);
  const double by_chance = 0.1225 / messages;  // of the mean of as many messages
  EXPECT_LT(squares / kRooms, 1.3 * by_chance);
}

TEST(ToneDetector, RestartedAtAnySliceGivesTheSameAlerts) {
  MadeUpRoom room(7);
  ToneDetector whole;
  WanderPool whole_pool;
  ToneDetector cut;
  WanderPool cut_pool;
  int alerts = 0;
  for (int64_t t = 0; t < 5 * 3600; ++t) {
    if (room.bits() % 3 == 0) continue;  // seconds without a message
    const Slice slice = room.second(kStart + t, 1 + static_cast<int>(room.bits() % 3), (t / 5400) % 2 == 0 ? 0 : 0.2);
    whole_pool.advance(slice.second);
    cut_pool.advance(slice.second);
    const auto expected = whole.step(slice, kWeek_s, whole_pool);
    const auto got = cut.step(slice, kWeek_s, cut_pool);
    ASSERT_EQ(expected.has_value(), got.has_value()) << t;
    if (expected) {
      ASSERT_EQ(expected->after, got->after);
      ++alerts;
    }
    std::string bytes;
    ByteWriter writer(bytes);
    cut.encode(writer);
    cut_pool.encode(writer);
    cut = {};
    cut_pool = {};
    ByteReader reader(bytes);
    ASSERT_TRUE(cut.decode(reader) && cut_pool.decode(reader) && reader.at_end());
  }
  EXPECT_GE(alerts, 2);  // or the comparison would compare nothing
}

TEST(ToneDetector, RefusesBytesThatAreCutOrNoNumber) {
  std::string bytes;
  ByteWriter writer(bytes);
  ToneDetector().encode(writer);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ToneDetector detector;
    ByteReader reader(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(detector.decode(reader)) << size;
  }
  bytes[0] = bytes[1] = '\xff';  // the level becomes not a number
  ToneDetector detector;
  ByteReader reader(bytes);
  EXPECT_FALSE(detector.decode(reader));
}

}  // namespace
}  // namespace roomtone::alerts
