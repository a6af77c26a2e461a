#include "cli/explain_screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/terminal_text.hpp"

namespace roomtone::cli {
namespace {

Explanation sample() {
  Explanation e;
  e.key = "t/derby";
  e.window = WindowSize::five_minutes;
  e.end = instant_of_micros(1'783'177'200'000'000);
  e.start = e.end - std::chrono::minutes(5);
  e.baseline_start = e.start - std::chrono::hours(1);
  e.now = {120, 80, -0.25, -0.35, -0.15, 0.5, 24, AtmosphereName::tense};
  e.before = {600, 300, 0.125, 0.1, 0.15, 0.4, 10, AtmosphereName::calm};
  e.shift = {{{"awful", -0.25, -0.25, 0, 0.02, 0.5, -0.4, -0.5, 12, 30},
              {"nice", -0.2, 0, -0.2, 0.25, 0.25, 0.4, -0.4, 20, 20},
              {"win", 0.125, 0.125, 0, 0, 0.25, {}, 0.5, 0, 16}},
             -0.05,
             -0.375,
             0.015625,
             64,
             60};
  e.terms = {{"awful", 0.5, -0.5, 30}, {"race", 0.25, 0, 15}};
  e.voices = {0.25, 0.0625, 0.5, 0.75, 0.875, 0.125, 0.0625};
  e.campaigns = {{3, 0.25, 0, -1, 0.5, {{"rigged", 1, -0.75, 16}}}};
  e.cause = Cause::words;
  e.sentence =
      "t/derby fell by 0.37 to -0.25 (tense) from +0.12 in the hour before: more 'awful', 'nice' in a darker mood.";
  return e;
}

std::string drawn(const Explanation& e, const ExplainScreen& screen) {
  std::string out;
  for (const std::string& line : draw_explanation(e, screen)) out += line + "\n";
  return out;
}

TEST(ExplainScreen, DrawsTheWordShiftLeftAndRightOfALine_S05) {
  EXPECT_EQ(drawn(sample(), {80, false, false}),
            R"(t/derby fell by 0.37 to -0.25 (tense) from +0.12 in the hour before: more
'awful', 'nice' in a darker mood.

now      2026-07-04 14:55:00 to 15:00:00  tone -0.25 (-0.35 to -0.15) tense
         120 messages by 80 voices, 24.0 a minute
before   2026-07-04 13:55:00 to 14:55:00  tone +0.12 (+0.10 to +0.15) calm
         600 messages by 300 voices, 10.0 a minute

What moved it by -0.38 (in a sample of 60 messages, after 64; the sample misses
+0.02)
           darker | brighter
-0.250 ###########|            awful         more often, 50.0 per 100, was 2.0
-0.200   #########|            nice          darker mood, 25.0 per 100, was 25.0
+0.125            |######      win           more often, 25.0 per 100, was 0.0
-0.050          ##|            everything else

Voices
  The loudest wrote 25 % (6 % before); without it 50 % of the change is gone.
  75 % of the voices are new, and wrote 88 %. Declared automation wrote 12 %;
  accounts under 30 days are 6 %.

Campaigns
  25 % of the messages (0 % before) by 3 voices, tone -1.00; without it 50 % of
  the change is gone.
    Its words: rigged 100

Said most (times per 100 messages)
  awful 50, race 25
)");
}

TEST(ExplainScreen, HasNoEscapesWithoutColoursAndEndsEachOfThemWithin) {
  EXPECT_THAT(drawn(sample(), {100, false, true}), testing::Not(testing::HasSubstr("\x1b")));
  for (const std::string& line : draw_explanation(sample(), {100, true, true})) {
    const std::size_t begun = static_cast<std::size_t>(std::ranges::count(line, '\x1b'));
    EXPECT_EQ(begun % 2, 0U) << line;
  }
}

TEST(ExplainScreen, IsNeverWiderThanTheTerminal) {
  for (const std::size_t columns : {20U, 40U, 60U, 80U, 100U, 250U})
    for (const std::string& line : draw_explanation(sample(), {columns, false, true}))
      EXPECT_LE(cells_of(line), columns) << line;
}

TEST(ExplainScreen, AsAsciiHoldsNothingElse) {
  Explanation e = sample();
  e.shift.words[0].word = "sch\xc3\xb6n";
  for (const std::string& line : draw_explanation(e, {100, false, false}))
    EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c >= 0x20 && c < 0x7f; })) << line;
}

TEST(ExplainScreen, OfASilentWindowIsTheSentenceAndTheSpans) {
  Explanation e = sample();
  e.now = {};
  e.shift = {};
  e.sentence = "t/derby was silent.";
  const std::string out = drawn(e, {100, false, true});
  EXPECT_THAT(out, testing::StartsWith("t/derby was silent.\n"));
  EXPECT_THAT(out, testing::Not(testing::HasSubstr("Voices")));
}

struct WordCase {
  const char* name;
  const char* word;
  const char* shown;
};
class WordsForTerminal : public testing::TestWithParam<WordCase> {};
TEST_P(WordsForTerminal, CannotMoveTheCursorOrTurnTheLine) {
  EXPECT_EQ(words_for_terminal(GetParam().word, true), GetParam().shown);
}
INSTANTIATE_TEST_SUITE_P(ExplainScreen, WordsForTerminal,
                         testing::Values(WordCase{"plain", "don't", "don't"},
                                         WordCase{"umlaut", "sch\xc3\xb6n", "schön"},
                                         WordCase{"cyrillic", "мир", "мир"}, WordCase{"emoji", "😀", "😀"},
                                         WordCase{"escape", "a\x1b[2J", "a\\u{1b}[2J"},
                                         WordCase{"c1", "\xc2\x9b", "\\u{9b}"},
                                         WordCase{"right_to_left_override", "\xe2\x80\xae", "\\u{202e}"},
                                         WordCase{"zero_width_joiner", "\xe2\x80\x8d", "\\u{200d}"},
                                         WordCase{"stray_byte", "a\xff", "a\\xff"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::cli
