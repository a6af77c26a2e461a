#include "mood/scorer.hpp"

#include <gtest/gtest.h>

#include "models.hpp"

namespace roomtone::mood {
namespace {

const Scorer& small() {
  static const Scorer scorer = [] {
    test::ModelWriter writer;
    writer.word("good", {-120, 0, 120, 40, 20});
    writer.word("bad", {120, 0, -120, -40, 20});
    for (const char* word : {"the", "is", "a", "day", "this", "table"}) writer.word(word, {0, 1});
    writer.row(word_hash("😂"), {0, 0, 10, 10});
    return test::load(test::write_file(writer.bytes()));
  }();
  return scorer;
}

TEST(Scorer, GivesLabelAndValence) {
  const Mood mood = test::mood_of(small(), "this is a good day");
  EXPECT_TRUE(mood.scored);
  EXPECT_EQ(mood.label, MoodLabel::positive);
  EXPECT_EQ(mood.valence_micro, 400'000);
}

TEST(Scorer, JudgesAsItScores) {
  const Tokens tokens = test::tokens_of("the day is bad");
  const Judgement judged = small().judge(tokens, "en");
  EXPECT_EQ(judged.mood, small().score(tokens, "en"));
  EXPECT_GT(judged.classes[0], judged.classes[2]);
  EXPECT_EQ(judged.energy_micro, 200'000);
}

TEST(Scorer, WhatIsNotScoredHasNoMood) {
  const Tokens tokens = test::tokens_of("good day");
  EXPECT_EQ(small().score(tokens, "de"), Mood{});
  EXPECT_EQ(small().judge(tokens, "de").classes, (std::array<uint32_t, 3>{}));
  EXPECT_EQ(small().effects(tokens, "de"), (std::vector<int32_t>{0, 0}));
}

TEST(Scorer, ATokensEffectIsWhatTheTextWouldLackWithoutIt) {
  const Tokens tokens = test::tokens_of("this is not good");
  // Without "not" the day would be good: 0.4 instead of -0.4.
  EXPECT_EQ(small().effects(tokens, "en"), (std::vector<int32_t>{0, 0, -800'000, -400'000}));
}

TEST(Scorer, TheOnlyTokenHasAllOfTheEffect) {
  EXPECT_EQ(small().effects(test::tokens_of("😂"), "en"), (std::vector<int32_t>{100'000}));
}

TEST(Scorer, WhatATokenAddsToTheFactsIsPartOfItsEffect) {
  test::ModelWriter writer;
  for (const Dense fact : {kDenseSigns, kDenseMentions, kDenseLinks, kDenseHashtags, kDenseElongated, kDenseEllipses}) {
    writer.dense[static_cast<std::size_t>(fact) * 128 + 1] = 10;
    writer.output_weight(kSums * writer.lanes + fact, kValence) = 2;
  }
  const Scorer scorer = test::load(test::write_file(writer.bytes()));
  EXPECT_EQ(scorer.effects(test::tokens_of("a 😂 @b https://c.d sooo ..."), "en"),
            (std::vector<int32_t>{0, 100'000, 100'000, 100'000, 100'000, 100'000}));
}

TEST(Scorer, ADamagedModelIsRefused) {
  std::string bytes = test::ModelWriter().bytes();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  const auto scorer = Scorer::load(test::write_file(bytes));
  ASSERT_FALSE(scorer);
  EXPECT_NE(scorer.error().context.find("the checksum does not match"), std::string::npos) << scorer.error().context;
}

TEST(Scorer, RemembersNothing) {
  const Mood first = test::mood_of(small(), "good");
  test::mood_of(small(), std::string(60'000, 'x'));
  EXPECT_EQ(test::mood_of(small(), "good"), first);
}

}  // namespace
}  // namespace roomtone::mood
