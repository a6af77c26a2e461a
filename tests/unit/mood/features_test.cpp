#include "mood/features.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "models.hpp"

namespace roomtone::mood {
namespace {

const CueTable& cues() {
  static const CueTable table(
      parse_cues("roomtone-cues 1\nid t-1\nlanguage en\n[negators]\nnot\nnever\n[boosters]\nvery\nso\n"
                 "[contrast]\nbut\n[sarcasm]\nyeah\n#irony\n[function en]\nthe\n",
                 "test")
          .value()
          .words);
  return table;
}

const Features& features_of(const Tokens& tokens) {
  static Features features;
  extract(tokens, cues(), {}, true, features);
  return features;
}

/// The single features as "word" with a letter for each flag: n negated, e emphasised, b before a contrast, l long.
std::string singles(std::string_view text) {
  const Tokens tokens = test::tokens_of(text);
  const Features& features = features_of(tokens);
  std::string shown;
  for (std::size_t i = 0; i < features.count; ++i) {
    if (!features.single(i)) continue;
    if (!shown.empty()) shown += ' ';
    shown += tokens.view(tokens.tokens[features.token(i)]);
    std::string letters;
    const unsigned flags = features.flags(i);
    if ((flags & kNegated) != 0) letters += 'n';
    if ((flags & kEmphasised) != 0) letters += 'e';
    if ((flags & kBeforeContrast) != 0) letters += 'b';
    if ((flags & kLong) != 0) letters += 'l';
    if (!letters.empty()) shown += "/" + letters;
  }
  return shown;
}

struct ScopeCase {
  std::string name;
  std::string text;
  std::string expected;
};
class Scope : public testing::TestWithParam<ScopeCase> {};
TEST_P(Scope, Reaches) { EXPECT_EQ(singles(GetParam().text), GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(
    Features, Scope,
    testing::Values(ScopeCase{"nothing", "a good day", "a good day"},
                    ScopeCase{"four_words_of_a_negator", "not a b c d e", "not a/n b/n c/n d/n e"},
                    ScopeCase{"a_mark_ends_a_negation", "not a , b", "not a/n , b"},
                    ScopeCase{"a_quote_does_not", "not \"a\" b", "not \" a/n \" b/n"},
                    ScopeCase{"a_sign_ends_it", "not a 😂 b", "not a/n 😂 b"},
                    ScopeCase{"a_contrast_ends_it", "not a but b", "not/b a/nb but b"},
                    ScopeCase{"links_do_not_count", "not https://a.b a b c d e", "not https://a.b a/n b/n c/n d/n e"},
                    ScopeCase{"two_words_of_a_booster", "very a b c", "very a/e b/e c"},
                    ScopeCase{"both", "not very a", "not very/n a/ne"},
                    ScopeCase{"capitals_among_small_letters", "a GOOD day", "a good/e day"},
                    ScopeCase{"capitals_alone", "GOOD DAY", "good day"}, ScopeCase{"written_long", "goood", "good/el"},
                    ScopeCase{"before_the_last_contrast", "a but b but c", "a/b but/b b/b but c"}),
    [](const auto& row) { return row.param.name; });

TEST(Features, NeighboursArePairsWithTheFlagsOfBoth) {
  const Tokens tokens = test::tokens_of("not a b , c");
  const Features& features = features_of(tokens);
  ASSERT_EQ(features.count, 9U);
  EXPECT_EQ(features.keys[2], pair_key(word_hash("not"), word_hash("a")));
  EXPECT_EQ(features.flags(2), 0) << "not itself is not negated";
  EXPECT_EQ(features.flags(4), kNegated);
  EXPECT_EQ(features.flags(6), 0);
}

TEST(Features, OnlyWhatPassesTheFilterIsListedAndWhatIsWrittenLong) {
  const Tokens tokens = test::tokens_of("a good day, sooo");
  std::vector<uint64_t> bits(4096);
  const uint64_t key = word_hash("good");
  bits[(key >> 20) % (4096 * 64) / 64] |= uint64_t{1} << ((key >> 20) % 64);
  static Features features;
  extract(tokens, cues(), FeatureFilter(bits), false, features);
  ASSERT_EQ(features.count, 2U);
  EXPECT_EQ(features.keys[0], key);
  EXPECT_EQ(features.token(1), 4U);
}

TEST(Features, APairIsNotThePairTheOtherWayRound) { EXPECT_NE(pair_key(1, 2), pair_key(2, 1)); }

TEST(Features, LinksAreAllOneAndSoAreMentions) {
  const Tokens tokens = test::tokens_of("https://a.b https://c.d @a @b #a a");
  const auto key = [&](std::size_t i) { return feature_key(tokens.tokens.at(i)); };
  EXPECT_EQ(key(0), key(1));
  EXPECT_EQ(key(2), key(3));
  EXPECT_NE(key(0), key(2));
  EXPECT_NE(key(4), key(5)) << "the hashtag and its word";
  EXPECT_EQ(key(5), key(6));
}

TEST(Features, ALongerRunOfMarksIsAnother) {
  const Tokens tokens = test::tokens_of("a! a!! a!!! a!!!!!");
  const auto key = [&](std::size_t i) { return feature_key(tokens.tokens.at(i)); };
  EXPECT_NE(key(1), key(3));
  EXPECT_NE(key(3), key(5));
  EXPECT_EQ(key(5), key(7));
}

TEST(Features, FactsAreCounted) {
  const Tokens tokens = test::tokens_of("not VERY gooood but yeah... #irony @a @b https://a.b 😂 :) why?? no!! GOOD");
  const auto& dense = features_of(tokens).dense;
  EXPECT_EQ(dense[kDenseWords], 9);  // with the hashtag's own
  EXPECT_EQ(dense[kDenseCapitals], 2);
  EXPECT_EQ(dense[kDenseExclamations], 2);
  EXPECT_EQ(dense[kDenseQuestions], 1);
  EXPECT_EQ(dense[kDenseElongated], 1);
  EXPECT_EQ(dense[kDenseHashtags], 1);
  EXPECT_EQ(dense[kDenseMentions], 2);
  EXPECT_EQ(dense[kDenseLinks], 1);
  EXPECT_EQ(dense[kDenseSigns], 2);
  EXPECT_EQ(dense[kDenseNegators], 1);
  EXPECT_EQ(dense[kDenseBoosters], 1);
  EXPECT_EQ(dense[kDenseContrasts], 1);
  EXPECT_EQ(dense[kDenseSarcasm], 2);
  EXPECT_EQ(dense[kDenseEllipses], 1);
  EXPECT_EQ(dense[kDenseShouted], 0);
  EXPECT_EQ(features_of(test::tokens_of("GOOD DAY")).dense[kDenseShouted], 1);
}

TEST(Features, FactsEndAt127) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "a ! ";
  const Tokens tokens = test::tokens_of(text);
  EXPECT_EQ(features_of(tokens).dense[kDenseWords], 127);
  EXPECT_EQ(features_of(tokens).dense[kDenseExclamations], 127);
}

TEST(Features, TheLongestTextFits) {
  std::string text;
  for (std::size_t i = 0; i < limits::kTokens + 10; ++i) text += "not very but ";
  const Tokens tokens = test::tokens_of(text);
  EXPECT_EQ(features_of(tokens).count, 2 * limits::kTokens - 1);
}

TEST(Features, AWordWrittenLongHasTwoShorterSpellings) {
  EXPECT_EQ(short_spellings("helloo")[0], word_hash("helo"));
  EXPECT_EQ(short_spellings("helloo")[1], word_hash("hello"));
  EXPECT_EQ(short_spellings("soo")[0], word_hash("so"));
  EXPECT_EQ(short_spellings(std::string(33, 'o'))[0], 0U) << "noise";
}

}  // namespace
}  // namespace roomtone::mood
