#include "room/metronomes.hpp"

#include <gtest/gtest.h>

#include <random>

#include "model/rollup.hpp"

namespace roomtone::room {
namespace {

constexpr Instant kNoon{std::chrono::microseconds(1'767'268'800'000'000)};

std::chrono::microseconds seconds_of(double s) {
  return std::chrono::microseconds(static_cast<int64_t>(s * 1'000'000));
}

// S23: fixed gap, jitter 2 %, flagged after 12 posts.
TEST(Metronomes, S23_AFixedGapWithTwoPercentOfJitterIsPeriodicFromTheTwelfthPost) {
  std::mt19937_64 random(23);
  std::normal_distribution<double> jitter(0, 0.02);
  for (uint64_t author = 1; author <= 1000; ++author) {
    Metronomes metronomes;
    Instant at = kNoon;
    for (int post = 1; post <= 40; ++post) {
      metronomes.hear({author << 16, at});
      ASSERT_EQ(metronomes.periodic(author << 16), post >= 12) << author << " at post " << post;
      at += seconds_of(600 * (1 + jitter(random)));
    }
  }
}

// S23: a Poisson author is not flagged in 1,000 trials at 1 %: here in none.
TEST(Metronomes, S23_AuthorsWhoPostAtRandomAreNot) {
  std::mt19937_64 random(7);
  std::exponential_distribution<double> gap(1.0 / 600);
  Metronomes metronomes;
  int flagged = 0;
  for (uint64_t author = 1; author <= 1000; ++author) {
    Instant at = kNoon;
    bool ever = false;
    for (int post = 1; post <= 200; ++post) {
      metronomes.hear({author << 16, at});
      ever |= metronomes.periodic(author << 16);
      at += seconds_of(gap(random));
    }
    flagged += ever;
  }
  EXPECT_EQ(flagged, 0);
}

TEST(Metronomes, APauseBeginsAnewAndTalkIsNoBeat) {
  Metronomes metronomes;
  Instant at = kNoon;
  for (int post = 0; post < 20; ++post) metronomes.hear({65536, at += 60s});
  EXPECT_TRUE(metronomes.periodic(65536));
  metronomes.hear({65536, at += 8h});
  EXPECT_FALSE(metronomes.periodic(65536));
  for (int post = 0; post < 200; ++post) metronomes.hear({131072, at += 5s});
  EXPECT_FALSE(metronomes.periodic(131072));
}

TEST(Metronomes, StaysWithinItsBoundAndKeepsTheSmallestHashes) {
  Metronomes metronomes(1000);
  std::mt19937_64 random(1);
  Instant at = kNoon;
  for (int i = 0; i < 100'000; ++i) {
    metronomes.hear({sketch_hash(random()), at += 1ms});
    ASSERT_LE(metronomes.size(), 1000u);
  }
  EXPECT_LT(metronomes.below(), UINT64_MAX / 50);
  // Those who have not spoken for long make room for those who do.
  at += 49h;
  const uint64_t before = metronomes.below();
  for (int i = 0; i < 200'000; ++i) metronomes.hear({sketch_hash(random()), at += 1ms});
  EXPECT_LE(metronomes.size(), 1000u);
  EXPECT_LE(metronomes.below(), before * 4);
}

}  // namespace
}  // namespace roomtone::room
