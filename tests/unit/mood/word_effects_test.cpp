#include "mood/word_effects.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "models.hpp"

namespace roomtone::mood {
namespace {

using Words = std::vector<std::pair<std::string, int>>;

class WordEffectsOfAText : public testing::Test {
 protected:
  Words words(std::string_view text) {
    text::tokenize(text, tokens_);
    LexiconHits none;
    if (!scorer_.score(tokens_, "en", none, features_).scored) return {};
    effects_.words_of(tokens_, features_, words_);
    Words found;
    words_.for_each([&](std::string_view word, int8_t effect) { found.emplace_back(word, effect); });
    return found;
  }
  int effect_of(std::string_view text, std::string_view word) {
    for (const auto& [told, effect] : words(text))
      if (told == word) return effect;
    return 0;
  }

 private:
  Scorer scorer_ = test::load(test::shipped_file("social"));
  WordEffects effects_ = scorer_.word_effects();
  Tokens tokens_;
  Features features_;
  SampleWords words_;
};

TEST_F(WordEffectsOfAText, NamesFirstWhatMovesItMost) {
  EXPECT_EQ(words("what a terrible monday at the office").front().first, "terrible");
  EXPECT_LT(words("what a terrible monday at the office").front().second, -10);
  EXPECT_EQ(words("my sister is wonderful").front().first, "wonderful");
  EXPECT_GT(words("my sister is wonderful").front().second, 10);
}

TEST_F(WordEffectsOfAText, AWordThatIsNegatedHasAnotherEffect) {
  EXPECT_GT(effect_of("the soup was good", "good"), 0);
  EXPECT_LT(effect_of("the soup was not good", "good"), 0);
}

TEST_F(WordEffectsOfAText, SignsAndHashtagsAreWordsAndLinksMentionsAndNumbersAreNot) {
  bool sign = false;
  for (const auto& [word, effect] : words("@anna 4 goals 😡 #sad https://example.org/awful")) {
    sign |= word == "😡";
    EXPECT_TRUE(word == "😡" || word == "#sad" || word == "goals") << word;
  }
  EXPECT_TRUE(sign);
}

TEST_F(WordEffectsOfAText, AreFewAndFitTheSample) {
  const auto found = words(
      "terrible awful horrible disgusting hateful miserable wonderful lovely great brilliant happy sad angry hate "
      "love");
  EXPECT_LE(found.size(), kSampleWords);
  EXPECT_GE(found.size(), 2u);
  for (std::size_t i = 1; i < found.size(); ++i) EXPECT_GE(std::abs(found[i - 1].second), std::abs(found[i].second));
}

TEST_F(WordEffectsOfAText, ATextThatIsNotScoredHasNone) { EXPECT_TRUE(words("@anna").empty()); }

TEST(WordEffects, AreTheSameForBothWaysToWorkThemOut) {
  const Scorer portable = test::load(test::shipped_file("social"), Instructions::portable);
  const Scorer fastest = test::load(test::shipped_file("social"));
  EXPECT_EQ(portable.word_effects(), fastest.word_effects());
}

}  // namespace
}  // namespace roomtone::mood
