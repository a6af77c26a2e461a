#include "model/figures.hpp"

#include <gtest/gtest.h>

namespace roomtone {
namespace {

MessagePart said(uint64_t author, double valence) {
  MessagePart part;
  part.author = author * 0x9e3779b97f4a7c15ULL;
  part.signature = part.author + static_cast<uint64_t>(valence * 1000);
  part.mood.scored = true;
  part.mood.valence_micro = static_cast<int32_t>(valence * 1'000'000);
  part.mood.label = valence > 0.05 ? MoodLabel::positive : valence < -0.05 ? MoodLabel::negative : MoodLabel::neutral;
  return part;
}

TEST(Figures, OfNothingHaveNoTone) {
  const Figures figures = figures_of(Rollup{});
  EXPECT_EQ(figures.n, 0);
  EXPECT_FALSE(figures.raw.tone.has_value());
  EXPECT_FALSE(figures.voice.ci_low.has_value());
  EXPECT_FALSE(figures.dispersion.has_value());
}

TEST(Figures, WhatCannotBeScoredIsNotNeutral) {
  Rollup rollup;
  add_part(rollup, said(1, 0.6), 0, 1);
  MessagePart foreign;
  foreign.author = 2;
  add_part(rollup, foreign, 0, 1);
  const Figures figures = figures_of(rollup);
  EXPECT_EQ(figures.n, 2);
  EXPECT_EQ(figures.unscored, 1);
  EXPECT_DOUBLE_EQ(*figures.raw.tone, 0.6);
  EXPECT_DOUBLE_EQ(figures.coverage, 0.5);
}

TEST(Figures, OneLoudVoiceMovesTheVoiceReadingByOneVote) {
  Rollup rollup;
  for (uint64_t author = 1; author <= 99; ++author) add_part(rollup, said(author, 0.5), 0, 1);
  for (int i = 0; i < 1000; ++i) add_part(rollup, said(100, -1.0), 0, 1);
  const Figures figures = figures_of(rollup);
  EXPECT_LT(*figures.raw.tone, -0.8);
  EXPECT_NEAR(*figures.voice.tone, (99 * 0.5 - 1.0) / 100, 1e-9);
}

TEST(Figures, TheIntervalNarrowsWithTheRootOfTheCount) {
  const auto width = [](int n) {
    Rollup rollup;
    for (int i = 0; i < n; ++i) add_part(rollup, said(static_cast<uint64_t>(i) + 1, i % 2 == 0 ? 0.5 : -0.5), 0, 1);
    const Figures figures = figures_of(rollup);
    return *figures.raw.ci_high - *figures.raw.ci_low;
  };
  EXPECT_NEAR(width(100) / width(400), 2.0, 0.05);
  EXPECT_GT(width(1), 1.0);  // a single message is hardly evidence
}

TEST(Atmosphere, HalfWarmAndHalfColdIsDividedNotCalm) {
  Rollup still;
  Rollup torn;
  for (uint64_t author = 1; author <= 100; ++author) {
    add_part(still, said(author, 0.0), 0, 1);
    add_part(torn, said(author, author % 2 == 0 ? 0.8 : -0.8), 0, 1);
  }
  EXPECT_DOUBLE_EQ(*figures_of(still).raw.tone, *figures_of(torn).raw.tone);
  EXPECT_EQ(name_of(figures_of(still)), AtmosphereName::calm);
  EXPECT_EQ(name_of(figures_of(torn)), AtmosphereName::divided);
}

TEST(Atmosphere, OfAnUnreadableRoomIsUnknown) {
  Rollup rollup;
  for (uint64_t author = 1; author <= 100; ++author) {
    MessagePart foreign;
    foreign.author = author;
    add_part(rollup, foreign, 0, 1);
  }
  EXPECT_EQ(name_of(figures_of(rollup)), AtmosphereName::unknown);
}

}  // namespace
}  // namespace roomtone
