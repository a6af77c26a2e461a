#include "model/figures.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/model/said.hpp"

namespace roomtone {
namespace {

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

// A dinner table: what five people said is a mood, and it is told how little it rests on.
TEST(Readings, S17_OfFivePeopleAreAMoodWithAWideInterval) {
  for (const double spread : {0.0, 0.5}) {
    Rollup table;
    for (uint64_t author = 1; author <= 5; ++author) say(table, author, 0.3 + (author % 2 == 0 ? spread : -spread));
    const Figures figures = figures_of(table);
    EXPECT_NE(name_of(figures), AtmosphereName::unknown);
    for (const Reading& reading : {figures.raw, figures.voice, figures.reputable}) {
      ASSERT_TRUE(reading.tone && reading.ci_low && reading.ci_high);
      EXPECT_NEAR(*reading.tone, 0.3, 0.11);
      // Even where all five agree, and twice as wide as that of five hundred who do not.
      EXPECT_GT(*reading.ci_high - *reading.ci_low, spread == 0 ? 0.35 : 0.8);
    }
  }
}

// A vote is 1/voices of the room, whatever the loud one says.
TEST(Readings, S22_OneAuthorOfHalfTheMessagesMovesTheVoiceToneByNoMoreThanOneVoice) {
  constexpr uint64_t kOthers = 100;
  Rollup without;
  for (uint64_t i = 0; i < 1000; ++i) say(without, 1 + i % kOthers, i % 2 == 0 ? 0.4 : -0.2, static_cast<SpanIndex>(i));
  Rollup with = without;
  for (int i = 0; i < 1000; ++i) say(with, 999, -0.8, i);
  const Figures before = figures_of(without);
  const Figures after = figures_of(with);
  EXPECT_LT(std::abs(*after.voice.tone - *before.voice.tone), 1.0 / static_cast<double>(after.voices));
  EXPECT_GT(std::abs(*after.raw.tone - *before.raw.tone), 0.4);  // which the other reading does not withstand
}

// Six an hour in full, at least six a window; what is more adds its logarithm.
TEST(Readings, S36_PostsBeyondSixAnHourAddTheirLogarithmOnly) {
  constexpr std::chrono::seconds kMinute{60};
  for (int64_t n = 0; n <= 6; ++n) EXPECT_DOUBLE_EQ(damped(n, kMinute), static_cast<double>(n));
  EXPECT_DOUBLE_EQ(damped(6 + 1000, kMinute), 6 + std::log(1001.0));
  EXPECT_DOUBLE_EQ(damped(6 + 1000, std::chrono::hours(1)), 6 + std::log(1001.0));
  EXPECT_DOUBLE_EQ(damped(144, std::chrono::hours(24)), 144);
  EXPECT_DOUBLE_EQ(damped(145, std::chrono::hours(24)), 144 + std::log(2.0));
  for (int64_t n = 6; n < 1000; ++n) {
    const double step = damped(n + 1, kMinute) - damped(n, kMinute);
    EXPECT_GT(step, 0);
    EXPECT_LT(step, 1);
  }
}

// Every post of it is another text, so that nothing but their number weighs.
TEST(Readings, S36_TheReputableToneWeighsAVoiceByItsDampedPosts) {
  Rollup rollup;
  for (int i = 0; i < 6; ++i) say(rollup, 1, 0.5, i);
  for (int i = 0; i < 1006; ++i) {
    MessagePart part = said(2, -0.5);
    part.signature = hash_of(7'000'000 + static_cast<uint64_t>(i));
    say(rollup, part);
  }
  const double loud = 6 + std::log(1001.0);
  const Figures in_a_minute = figures_of(rollup, {.weights = nullptr, .over = std::chrono::seconds(60)});
  ASSERT_TRUE(in_a_minute.campaigns.empty());
  EXPECT_NEAR(*in_a_minute.reputable.tone, (6 * 0.5 - loud * 0.5) / (6 + loud), 1e-9);
  // Within a day as many posts are less of a flood.
  const Figures in_a_day = figures_of(rollup, {.weights = nullptr, .over = std::chrono::hours(24)});
  const double in_a_days_time = 144 + std::log(863.0);
  EXPECT_NEAR(*in_a_day.reputable.tone, (6 * 0.5 - in_a_days_time * 0.5) / (6 + in_a_days_time), 1e-9);
}

MessagePart with(MessagePart part, Trait trait) {
  part.traits |= static_cast<uint8_t>(1U << static_cast<unsigned>(trait));
  return part;
}

// Of voices, not of messages: one machine that floods is one asteroid.
TEST(Readings, S37_TheShareOfRealPeopleIsOfVoices) {
  Rollup rollup;
  for (uint64_t author = 1; author <= 7; ++author) say(rollup, author, 0.2);
  for (uint64_t author = 8; author <= 10; ++author)
    for (int i = 0; i < 100; ++i) say(rollup, with(said(author, 0.2), Trait::automated), i);
  say(rollup, said(8, 0.4));  // by hand, once
  const Figures figures = figures_of(rollup);
  EXPECT_DOUBLE_EQ(figures.real_share, 0.7);
  EXPECT_GT(figures.automation_share, 0.9);
}

// What is known of an account is how old it is; that is told, and weighs nothing by itself.
TEST(Readings, S41_YoungAccountsAreToldAndLeaveEveryReadingAlone) {
  Rollup old;
  Rollup young;
  for (uint64_t author = 1; author <= 8; ++author) {
    const MessagePart part = said(author, author % 2 == 0 ? 0.5 : -0.25);
    say(old, part);
    say(young, author <= 2 ? with(part, Trait::young) : part);
  }
  const Figures known = figures_of(old);
  const Figures newcomers = figures_of(young);
  EXPECT_EQ(newcomers.raw, known.raw);
  EXPECT_EQ(newcomers.voice, known.voice);
  EXPECT_EQ(newcomers.reputable, known.reputable);
  EXPECT_DOUBLE_EQ(known.young_share, 0);
  EXPECT_DOUBLE_EQ(newcomers.young_share, 0.25);
}

// People who each say a thing or two, in 200 voices.
Rollup clean_room() {
  Rollup rollup;
  for (uint64_t author = 1; author <= 200; ++author) {
    const double valence = 0.2 + 0.6 * std::sin(static_cast<double>(author));
    say(rollup, author, valence, static_cast<SpanIndex>(author % 6));
    say(rollup, author, valence * 0.9, static_cast<SpanIndex>(author % 5));
  }
  return rollup;
}

TEST(Readings, S43_AgreeOnACleanRoom) {
  const Figures figures = figures_of(clean_room());
  EXPECT_NEAR(*figures.voice.tone, *figures.raw.tone, 1e-5);
  EXPECT_NEAR(*figures.reputable.tone, *figures.raw.tone, 1e-5);
}

TEST(Readings, S43_OfASpammedRoomOnlyTheRawOneMoves) {
  const Figures before = figures_of(clean_room());
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Rollup spammed = clean_room();
    for (uint64_t author = 1000; author < 1005; ++author) {
      for (uint64_t i = 0; i < 100; ++i) {
        MessagePart part = said(author + 10 * seed, -0.9);
        part.signature = hash_of(5'000'000 + seed);
        part.mark = hash_of(author * 1000 + i);
        say(spammed, part, static_cast<SpanIndex>(i % 6));
      }
    }
    const Figures after = figures_of(spammed);
    EXPECT_LT(*after.raw.tone, *before.raw.tone - 0.4);
    EXPECT_NEAR(*after.voice.tone, *before.voice.tone, 0.03);  // five votes of 205
    EXPECT_NEAR(*after.reputable.tone, *before.reputable.tone, 0.01);
    EXPECT_EQ(after.campaigns.size(), 1u);
  }
}

TEST(Atmosphere, S05_HalfWarmAndHalfColdIsDividedNotCalm) {
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
