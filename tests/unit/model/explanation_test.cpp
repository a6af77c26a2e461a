#include "model/explanation.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "support/said.hpp"

namespace roomtone {
namespace {

constexpr uint64_t kSlogan = 0x123456789abcULL;  // the likeness of one text

/// What is said in a span, in parts that a sample holds whole.
struct Spoken {
  std::vector<Rollup> parts;
};
void say(Spoken& spoken, const SaidMessage& message) {
  if (spoken.parts.empty() || spoken.parts.back().n + message.times > static_cast<int64_t>(kSampleKept))
    spoken.parts.emplace_back();
  say(spoken.parts.back(), message);
}

using Say = std::function<void(Spoken&)>;

struct Told {
  SampledSpan before;
  SampledSpan now;
};

SampledSpan span_of(const Say& say_all) {
  Spoken spoken;
  say_all(spoken);
  SampledSpan span;
  for (const Rollup& part : spoken.parts) span.add(part);
  return span;
}

/// A minute after an hour in which 60 people said ordinary things.
Explanation explain_minute(const Say& before, const Say& now, std::string key = "t/derby") {
  ExplainedWindow window;
  window.key = std::move(key);
  window.window = WindowSize::minute;
  window.end = instant_of_micros(1'760'000'040'000'000);
  window.elapsed_now = std::chrono::minutes(1);
  window.elapsed_before = std::chrono::hours(1);
  return explain(window, span_of(before), span_of(now));
}

void ordinary(Spoken& rollup, uint64_t from = 1, uint64_t count = 60) {
  for (uint64_t author = from; author < from + count; ++author)
    say(rollup, {author, author % 2 == 0 ? 0.3 : 0.1, {{"nice", 12}, {"day", 2}}});
}

TEST(Explanation, NamesTheBaselineBesideTheWindow) {
  const Explanation e = explain_minute([](Spoken& r) { ordinary(r); }, [](Spoken& r) { ordinary(r); });
  EXPECT_EQ(e.end - e.start, std::chrono::seconds(60));
  EXPECT_EQ(e.start - e.baseline_start, std::chrono::hours(1));
  EXPECT_EQ(baseline_of(WindowSize::hour), std::chrono::hours(24));
  EXPECT_EQ(baseline_of(WindowSize::day), std::chrono::hours(24 * 7));
  EXPECT_DOUBLE_EQ(e.now.rate_per_min, 60);
  EXPECT_DOUBLE_EQ(e.before.rate_per_min, 1);
}

TEST(Explanation, TellsNewVoicesFromThoseOfTheBaseline) {
  const Explanation e = explain_minute([](Spoken& r) { ordinary(r, 1, 50); },
                                       [](Spoken& r) {
                                         ordinary(r, 26, 25);   // heard before
                                         ordinary(r, 101, 75);  // new
                                       });
  EXPECT_NEAR(e.voices.new_share, 0.75, 1e-12);
  EXPECT_NEAR(e.voices.new_message_share, 0.75, 1e-12);
}

// More voices than a sketch keeps: both sketches are samples by the same hash, so the share is still a fair estimate.
TEST(Explanation, EstimatesNewVoicesOfACrowd) {
  const Explanation e =
      explain_minute([](Spoken& r) { ordinary(r, 1, 20'000); }, [](Spoken& r) { ordinary(r, 15'001, 20'000); });
  EXPECT_NEAR(e.voices.new_share, 0.75, 0.1);
}

TEST(Explanation, NeverHoldsMoreWordsThanItsLimitAndLosesNothingByIt) {
  const auto wordy = [](Spoken& rollup, int sign) {
    for (uint64_t author = 1; author <= 60; ++author) {
      const std::string first = "a" + std::to_string(author % 15);
      const std::string second = "b" + std::to_string(author % 14);
      say(rollup, {author, sign * 0.5, {{first, sign * 20}, {second, sign * 30}}});
    }
  };
  const Explanation e = explain_minute([&](Spoken& r) { wordy(r, 1); }, [&](Spoken& r) { wordy(r, -1); });
  ASSERT_EQ(e.shift.words.size(), kShiftWordsMax);
  double sum = e.shift.rest;
  for (const WordShift& word : e.shift.words) sum += word.contribution;
  EXPECT_NEAR(sum, -1.0, 1e-12);
}

struct CauseCase {
  const char* name;
  Say before;
  Say now;
  Cause cause;
  const char* sentence;
};

class NamedCause : public testing::TestWithParam<CauseCase> {};

TEST_P(NamedCause, DecidesTheCauseAndTheSentence_S05) {
  const CauseCase& row = GetParam();
  const Explanation e = explain_minute(row.before, row.now);
  EXPECT_EQ(kCauseNames[static_cast<std::size_t>(e.cause)], kCauseNames[static_cast<std::size_t>(row.cause)]);
  EXPECT_EQ(e.sentence, row.sentence);
}

void usual(Spoken& rollup) { ordinary(rollup); }
void nothing(Spoken&) {}

INSTANTIATE_TEST_SUITE_P(
    Explanation, NamedCause,
    testing::Values(
        CauseCase{"silence", usual, nothing, Cause::nothing_to_compare, "t/derby was silent."},
        CauseCase{"nothing_scored", usual,
                  [](Spoken& r) {
                    for (uint64_t a = 1; a < 9; ++a) say(r, {a, 0, {}, 0, 0, 1, false});
                  },
                  Cause::nothing_to_compare, "t/derby cannot be judged: nothing that was said could be scored."},
        CauseCase{"no_baseline", nothing, usual, Cause::nothing_to_compare,
                  "t/derby is at +0.20 (buoyant); there is nothing in the hour before to compare it with."},
        CauseCase{"the_same_rate_and_tone",
                  [](Spoken& r) {
                    for (int i = 0; i < 60; ++i) ordinary(r, 1 + static_cast<uint64_t>(i), 60);
                  },
                  usual, Cause::no_clear_change,
                  "t/derby did not clearly change: +0.20 (buoyant), +0.20 in the hour before."},
        CauseCase{
            "sixty_times_as_much", usual, usual, Cause::volume,
            "t/derby did not clearly change: +0.20 (buoyant), +0.20 in the hour before; but 60.0 times as much is "
            "said."},
        CauseCase{"much_less",
                  [](Spoken& r) {
                    for (int i = 0; i < 600; ++i) ordinary(r, 1 + static_cast<uint64_t>(i % 7), 60);
                  },
                  usual, Cause::volume,
                  "t/derby did not clearly change: +0.20 (buoyant), +0.20 in the hour before; but only 10 % as much is "
                  "said."},
        CauseCase{"many_people_say_awful", usual,
                  [](Spoken& r) {
                    for (uint64_t a = 1; a <= 60; ++a) say(r, {a, -0.4, {{"awful", -45}, {"day", 1}}});
                  },
                  Cause::words,
                  "t/derby fell by 0.60 to -0.40 (tense) from +0.20 in the hour before: more 'awful', "
                  "less 'nice'."},
        CauseCase{"the_same_word_negated", usual,
                  [](Spoken& r) {
                    for (uint64_t a = 1; a <= 60; ++a) say(r, {a, -0.3, {{"nice", -40}, {"day", 2}}});
                  },
                  Cause::words,
                  "t/derby fell by 0.50 to -0.30 (tense) from +0.20 in the hour before: 'nice' in a darker "
                  "mood."},
        // Each of twelve words does a little; those told do most of it together.
        CauseCase{"many_words", usual,
                  [](Spoken& r) {
                    static constexpr std::string_view kWords[] = {"awful", "bad",  "cruel", "dull",  "evil",  "foul",
                                                                  "grim",  "hard", "ill",   "jaded", "knave", "lousy"};
                    for (uint64_t a = 1; a <= 60; ++a) say(r, {a, -0.4, {{kWords[a % 12], -46}, {"nice", 12}}});
                  },
                  Cause::words,
                  "t/derby fell by 0.60 to -0.40 (tense) from +0.20 in the hour before: many words, first of all more "
                  "'awful', 'bad' and 'cruel'."},
        CauseCase{
            "a_campaign_of_six", usual,
            [](Spoken& r) {
              ordinary(r, 1, 30);
              for (uint64_t a = 101; a <= 106; ++a)
                for (uint64_t copy = 0; copy < 5; ++copy) say(r, {a, -1.0, {{"rigged", -90}}, 500 + copy, kSlogan});
            },
            Cause::campaign,
            "t/derby fell by 0.60 to -0.40 (divided) from +0.20 in the hour before: a campaign accounts for 100 % of "
            "it: 6 voices wrote 50 % of the messages in near copies, with 'rigged'."},
        CauseCase{
            "one_loud_voice", usual,
            [](Spoken& r) {
              ordinary(r, 1, 30);
              for (uint64_t post = 1; post <= 20; ++post) say(r, {777, -0.9, {{"rubbish", -80}}, 9000 + post});
            },
            Cause::voice,
            "t/derby fell by 0.44 to -0.24 (divided) from +0.20 in the hour before: one voice accounts for 100 % of "
            "it and wrote 40 % of the messages."},
        // Words of one or two people are not named, however much they moved.
        CauseCase{"everybody_says_it_differently", usual,
                  [](Spoken& r) {
                    for (uint64_t a = 1; a <= 60; ++a) say(r, {a, -0.5});
                  },
                  Cause::unclear,
                  "t/derby fell by 0.70 to -0.50 (tense) from +0.20 in the hour before: no campaign, voice "
                  "or word stands out."}),
    [](const auto& row) { return row.param.name; });

TEST(Explanation, SaysHowMuchOfTheChangeIsGoneWithoutACampaign) {
  const Explanation e = explain_minute(usual, [](Spoken& r) {
    for (uint64_t a = 1; a <= 30; ++a) say(r, {a, -0.2});  // the people have moved, too: from +0.2
    for (uint64_t a = 101; a <= 103; ++a)
      for (uint64_t copy = 0; copy < 10; ++copy) say(r, {a, -1.0, {}, 500 + copy, kSlogan});
  });
  ASSERT_EQ(e.campaigns.size(), 1U);
  EXPECT_NEAR(e.shift.change, -0.8, 1e-9);
  EXPECT_NEAR(e.campaigns[0].explains, 0.5, 1e-9);  // without it the change would be -0.4
  EXPECT_NEAR(e.campaigns[0].share, 0.5, 1e-9);
  EXPECT_NEAR(e.campaigns[0].share_before, 0, 1e-9);
  EXPECT_NEAR(*e.campaigns[0].tone, -1, 1e-9);
}

TEST(Explanation, KnowsACampaignThatWentOnBefore) {
  const auto slogan = [](Spoken& r) {
    ordinary(r, 1, 30);
    for (uint64_t copy = 0; copy < 10; ++copy) say(r, {101, -1.0, {}, 500 + copy, kSlogan});
  };
  const Explanation e = explain_minute(slogan, slogan);
  ASSERT_EQ(e.campaigns.size(), 1U);
  EXPECT_NEAR(e.campaigns[0].share_before, 0.25, 1e-9);
}

TEST(Explanation, OfTheWholeRoomSpeaksOfTheRoom) {
  EXPECT_EQ(explain_minute(usual, nothing, "room").sentence, "The room was silent.");
}

TEST(Explanation, OfASampleThatMissesTheChangeBlamesNobody) {
  Explanation e;
  e.now.tone = -0.4;
  e.now.ci_low = -0.41;
  e.now.ci_high = -0.39;
  e.before.tone = 0.2;
  e.before.ci_low = 0.19;
  e.before.ci_high = 0.21;
  e.shift.change = -0.1;
  e.voices.loudest_share = 0.5;
  e.voices.loudest_explains = 1;
  e.shift.gap = -0.5;
  EXPECT_EQ(cause_of(e), Cause::unclear);
  e.shift.gap = -0.2;
  EXPECT_EQ(cause_of(e), Cause::voice);
}

}  // namespace
}  // namespace roomtone
