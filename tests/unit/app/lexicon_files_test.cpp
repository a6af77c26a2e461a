#include "app/lexicon_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "mood/features.hpp"
#include "support/temporary_folder.hpp"
#include "text/tokenize.hpp"

namespace roomtone::app {
namespace {

std::optional<uint32_t> topic_number(std::string_view id) {
  return id == "derby" ? std::optional(0U) : id == "launch" ? std::optional(1U) : std::nullopt;
}

LexiconParser parser() { return {topic_number, "en"}; }

/// What the words of a text mean in a topic, in the order of the text.
std::vector<int32_t> meanings(const mood::Lexicon& lexicon, std::string_view text, uint32_t topic = mood::kEveryTopic) {
  Tokens tokens;
  text::tokenize(text, tokens);
  mood::LexiconHits hits;
  mood::LexiconReading reading;
  lexicon.find(tokens, hits);
  std::vector<int32_t> found;
  if (!lexicon.read(tokens, hits, topic, reading)) return found;
  for (std::size_t i = 0; i < reading.count; ++i) found.push_back(reading.words[i].valence_micro);
  return found;
}

struct Accepted {
  const char* name;
  const char* text;
  const char* said;
  uint32_t topic;
  std::vector<int32_t> meanings;
};
class AcceptedLexicon : public testing::TestWithParam<Accepted> {};
TEST_P(AcceptedLexicon, SaysWhatWordsMean) {
  const Accepted& c = GetParam();
  LexiconParser reader = parser();
  const auto read = reader.add(c.text, "w.tsv");
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_EQ(meanings(reader.take(), c.said, c.topic), c.meanings);
}
constexpr uint32_t kAll = mood::kEveryTopic;
using Micro = std::vector<int32_t>;
INSTANTIATE_TEST_SUITE_P(
    LexiconFiles, AcceptedLexicon,
    testing::Values(
        Accepted{"a_word", "sick\t0.6\n", "SICK", kAll, {600'000}},
        Accepted{"without_a_line_feed", "sick\t-1", "sick", kAll, {-1'000'000}},
        Accepted{"of_a_spreadsheet", "\xef\xbb\xbfsick\t+0.25\r\n\r\nodd\t0\r\n", "odd sick", kAll, {0, 250'000}},
        Accepted{"six_decimals", "sick\t-0.000001", "sick", kAll, {-1}},
        Accepted{"comments_and_empty_lines", "# sick\t1\n\n#\n#sick\t0.5\n", "sick #sick", kAll, {500'000}},
        Accepted{"an_emoji_of_any_skin", "👍🏽\t0.1\n", "👍🏿👍", kAll, {100'000, 100'000}},
        Accepted{"an_emoticon", ":-)\t-0.1\n", "well :)", kAll, {-100'000}},
        Accepted{"a_hashtag_of_several_words", "#HorseRacing\t0.3", "#horseracing", kAll, {300'000}},
        Accepted{"an_apostrophe", "don’t\t0.3", "don't", kAll, {300'000}},
        Accepted{"of_one_topic", "sick\t0.3\tderby\n", "sick", kAll, Micro{}},
        Accepted{"in_that_topic", "sick\t0.3\tderby\n", "sick", 0, {300'000}},
        Accepted{"stars", "sick\t0.3\t*\t*\n", "sick", 1, {300'000}},
        Accepted{"nothing_for_a_topic", "sick\t0.3\t\tEN\n", "sick", 1, {300'000}},
        Accepted{"everywhere_and_twice_elsewhere",
                 "sick\t0.3\nsick\t0.1\tderby\nsick\t0.2\tlaunch\ten\n",
                 "sick",
                 1,
                 {200'000}},
        Accepted{"nothing_at_all", "", "sick", kAll, Micro{}}),
    [](const auto& row) { return row.param.name; });

struct Refused {
  const char* name;
  std::string text;
  const char* error;
};
class RefusedLexicon : public testing::TestWithParam<Refused> {};
TEST_P(RefusedLexicon, NamesFileLineAndWhatItExpected) {
  LexiconParser reader = parser();
  const auto read = reader.add(GetParam().text, "w.tsv");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().context.find(GetParam().error), std::string::npos) << read.error().context;
}
INSTANTIATE_TEST_SUITE_P(
    LexiconFiles, RefusedLexicon,
    testing::Values(Refused{"no_tab", "# one\n\nsick 0.6\n", "w.tsv:3: expected WORD, VALENCE"},
                    Refused{"a_comment_without_a_space", "#well\n", "w.tsv:1: expected WORD, VALENCE"},
                    Refused{"five_columns", "sick\t0\t*\t*\t*\n", "w.tsv:1: expected WORD, VALENCE"},
                    Refused{"no_word", "\t0.5\n", "w.tsv:1: got a word of 0 bytes"},
                    Refused{"a_long_word", std::string(257, 'a') + "\t0.5\n", "w.tsv:1: got a word of 257 bytes"},
                    Refused{"a_phrase", "a\t0\nhorse race\t0.5\n", "w.tsv:2: got 'horse race', expected one word"},
                    Refused{"a_hashtag_and_more", "#a b\t0.5\n", "expected one word, emoji, emoticon or hashtag"},
                    Refused{"two_hashtags", "#a#b\t0.5\n", "expected one word, emoji, emoticon or hashtag"},
                    Refused{"two_emoji", "🐻🐻\t0.5\n", "expected one word, emoji, emoticon or hashtag"},
                    Refused{"a_mention", "@you\t0.5\n", "expected one word, emoji, emoticon or hashtag"},
                    Refused{"a_cashtag", "$TSLA\t0.5\n", "expected one word, emoji, emoticon or hashtag"},
                    Refused{"a_link", "https://example.com\t0.5\n", "expected one word, emoji, emoticon or hashtag"},
                    Refused{"a_mark", "!!\t0.5\n", "expected one word, emoji, emoticon or hashtag"},
                    Refused{"a_space", " \t0.5\n", "expected one word, emoji, emoticon or hashtag"},
                    Refused{"no_number", "sick\tbad\n", "w.tsv:1: got the valence 'bad', expected -1 to 1"},
                    Refused{"no_valence", "sick\t\n", "got the valence ''"},
                    Refused{"over_1", "sick\t1.000001\n", "expected -1 to 1"},
                    Refused{"under_minus_1", "sick\t-1.1\n", "expected -1 to 1"},
                    Refused{"seven_decimals", "sick\t0.1234567\n", "at most six decimals"},
                    Refused{"a_point_alone", "sick\t1.\n", "expected -1 to 1"},
                    Refused{"not_a_number", "sick\tnan\n", "expected -1 to 1"},
                    Refused{"two_signs", "sick\t--1\n", "expected -1 to 1"},
                    Refused{"an_unknown_topic", "a\t0\nsick\t0\tdarby\n", "w.tsv:2: got the topic 'darby'"},
                    Refused{"another_language", "sick\t0\t*\tde\n",
                            "w.tsv:1: got the language 'de', but the model reads 'en' only"},
                    Refused{"a_region", "sick\t0\t*\ten-GB\n", "got the language 'en-GB'"},
                    Refused{"an_unknown_language", "sick\t0\t*\tund\n", "got the language 'und'"},
                    Refused{"the_same_word_twice", "sick\t0\nodd\t0\nSick\t0.1\t*\n",
                            "w.tsv:3: got 'Sick' again, it stands at w.tsv:1"},
                    Refused{"twice_for_a_topic", "sick\t0\tderby\nsick\t0.1\tderby\n",
                            "again for the topic 'derby', it stands at w.tsv:1"},
                    Refused{"not_utf8", "a\t0\nsi\xffk\t0\n", "w.tsv:2: is not UTF-8"}),
    [](const auto& row) { return row.param.name; });

TEST(LexiconFiles, AWordOfAnotherFileIsTheSameWord) {
  LexiconParser reader = parser();
  ASSERT_TRUE(reader.add("a\t0\nsick\t0\n", "a.tsv"));
  const auto second = reader.add("sick\t0\n", "b.tsv");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().context, "b.tsv:1: got 'sick' again, it stands at a.tsv:2 already");
}

TEST(LexiconFiles, AFileThatIsNotThereIsNamed) {
  const std::filesystem::path nowhere = "/nowhere/words.tsv";
  const auto read = load_lexicons(std::span(&nowhere, 1), topic_number, "en");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::not_found);
  EXPECT_NE(read.error().context.find("/nowhere/words.tsv"), std::string::npos);
}

TEST(LexiconFiles, AFolderIsNoLexicon) {
  const roomtone::test::TemporaryFolder folder;
  const std::filesystem::path path = folder.path();
  EXPECT_FALSE(load_lexicons(std::span(&path, 1), topic_number, "en"));
}

TEST(LexiconFiles, AFileOverTheLimitIsRefused) {
  const roomtone::test::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "long.tsv";
  std::ofstream(path) << std::string(kLexiconBytes, '\n');
  EXPECT_TRUE(load_lexicons(std::span(&path, 1), topic_number, "en"));
  std::ofstream(path, std::ios::app) << '\n';
  EXPECT_FALSE(load_lexicons(std::span(&path, 1), topic_number, "en"));
}

TEST(LexiconFiles, MoreWordsThanTheLimitAreRefused) {
  std::string text;
  for (std::size_t i = 0; i < mood::kLexiconWordsMax; ++i) text += "w" + std::to_string(i) + "\t0.5\n";
  LexiconParser reader = parser();
  ASSERT_TRUE(reader.add(text, "w.tsv"));
  const auto more = reader.add("sick\t0\n", "more.tsv");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().context, "more.tsv:1: more than 100000 words in all lexicons");
  EXPECT_EQ(reader.take().size(), mood::kLexiconWordsMax);
}

}  // namespace
}  // namespace roomtone::app
