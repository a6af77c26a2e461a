#include "mood/cues.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "mood/cue_table.hpp"

namespace roomtone::mood {
namespace {

const std::string kHead = "roomtone-cues 1\nid t-1\nlanguage en\n";

TEST(Cues, AWordKeepsAllItsRoles) {
  const auto cues =
      parse_cues(kHead +
                     "licence free\n\n# a note\n[negators]\nno\n[boosters]\nso\n[sarcasm]\n#so\n[function "
                     "en]\nno\nthe\n[function es]\nno\n",
                 "x");
  ASSERT_TRUE(cues) << cues.error().context;
  EXPECT_EQ(cues->id, "t-1");
  EXPECT_EQ(cues->languages, (std::vector<std::string>{"en", "es"}));
  const CueTable table(cues->words);
  const auto* no = table.find(word_hash("no"));
  ASSERT_NE(no, nullptr);
  EXPECT_EQ(no->roles, kNegator);
  EXPECT_EQ(no->languages, 3);
  EXPECT_EQ(table.find(word_hash("so"))->roles, kBooster | kSarcasmTag);
  EXPECT_EQ(table.find(word_hash("other")), nullptr);
}

TEST(Cues, TheBitmapOfRolesLeavesOutWordsThatOnlyShowALanguage) {
  const auto cues = parse_cues(kHead + "[negators]\nno\n[function en]\nthe\n", "x");
  const CueTable table(cues->words);
  EXPECT_EQ(CueTable::maybe(table.bits(false), word_hash("no")), 1U);
  EXPECT_EQ(CueTable::maybe(table.bits(false), word_hash("the")), 0U);
  EXPECT_EQ(CueTable::maybe(table.bits(true), word_hash("the")), 1U);
}

struct WrongCase {
  std::string name;
  std::string text;
  std::string said;
};
class WrongCues : public testing::TestWithParam<WrongCase> {};
TEST_P(WrongCues, AreRefusedWithTheLine) {
  const auto cues = parse_cues(GetParam().text, "x");
  ASSERT_FALSE(cues);
  EXPECT_EQ(cues.error().context, GetParam().said);
}
INSTANTIATE_TEST_SUITE_P(
    Cues, WrongCues,
    testing::Values(
        WrongCase{"empty", "", "x:0: empty: expected 'roomtone-cues 1'"},
        WrongCase{"newer", "roomtone-cues 2\n", "x:1: expected 'roomtone-cues 1'; not cues or a newer format"},
        WrongCase{"no_id", "roomtone-cues 1\nlanguage en\n", "x:2: 'id' or 'language' is missing"},
        WrongCase{"header", kHead + "author me\n", "x:4: unknown header 'author'"},
        WrongCase{"header_twice", kHead + "id t-2\n", "x:4: 'id' stands here a second time"},
        WrongCase{"bad_id", "roomtone-cues 1\nid T 1\n", "x:2: 'id' takes a-z, 0-9, '-' and '.'"},
        WrongCase{"section_too_early", "roomtone-cues 1\n[negators]\n",
                  "x:2: 'id' and 'language' must come before the sections"},
        WrongCase{"section", kHead + "[words]\n", "x:4: unknown section [words]"},
        WrongCase{"section_twice", kHead + "[negators]\n[negators]\n", "x:5: [negators] stands here a second time"},
        WrongCase{"word_twice", kHead + "[negators]\nno\nno\n", "x:6: 'no' stands here a second time"},
        WrongCase{"phrase", kHead + "[negators]\nno one\n", "x:5: 'no one' can never match: one word a line"},
        WrongCase{"long", kHead + "[negators]\n" + std::string(65, 'a') + "\n", "x:5: a word has 1 to 64 bytes"},
        WrongCase{"carriage_return", kHead + "[negators]\r\n", "x:4: lines must end in LF alone"}),
    [](const auto& row) { return row.param.name; });

TEST(Cues, SixteenLanguagesFitAndNoMore) {
  std::string text = kHead;
  for (int i = 0; i < 15; ++i) text += "[function l" + std::to_string(i) + "]\nw\n";
  EXPECT_TRUE(parse_cues(text, "x"));
  EXPECT_FALSE(parse_cues(text + "[function more]\nw\n", "x"));
}

}  // namespace
}  // namespace roomtone::mood
