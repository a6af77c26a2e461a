#include "model/word_shift.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "support/said.hpp"

namespace roomtone {
namespace {

SampledSpan span_of(std::initializer_list<SaidMessage> messages) {
  Rollup rollup;
  for (const SaidMessage& message : messages) say(rollup, message);
  SampledSpan span;
  span.add(rollup);
  return span;
}

const WordShift* find(const Shift& shift, std::string_view word) {
  const auto at = std::ranges::find(shift.words, word, &WordShift::word);
  return at == shift.words.end() ? nullptr : &*at;
}

double sum_of(const Shift& shift) {
  return std::accumulate(shift.words.begin(), shift.words.end(), shift.rest,
                         [](double sum, const WordShift& word) { return sum + word.contribution; });
}

/// A room in which words, valences and repeats are drawn at random.
Rollup random_room(std::mt19937_64& random, int messages, uint64_t authors) {
  static constexpr std::string_view kWords[] = {"good", "bad", "fine", "awful", "love", "rain", "race", "tired"};
  Rollup rollup;
  const auto any = [&random](uint64_t below) { return random() % below; };
  for (int i = 0; i < messages; ++i) {
    MessagePart part;
    part.author = author_hash(1 + any(authors));
    part.signature = sketch_hash(random());
    part.mood.scored = any(10) != 0;
    SampleText text;
    if (part.mood.scored) part.mood.valence_micro = static_cast<int32_t>(any(2'000'001)) - 1'000'000;
    for (uint64_t words = any(5); words > 0; --words)
      (void)text.words.add(kWords[any(std::size(kWords))], static_cast<int8_t>(static_cast<int>(any(255)) - 127));
    for (uint64_t times = 1 + any(3); times > 0; --times)
      add_part(rollup, part, static_cast<SpanIndex>(any(6)), 1, &text);
  }
  return rollup;
}

// The claim that all rests on: nothing of the change is lost, and nothing is told twice.
TEST(WordShift, ContributionsAndRestSumToTheChangeOfTheSamplesTone_S54) {
  std::mt19937_64 random(42);
  for (int round = 0; round < 200; ++round) {
    SampledSpan before;
    SampledSpan now;
    for (int part = 0; part < 1 + round % 4; ++part) {
      before.add(random_room(random, 5 + round, 20));
      now.add(random_room(random, 5 + 2 * round, 20));
    }
    const Shift shift = word_shift(before, now);
    ASSERT_NEAR(sum_of(shift), *sampled_tone(now) - *sampled_tone(before), 1e-12);
    ASSERT_NEAR(sum_of(shift), shift.change, 1e-12);
    for (const WordShift& word : shift.words) ASSERT_NEAR(word.frequency + word.mood, word.contribution, 1e-15);
  }
}

// The remainder is worked out as what is left; here it is worked out from the messages.
TEST(WordShift, TheRestIsWhatNoToldWordExplains) {
  const SampledSpan before = span_of({{1, 0.5, {{"good", 50}}}, {2, 0.3, {{"good", 20}, {"secret", 10}}}});
  const SampledSpan now = span_of({{3, -0.2, {{"good", 5}}}, {4, -0.6, {{"hidden", -60}}}});
  const Shift shift = word_shift(before, now);
  ASSERT_EQ(shift.words.size(), 1U);
  // Rests: 0.5 - 50/127 and 0.3 - 20/127 before ("secret" is not told), -0.2 - 5/127 and -0.6 now.
  const double rest_before = (0.5 - 50.0 / 127 + 0.3 - 20.0 / 127) / 2;
  const double rest_now = (-0.2 - 5.0 / 127 - 0.6) / 2;
  EXPECT_NEAR(shift.rest, rest_now - rest_before, 1e-12);
}

TEST(WordShift, AWordSaidMoreOftenInTheSameMoodIsFrequencyAlone) {
  const SampledSpan before = span_of({{1, 0.5, {{"good", 40}}}, {2}, {3}, {4}});
  const SampledSpan now = span_of({{1, 0.5, {{"good", 40}}}, {2, 0.5, {{"good", 40}}}, {3, 0.5, {{"good", 40}}}, {4}});
  const Shift shift = word_shift(before, now);
  const WordShift* good = find(shift, "good");
  ASSERT_NE(good, nullptr);
  EXPECT_NEAR(good->frequency, 0.5 * 40 / 127, 1e-12);
  EXPECT_NEAR(good->mood, 0, 1e-12);
  EXPECT_EQ(good->sampled_before, 1);
  EXPECT_EQ(good->sampled_now, 3);
}

TEST(WordShift, AWordSaidAsOftenButNegatedNowIsMoodAlone) {
  const SampledSpan before = span_of({{1, 0.4, {{"good", 40}}}, {2, 0.4, {{"good", 40}}}, {3}});
  const SampledSpan now = span_of({{4, -0.4, {{"good", -40}}}, {5, -0.4, {{"good", -40}}}, {6}});
  const Shift shift = word_shift(before, now);
  const WordShift* good = find(shift, "good");
  ASSERT_NE(good, nullptr);
  EXPECT_NEAR(good->frequency, 0, 1e-12);
  EXPECT_NEAR(good->mood, -80.0 / 127 * 2 / 3, 1e-12);
  EXPECT_NEAR(*good->effect_now, -40.0 / 127, 1e-12);
}

// Its mood where it was not said is nobody's: it must not count as zero, which would tell half of it as a change of
// mood.
TEST(WordShift, AWordThatIsNewIsFrequencyAlone) {
  const SampledSpan before = span_of({{1}, {2}, {3}});
  const SampledSpan now =
      span_of({{1, -0.5, {{"awful", -50}}}, {2, -0.5, {{"awful", -50}}}, {3, -0.5, {{"awful", -50}}}});
  const Shift shift = word_shift(before, now);
  ASSERT_NE(find(shift, "awful"), nullptr);
  EXPECT_DOUBLE_EQ(find(shift, "awful")->mood, 0);
  EXPECT_FALSE(find(shift, "awful")->effect_before.has_value());
}

TEST(WordShift, AWordOfTwoVoicesIsNotToldAndOneOfThreeIs) {
  const SampledSpan before = span_of({{1, 0.2, {{"two", 20}, {"three", 20}}}});
  const SampledSpan now =
      span_of({{1, 0.2, {{"two", 20}}}, {2, 0.2, {{"two", 20}, {"three", 20}}}, {3, 0.2, {{"three", 20}}}});
  const Shift shift = word_shift(before, now);
  EXPECT_EQ(find(shift, "two"), nullptr);
  EXPECT_NE(find(shift, "three"), nullptr);
}

TEST(WordShift, OneVoiceIsOneHoweverOftenItSaysTheWord) {
  const SampledSpan before = span_of({{1, 0.2, {{"mine", 20}}, 7, 0, 50}});
  const SampledSpan now = span_of({{1, 0.2, {{"mine", 20}}, 8, 0, 50}, {1, 0.1, {{"mine", 10}}, 9}});
  EXPECT_EQ(find(word_shift(before, now), "mine"), nullptr);
}

TEST(WordShift, OfPeopleWithoutNamesEachTextIsAVoice) {
  const SampledSpan before = span_of({{0, 0.2, {{"word", 20}}, 7}});
  EXPECT_NE(find(word_shift(before, span_of({{0, 0.2, {{"word", 20}}, 8}, {0, 0.2, {{"word", 20}}, 9}})), "word"),
            nullptr);
  EXPECT_EQ(find(word_shift(before, span_of({{0, 0.2, {{"word", 20}}, 7, 0, 9}})), "word"), nullptr);
}

TEST(WordShift, ARepeatedMessageWeighsAsOftenAsItWasSaid) {
  const SampledSpan once = span_of({{1, 1.0}, {2, 0.0}});
  const SampledSpan often = span_of({{1, 1.0, {}, 0, 0, 3}, {2, 0.0}});
  EXPECT_NEAR(word_shift(once, often).change, 0.75 - 0.5, 1e-12);
}

TEST(WordShift, ThereIsNoGapWhereTheSampleHoldsEverything) {
  const Shift shift = word_shift(span_of({{1, 0.5}, {2, -0.25}}), span_of({{3, -0.75}}));
  EXPECT_EQ(shift.sampled_before, 2);
  EXPECT_NEAR(*shift.gap, 0, 1e-12);
}

TEST(WordShift, TheGapIsTheTrueChangeLessTheSamples) {
  Rollup crowd;
  for (uint64_t author = 1; author <= 2000; ++author) say(crowd, {author, author % 2 == 0 ? 0.5 : -0.1});
  SampledSpan now;
  now.add(crowd);
  const SampledSpan before = span_of({{1, 0.0}});
  const Shift shift = word_shift(before, now);
  EXPECT_NEAR(*shift.gap, 0.2 - shift.change, 1e-9);
  EXPECT_NE(*shift.gap, 0);  // 64 of 2,000 hardly hit the mean
}

TEST(WordShift, OfMessagesThatCannotBeScoredIsNothing) {
  const Shift shift = word_shift(span_of({{1, 0, {}, 0, 0, 1, false}}), span_of({{2, 0.5, {{"good", 60}}}}));
  EXPECT_TRUE(shift.words.empty());
  EXPECT_EQ(shift.change, 0);
  EXPECT_FALSE(shift.gap.has_value());
}

// A quiet pane beside a loud one: the sample of each has 64 at most, but the loud one stands for more.
TEST(SampledSpan, PartsWeighAsMuchAsTheyStandFor) {
  Rollup quiet;
  for (uint64_t author = 1; author <= 60; ++author) say(quiet, {author, 1.0}, 1);
  Rollup loud;
  for (uint64_t author = 1; author <= 6000; ++author) say(loud, {author, -1.0}, 2);
  SampledSpan span;
  span.add(quiet);
  span.add(loud);
  EXPECT_NEAR(*sampled_tone(span), (60.0 - 6000) / 6060, 1e-9);
}

// Why parts are kept side by side: from 44 messages of a merged window the tone is a guess.
TEST(SampledSpan, ItsToneIsNearerToTheTrueOneThanThatOfTheMergedSample) {
  std::mt19937_64 random(7);
  double error_of_parts = 0;
  double error_of_merged = 0;
  for (int round = 0; round < 20; ++round) {
    SampledSpan parts;
    for (int pane = 0; pane < 30; ++pane) parts.add(random_room(random, 300, 1'000'000));
    SampledSpan merged;
    merged.add(parts.whole());
    const double truth =
        static_cast<double>(parts.whole().valence_micro_sum) / 1e6 / static_cast<double>(parts.whole().scored());
    error_of_parts += std::abs(*sampled_tone(parts) - truth);
    error_of_merged += std::abs(*sampled_tone(merged) - truth);
  }
  EXPECT_LT(error_of_parts * 3, error_of_merged);  // about the root of 30
}

TEST(TopTerms, AreThoseSaidMostAndOnlyOfSeveralVoices) {
  const SampledSpan span = span_of({{1, 0.1, {{"race", 1}, {"mine", 9}}},
                                    {1, 0.1, {{"mine", 9}}, 5, 0, 20},
                                    {2, 0.1, {{"race", 1}, {"horse", 2}}},
                                    {3, 0.1, {{"race", 4}, {"horse", 2}}},
                                    {4, 0.1, {{"horse", 2}, {"race", 4}}},
                                    {5, 0.1, {{"race", 0}}}});
  const std::vector<Term> terms = top_terms(span, 10);
  ASSERT_EQ(terms.size(), 2U);
  EXPECT_EQ(terms[0].word, "race");
  EXPECT_NEAR(terms[0].share, 5.0 / 25, 1e-12);
  EXPECT_NEAR(terms[0].effect, 2.0 / 127, 1e-12);
  EXPECT_EQ(terms[1].word, "horse");
  EXPECT_EQ(top_terms(span, 1).size(), 1U);
}

}  // namespace
}  // namespace roomtone
