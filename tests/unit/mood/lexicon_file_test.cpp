#include "mood/lexicon_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lexicons.hpp"

namespace roomtone::mood {
namespace {

using test::kPreamble;

struct BadCase {
  std::string name;
  std::string text;
  std::string error;  // begins with
};

class BadLexicon : public testing::TestWithParam<BadCase> {};

TEST_P(BadLexicon, IsRefusedWithFileAndLine) {
  const auto lexicon = parse_lexicon(GetParam().text, "x");
  ASSERT_FALSE(lexicon.has_value());
  EXPECT_EQ(lexicon.error().code, ErrorCode::corrupt);
  EXPECT_THAT(lexicon.error().context, testing::StartsWith(GetParam().error));
}

const std::string kWords = kPreamble + "[words]\n";  // the next line is the 22nd

INSTANTIATE_TEST_SUITE_P(
    Lexicon, BadLexicon,
    testing::Values(
        BadCase{"empty", "", "x:0: empty"}, BadCase{"only_comments", "# nothing\n\n", "x:2: empty"},
        BadCase{"another_format", "good\t0.5\n", "x:1: expected 'roomtone-lexicon 1'"},
        BadCase{"newer_format", "# a\nroomtone-lexicon 2\n", "x:2: expected 'roomtone-lexicon 1'"},
        BadCase{"unknown_header", "roomtone-lexicon 1\nauthor me\n", "x:2: unknown header 'author'"},
        BadCase{"two_ids", "roomtone-lexicon 1\nid a\nid b\n", "x:3: 'id' stands here a second time"},
        BadCase{"id_with_spaces", "roomtone-lexicon 1\nid a b\n", "x:2: 'id' takes"},
        BadCase{"no_id", "roomtone-lexicon 1\nlanguage en\n[words]\n", "x:3: 'id' and 'language' must come"},
        BadCase{"no_words", kPreamble, "x:20: [words] is missing"},
        BadCase{"no_rules", "roomtone-lexicon 1\nid a\nlanguage en\n[words]\n", "x:4: [rules] is missing"},
        BadCase{"a_rule_missing", "roomtone-lexicon 1\nid a\nlanguage en\n[rules]\nalpha\t1\n[words]\n",
                "x:6: rule 'alpha_words' is missing"},
        BadCase{"unknown_rule", kPreamble + "beta\t1\n[words]\n", "x:21: unknown rule 'beta'"},
        BadCase{"a_rule_twice", kPreamble + "alpha\t1\n[words]\n", "x:21: 'alpha' stands here a second time"},
        BadCase{"rule_out_of_range", "roomtone-lexicon 1\nid a\nlanguage en\n[rules]\nalpha\t0\n",
                "x:5: '0' is no value for 'alpha'"},
        BadCase{"unknown_section", kWords + "[adverbs]\n", "x:22: unknown section [adverbs]"},
        BadCase{"a_section_twice", kWords + "[words]\n", "x:22: [words] stands here a second time"},
        BadCase{"no_value", kWords + "good\n", "x:22: expected ITEM TAB NUMBER"},
        BadCase{"space_for_tab", kWords + "good 0.5\n", "x:22: expected ITEM TAB NUMBER"},
        BadCase{"valence_over_one", kWords + "good\t1.001\n", "x:22: '1.001' is no value for [words]"},
        BadCase{"not_a_number", kWords + "good\tnan\n", "x:22: 'nan' is no value for [words]"},
        BadCase{"rest_after_the_number", kWords + "good\t0.5x\n", "x:22: '0.5x' is no value for [words]"},
        BadCase{"a_word_twice", kWords + "good\t0.5\ngood\t0.4\n", "x:23: 'good' stands here a second time"},
        BadCase{"a_word_with_a_space", kWords + "too good\t0.5\n", "x:22: 'too good' can never match"},
        BadCase{"a_phrase_of_four", kWords + "[phrases]\na b c d\t0.5\n", "x:23: 'a b c d' can never match"},
        BadCase{"a_phrase_with_two_spaces", kWords + "[phrases]\na  b\t0.5\n", "x:23: 'a  b' can never match"},
        BadCase{"a_word_in_two_valued_sections", kWords + "good\t0.5\n[emoji]\ngood\t0.5\n",
                "x:24: 'good' has a valence already"},
        BadCase{"empty_item", kWords + "\t0.5\n", "x:22: an item has 1 to 64 bytes"},
        BadCase{"item_over_64_bytes", kWords + std::string(65, 'a') + "\t0.5\n", "x:22: an item has 1 to 64 bytes"},
        BadCase{"carriage_return", kWords + "good\t0.5\r\n", "x:22: lines must end in LF alone"},
        BadCase{"over_8_MiB", kWords + std::string(kLexiconBytesMax, '\n'), "x: over 8 MiB"}),
    [](const auto& row) { return row.param.name; });

TEST(Lexicon, OneWordMayHaveSeveralRoles) {
  const auto lexicon = parse_lexicon(kWords + "awfully\t-0.5\n[boosters]\nawfully\t1.3\n[function en]\nawfully\n", "x");
  ASSERT_TRUE(lexicon.has_value());
  ASSERT_EQ(lexicon->rows.size(), 1U);
  const Entry& entry = lexicon->rows[0].entry;
  EXPECT_EQ(entry.roles, kValued | kBooster);
  EXPECT_EQ(entry.valence, -0.5F);
  EXPECT_EQ(entry.factor, 1.3F);
  EXPECT_EQ(entry.languages, 1);
}

TEST(Lexicon, HoldsAtMostSixteenLanguages) {
  std::string text = kWords;
  for (char c = 'a'; c < 'p'; ++c) text += std::string("[function x") + c + "]\n";
  EXPECT_TRUE(parse_lexicon(text, "x").has_value());
  EXPECT_FALSE(parse_lexicon(text + "[function xp]\n", "x").has_value());
}

TEST(Lexicon, AFileThatIsNotThereIsNotFound) {
  const auto scorer = Scorer::load("/nonexistent/en.lexicon");
  ASSERT_FALSE(scorer.has_value());
  EXPECT_EQ(scorer.error().code, ErrorCode::not_found);
  EXPECT_THAT(scorer.error().context, testing::HasSubstr("/nonexistent/en.lexicon"));
}

TEST(Lexicon, TheFolderInsteadOfAFileIsAnErrorToo) { EXPECT_FALSE(Scorer::load(testing::TempDir()).has_value()); }

TEST(Lexicon, ErrorsOfALoadedFileNameItsPathAndLine) {
  const auto path = test::write_lexicon(kWords + "good\n");
  const auto scorer = Scorer::load(path);
  ASSERT_FALSE(scorer.has_value());
  EXPECT_THAT(scorer.error().context, testing::StartsWith(path.string() + ":22: "));
}

// An entry that the tokenizer never spells like this would be dead weight, and a trap for whoever edits the file.
TEST(Lexicon, EveryItemOfTheShippedOneCanMatch) {
  std::ifstream in(std::filesystem::path(ROOMTONE_SOURCE_DIR) / "deploy/models/en-open.lexicon", std::ios::binary);
  const std::string file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto lexicon = parse_lexicon(file, "en-open.lexicon");
  ASSERT_TRUE(lexicon.has_value());
  Tokens tokens;
  for (const WordTable::Row& row : lexicon->rows) {
    text::tokenize(row.text, tokens);
    std::string spelled;
    for (const Token& token : tokens.tokens) {
      spelled += spelled.empty() ? "" : " ";
      spelled += tokens.view(token);
    }
    EXPECT_EQ(spelled, row.text);
  }
}

TEST(Lexicon, TheShippedOneSaysItsName) { EXPECT_EQ(test::shipped().id(), "roomtone-en-open-1"); }

}  // namespace
}  // namespace roomtone::mood
