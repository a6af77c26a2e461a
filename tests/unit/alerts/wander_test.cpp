#include "alerts/wander.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "unit/alerts/stream.hpp"

namespace roomtone::alerts {
namespace {

/// What twenty rooms teach their pool in a day; every `period` seconds their tone goes from `-swing` to `swing`.
WanderPool taught(double swing, int64_t period) {
  WanderPool pool;
  std::vector<RoomWander> rooms(20);
  MadeUpRoom source(1);
  for (int64_t t = 0; t < 86400; t += 10) {
    pool.advance(t);
    for (RoomWander& room : rooms) {
      const Slice slice = source.second(t, 10, (t / period) % 2 == 0 ? swing : -swing);
      room.pass(t, 0.125, pool);
      room.add(10, static_cast<double>(slice.valence_micro_sum) * 1e-6);
    }
  }
  return pool;
}

TEST(WanderPool, TakesRoomsForRestlessBeforeItKnows) {
  EXPECT_GT(WanderPool().typical_burst(), 0);
  EXPECT_GT(WanderPool().typical_wander(), 0);
}

TEST(WanderPool, LearnsThatRoomsOnlyScatter) {
  const WanderPool pool = taught(0, 600);
  EXPECT_LT(pool.typical_burst(), 2e-5);
  EXPECT_LT(pool.typical_wander(), 1e-9);
}

TEST(WanderPool, LearnsOfBursts) { EXPECT_GT(taught(0.03, 300).typical_burst(), 1e-3); }

TEST(WanderPool, LearnsOfSlowWandering) { EXPECT_GT(taught(0.03, 7200).typical_wander(), 1e-7); }

TEST(WanderPool, IsSureThatRoomsAreStillOnlyOnceWanderingWouldHaveShown) {
  EXPECT_FALSE(WanderPool().still());
  EXPECT_TRUE(taught(0, 600).still());
  EXPECT_FALSE(taught(0.03, 7200).still());
  WanderPool little;
  little.add_wander(0, 1e14);
  for (int64_t t = 0; t < 86400; t += 60) little.advance(t);
  EXPECT_FALSE(little.still());
}

TEST(RoomWander, DoesNotTakeAChangeForWandering) {
  const auto wander_after_a_step = [](bool told) {
    WanderPool pool;
    RoomWander room;
    MadeUpRoom source(2);
    double most = 0;
    for (int64_t t = 0; t < 86400; ++t) {
      pool.advance(t);
      room.pass(t, 0.125, pool);
      if (t > 50'000) most = std::max(most, room.rest().wander_variance);
      room.add(1, static_cast<double>(source.second(t, 1, t < 43000 ? 0 : 0.2).valence_micro_sum) * 1e-6);
      if (told && t == 43100) room.forget_recent();
    }
    return most;
  };
  EXPECT_GT(wander_after_a_step(false), 0);
  EXPECT_LT(wander_after_a_step(true), 0.2 * wander_after_a_step(false));
}

}  // namespace
}  // namespace roomtone::alerts
