#include "mood/scorer.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "lexicons.hpp"

// The rules, with a lexicon of a few words and round numbers: what a text adds up to can be calculated by hand.
namespace roomtone::mood {
namespace {

const Scorer& small() {
  static const Scorer scorer = test::load(test::write_lexicon(
      test::kPreamble + "[words]\ngood\t0.8\nbad\t-0.8\nnice\t0.4\nawfully\t-0.4\nyes\t0.4\nhello\t0.2\n" +
      "[phrases]\nno problem\t0.4\nnot too bad\t0.2\n[emoji]\n😂\t0.4\n[emoticons]\n:(\t-0.4\n" +
      "[negators]\nnot\t1\nno\t1\n[boosters]\nvery\t1.5\nawfully\t1.5\nkind of\t0.5\n[contrast]\nbut\t1\n" +
      "[sarcasm]\n#not\t1\n#sarcasm\t1\nyeah right\t1\n[function en]\nthe\nis\n"));
  return scorer;
}

/// What the squashing makes of a sum, with alpha 1 and texts too short for their length to count.
int32_t squashed(double sum, uint32_t words) {
  const double v = sum / std::sqrt(sum * sum + 1 + words / 1e6);
  return static_cast<int32_t>(std::lround(v * 1e6));
}

struct RuleCase {
  std::string name;
  std::string text;
  double sum;
  uint32_t words;
};

class Rule : public testing::TestWithParam<RuleCase> {};

TEST_P(Rule, AddsUpTo) {
  const auto& [name, text, sum, words] = GetParam();
  const Mood mood = test::mood_of(small(), text);
  EXPECT_TRUE(mood.scored);
  EXPECT_NEAR(mood.valence_micro, squashed(sum, words), 1);  // valences are floats in the table: 0.8F is not 0.8
}

INSTANTIATE_TEST_SUITE_P(
    Scorer, Rule,
    testing::Values(
        RuleCase{"no_hit_is_neutral", "the train", 0, 2}, RuleCase{"a_hit", "good", 0.8, 1},
        RuleCase{"hits_add_up", "good and nice", 1.2, 3}, RuleCase{"negated_positive", "not good", -0.4, 2},
        RuleCase{"negated_negative", "not bad", 0.2, 2}, RuleCase{"last_word_in_scope", "not a b good", -0.4, 4},
        RuleCase{"first_word_out_of_scope", "not a b c good", 0.8, 5},
        RuleCase{"punctuation_ends_negation", "no, good", 0.8, 2},
        RuleCase{"a_quote_does_not", "not \"good\"", -0.4, 2},
        RuleCase{"but_ends_negation", "not the x but good", 0.8, 5}, RuleCase{"booster", "very good", 1.2, 2},
        RuleCase{"boosters_multiply", "very very nice", 0.9, 3}, RuleCase{"dampening_phrase", "kind of good", 0.4, 3},
        RuleCase{"booster_reaches_two_words", "very x nice", 0.6, 3},
        RuleCase{"booster_does_not_reach_three", "very x y nice", 0.4, 4},
        RuleCase{"punctuation_ends_boosting", "very. nice", 0.4, 2},
        RuleCase{"negation_and_booster", "not very good", -0.6, 3},
        RuleCase{"booster_with_valence_before_a_hit", "awfully nice", 0.6, 2},
        RuleCase{"booster_with_valence_alone", "it went awfully", -0.4, 3},
        RuleCase{"capitals_among_others", "the train is GOOD", 1.2, 4},
        RuleCase{"all_in_capitals", "I AM GOOD", 0.8, 3}, RuleCase{"only_word_in_capitals", "GOOD", 0.8, 1},
        RuleCase{"elongated", "goooood", 1.0, 1}, RuleCase{"elongated_single_letter", "niiice", 0.5, 1},
        RuleCase{"elongated_last_letter", "hellooo", 0.25, 1}, RuleCase{"elongated_booster", "veryyyy good", 1.2, 2},
        RuleCase{"exclamation", "good!", 0.88, 1}, RuleCase{"three_exclamations", "good!!!", 1.04, 1},
        RuleCase{"more_count_as_three", "good!!!!!!", 1.04, 1}, RuleCase{"question", "good?", 0.4, 1},
        RuleCase{"contrast", "bad but nice", 0.4, 3}, RuleCase{"contrast_without_a_before", "But nice", 0.4, 2},
        RuleCase{"phrase", "no problem", 0.4, 2}, RuleCase{"longer_phrase", "not too bad", 0.2, 3},
        RuleCase{"half_a_phrase", "no good", -0.4, 2}, RuleCase{"phrase_at_the_end_of_the_text", "nice no", 0.4, 2},
        RuleCase{"punctuation_parts_a_phrase", "no, problem", 0, 2}, RuleCase{"emoji", "😂", 0.4, 0},
        RuleCase{"repeated_emoji", "😂😂😂", 0.8, 0}, RuleCase{"emoji_apart_counts_anew", "😂 x 😂", 0.8, 1},
        RuleCase{"emoticon_is_not_negated", "no x :(", -0.4, 2}, RuleCase{"hashtag_parts", "#VeryGood", 1.2, 2},
        RuleCase{"sarcasm_tag", "good #sarcasm", -0.4, 2},
        RuleCase{"sarcasm_tag_that_is_a_negator", "good #not", -0.4, 2},
        RuleCase{"sarcasm_leaves_negative_alone", "bad #sarcasm", -0.8, 2},
        RuleCase{"sarcasm_phrase", "yeah right good", -0.4, 3},
        RuleCase{"sarcasm_word_without_tag", "good sarcasm", 0.8, 2}),
    [](const auto& row) { return row.param.name; });

TEST(Scorer, SameTokensGiveTheSameMood) {
  EXPECT_EQ(test::mood_of(test::shipped(), "I love this!"), test::mood_of(test::shipped(), "I love this!"));
}

TEST(Scorer, LabelsFollowTheCuts) {
  const auto label = [](std::string_view text) { return test::mood_of(small(), text).label; };
  EXPECT_EQ(label("good"), MoodLabel::positive);
  EXPECT_EQ(label("bad"), MoodLabel::negative);
  EXPECT_EQ(label("the train"), MoodLabel::neutral);
}

TEST(Scorer, WhatIsNotScoredIsZeroAndNeutral) { EXPECT_EQ(test::mood_of(small(), "good", "de"), Mood{}); }

TEST(Scorer, ALongTextOfOneMoodStaysWithinOne) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "excellent ";
  const Mood mood = test::mood_of(test::shipped(), text);
  EXPECT_GT(mood.valence_micro, 900'000);
  EXPECT_LE(mood.valence_micro, 1'000'000);
}

TEST(Scorer, LengthAloneWeakensAMood) {
  std::string filler = "the car stood beside the house";
  for (int i = 0; i < 5; ++i) filler += ", " + filler;
  EXPECT_LT(test::mood_of(test::shipped(), "good. " + filler).valence_micro,
            test::mood_of(test::shipped(), "good").valence_micro);
}

}  // namespace
}  // namespace roomtone::mood
