// How near the estimates of the sketches come to the truth, over many seeds. ROOMTONE_SKETCH_SEEDS says how many: 100
// by default; the bounds are those of 1,000 and hold for less, widened by what chance allows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "model/figures.hpp"
#include "unit/model/said.hpp"

namespace roomtone {
namespace {

uint64_t seeds() {
  const char* given = std::getenv("ROOMTONE_SKETCH_SEEDS");
  return given == nullptr ? 100 : std::strtoull(given, nullptr, 10);
}

/// By how much a share that is truly `p` may miss it in `n` trials: three standard errors.
double chance(double p, double n) { return 3 * std::sqrt(p * (1 - p) / n); }

/// A room of `voices`, of which one in four says four things and the others one, and each has an opinion of its own:
/// its true mean of opinions, and what the sketches make of it.
struct Heard {
  double truth = 0;  // mean over voices of what the room was drawn from
  double mean = 0;   // mean over the voices that were drawn
  Figures figures;
};
Heard hear(uint64_t seed, uint64_t voices) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> opinion(0.1, 0.35);
  Rollup rollup;
  Heard heard;
  heard.truth = 0.1;
  for (uint64_t voice = 0; voice < voices; ++voice) {
    MessagePart part = said(seed << 32 | voice, std::clamp(opinion(random), -0.8, 1.0));
    heard.mean += part.mood.valence_micro / 1e6 / static_cast<double>(voices);
    for (int i = 0; i < (voice % 4 == 0 ? 4 : 1); ++i) {
      part.mark = hash_of(static_cast<uint64_t>(i));
      say(rollup, part);
    }
  }
  heard.figures = figures_of(rollup);
  return heard;
}

TEST(SketchAccuracy, DistinctVoicesAreWithinThreeStandardErrors) {
  constexpr double kStandardError = 0.0627;  // 1/sqrt(254)
  for (const uint64_t voices : {300u, 1000u, 5000u}) {
    SCOPED_TRACE(voices);
    double within = 0;
    double sum = 0;
    for (uint64_t seed = 0; seed < seeds(); ++seed) {
      const auto estimate = static_cast<double>(hear(seed, voices).figures.voices);
      const double error = estimate / static_cast<double>(voices) - 1;
      within += std::abs(error) <= 3 * kStandardError;
      sum += error;
    }
    const auto n = static_cast<double>(seeds());
    EXPECT_GE(within / n, 0.99 - chance(0.99, n) * (n < 1000 ? 1 : 0));
    EXPECT_LT(std::abs(sum / n), 3 * kStandardError / std::sqrt(n));  // and no bias
    RecordProperty("within_" + std::to_string(voices), std::to_string(within / n));
  }
}

TEST(SketchAccuracy, TheMeanOfOneVoiceOneVoteIsWithoutBias) {
  double sum = 0;
  double squares = 0;
  for (uint64_t seed = 0; seed < seeds(); ++seed) {
    const Heard heard = hear(seed, 1000);
    const double error = *heard.figures.voice.tone - heard.mean;
    sum += error;
    squares += error * error;
  }
  const auto n = static_cast<double>(seeds());
  EXPECT_GT(squares, 0);
  EXPECT_LT(std::abs(sum / n), 3 * std::sqrt(squares / n) / std::sqrt(n));
  RecordProperty("bias", std::to_string(sum / n));
}

TEST(SketchAccuracy, NinetyFivePercentOfTheIntervalsHoldTheTruth) {
  for (const uint64_t voices : {100u, 1000u}) {
    SCOPED_TRACE(voices);
    double covered = 0;
    for (uint64_t seed = 0; seed < seeds(); ++seed) {
      const Heard heard = hear(seed, voices);
      covered += *heard.figures.voice.ci_low <= heard.truth && heard.truth <= *heard.figures.voice.ci_high;
    }
    const auto n = static_cast<double>(seeds());
    EXPECT_NEAR(covered / n, 0.95, std::max(0.02, chance(0.95, n)));
    RecordProperty("covered_" + std::to_string(voices), std::to_string(covered / n));
  }
}

// A voice that says most of everything, and a campaign of a third: shares come from the sample of 44.
TEST(SketchAccuracy, SharesOfASampleHaveTheStandardErrorOfItsSize) {
  double squares_of_top = 0;
  double squares_of_campaign = 0;
  double found = 0;
  for (uint64_t seed = 0; seed < seeds(); ++seed) {
    Rollup rollup;
    for (uint64_t i = 0; i < 2000; ++i) {
      MessagePart part = said(seed << 32 | (i % 2 == 0 ? 1 : i), 0.1);
      if (i % 3 == 0) part.signature = hash_of(seed << 32);
      part.mark = hash_of(i);
      say(rollup, part);
    }
    const Figures figures = figures_of(rollup);
    squares_of_top += std::pow(figures.top_voice_share - 0.5, 2);
    for (const Campaign& campaign : figures.campaigns)
      if (campaign.id == hash_of(seed << 32)) ++found, squares_of_campaign += std::pow(campaign.share - 1.0 / 3, 2);
  }
  const auto n = static_cast<double>(seeds());
  EXPECT_LT(std::sqrt(squares_of_top / n), 1.3 / std::sqrt(44));
  EXPECT_LT(std::sqrt(squares_of_campaign / std::max(1.0, found)), 1.3 / std::sqrt(44));
}

}  // namespace
}  // namespace roomtone
