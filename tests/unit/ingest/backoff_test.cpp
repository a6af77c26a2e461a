#include "ingest/backoff.hpp"

#include <gtest/gtest.h>

#include <set>

namespace roomtone::ingest {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, TheFirstTryAgainIsAtOnce) {
  Backoff backoff(500ms, 30s, 1);
  EXPECT_EQ(backoff.failed(), 0ms);
}

TEST(Backoff, ThenItWaitsBetweenHalfAndTheWholeOfATimeThatDoublesUpToItsLimit) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Backoff backoff(500ms, 30s, seed);
    static_cast<void>(backoff.failed());
    for (const auto whole : {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16'000ms, 30'000ms, 30'000ms}) {
      const auto wait = backoff.failed();
      EXPECT_GE(wait, whole / 2);
      EXPECT_LE(wait, whole);
    }
  }
}

TEST(Backoff, ManyListenersDoNotComeBackTogether) {
  std::set<std::chrono::milliseconds> waits;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Backoff backoff(500ms, 30s, seed);
    for (int failure = 0; failure < 6; ++failure) static_cast<void>(backoff.failed());
    waits.insert(backoff.failed());
  }
  EXPECT_GT(waits.size(), 40u);
}

TEST(Backoff, DoesNotOverflowHoweverLongItGoesOn) {
  Backoff backoff(1h, 1h, 1);
  static_cast<void>(backoff.failed());
  for (int failure = 0; failure < 200; ++failure) {
    const auto wait = backoff.failed();
    EXPECT_GE(wait, 30min);
    EXPECT_LE(wait, 1h);
  }
}

TEST(Backoff, BeginsAnewOnceItWentWell) {
  Backoff backoff(500ms, 30s, 1);
  for (int failure = 0; failure < 5; ++failure) static_cast<void>(backoff.failed());
  backoff.succeeded();
  EXPECT_EQ(backoff.failed(), 0ms);
  EXPECT_LE(backoff.failed(), 500ms);
}

}  // namespace
}  // namespace roomtone::ingest
