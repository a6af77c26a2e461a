#include "mood/lexicon.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "models.hpp"
#include "mood/features.hpp"

namespace roomtone::mood {
namespace {

constexpr uint32_t kDerby = 3;
constexpr uint32_t kLaunch = 4;

LexiconWord means(std::string_view word, int32_t valence_micro, uint32_t topic = kEveryTopic) {
  const Tokens tokens = test::tokens_of(word);
  return {std::string(word), feature_key(tokens.tokens.at(0)), valence_micro, topic,
          topic == kEveryTopic ? "" : "topic" + std::to_string(topic)};
}

std::vector<LexiconWord> all_words() {
  return {means("sick", 500'000),      means("sick", -300'000, kDerby), means("zork", -700'000),
          means("🐎", 200'000, kDerby), means("#goodday", -900'000),     means("good", -100'000, kLaunch),
          means("odd", 333'333)};
}

Scorer model() {
  test::ModelWriter writer;
  writer.valence("good", 40);
  writer.valence("sick", -40);
  writer.valence("day", 10);
  for (const char* word : {"this", "is", "a", "not", "table"}) writer.word(word, {0, 1});
  writer.row(pair_key(word_hash("sick"), word_hash("day")), {0, 0, 0, 30});
  writer.row(word_hash("😂"), {0, 0, 0, 10});
  return test::load(test::write_file(writer.bytes()));
}

struct Case {
  const char* name;
  const char* text;
  uint32_t topic;
  Mood mood;
};
constexpr Mood mood(int32_t micro, MoodLabel label) { return {micro, label, true}; }

class LexiconMeaning : public testing::TestWithParam<Case> {};
TEST_P(LexiconMeaning, TakesThePlaceOfTheModels) {
  Scorer scorer = model();
  scorer.use(Lexicon(all_words()));
  const Case& c = GetParam();
  const Tokens tokens = test::tokens_of(c.text);
  const Mood got = scorer.score(tokens, "en", c.topic);
  EXPECT_EQ(got, c.mood) << got.valence_micro << ' ' << name_of(got.label);
  EXPECT_EQ(scorer.judge(tokens, "en", c.topic).mood, c.mood);
}
constexpr auto kPositive = MoodLabel::positive;
constexpr auto kNegative = MoodLabel::negative;
constexpr auto kNeutral = MoodLabel::neutral;
INSTANTIATE_TEST_SUITE_P(
    Lexicon, LexiconMeaning,
    testing::Values(Case{"without_its_words_the_model_speaks", "a good day", kEveryTopic, mood(500'000, kNeutral)},
                    Case{"the_single_and_its_pairs_are_left_out", "a sick day", kEveryTopic, mood(600'000, kPositive)},
                    Case{"every_occurrence_adds", "zork zork", kEveryTopic, mood(-1'000'000, kNegative)},
                    Case{"half_of_the_opposite_when_negated", "not sick", kEveryTopic, mood(-250'000, kNegative)},
                    Case{"halves_are_rounded_towards_0", "not odd", kEveryTopic, mood(-166'666, kNegative)},
                    Case{"alone_the_rest_is_0", "zork!", kEveryTopic, mood(-700'000, kNegative)},
                    Case{"a_hashtag_is_meant_as_a_whole", "a table #GoodDay", kEveryTopic, mood(-900'000, kNegative)},
                    Case{"a_hashtag_alone", "#goodday", kEveryTopic, mood(-900'000, kNegative)},
                    Case{"a_part_of_another_hashtag_is_a_word", "a table #sickTable", kEveryTopic,
                         mood(500'000, kPositive)},
                    Case{"a_topic_has_its_own_meaning", "a sick table", kDerby, mood(-300'000, kNegative)},
                    Case{"and_the_one_that_holds_everywhere", "zork table 🐎", kDerby, mood(-500'000, kNegative)},
                    Case{"another_topics_meaning_is_none", "good 😂 🐎", kEveryTopic, mood(500'000, kNeutral)},
                    Case{"nor_in_a_topic_without_one", "good 😂 🐎", kDerby, mood(700'000, kPositive)},
                    Case{"written_long", "a siiiiiick table", kEveryTopic, mood(500'000, kPositive)},
                    Case{"near_0_is_neutral", "good this is a table", kLaunch, mood(-100'000, kNegative)}),
    [](const auto& row) { return row.param.name; });

TEST(Lexicon, JustShortOfTellingIsNeutral) {
  Scorer scorer = model();
  scorer.use(Lexicon({means("odd", 49'999), means("even", 50'000), means("mean", -50'000), means("meh", -49'999)}));
  EXPECT_EQ(test::mood_of(scorer, "odd").label, MoodLabel::neutral);
  EXPECT_EQ(test::mood_of(scorer, "even").label, MoodLabel::positive);
  EXPECT_EQ(test::mood_of(scorer, "mean").label, MoodLabel::negative);
  EXPECT_EQ(test::mood_of(scorer, "meh").label, MoodLabel::neutral);
}

TEST(Lexicon, AnotherLanguageStaysUnscored) {
  Scorer scorer = model();
  scorer.use(Lexicon(all_words()));
  EXPECT_EQ(test::mood_of(scorer, "zork", "de"), Mood{});
}

TEST(Lexicon, ItsWordsShowTheModelsLanguage) {
  Scorer scorer = model();
  EXPECT_FALSE(test::mood_of(scorer, "zork", "").scored);
  scorer.use(Lexicon(all_words()));
  EXPECT_TRUE(test::mood_of(scorer, "zork", "").scored);
}

TEST(Lexicon, OnlyAWordOfTheTopicMakesADifference) {
  const Lexicon lexicon(all_words());
  LexiconHits hits;
  lexicon.find(test::tokens_of("zork is odd"), hits);
  EXPECT_EQ(hits.count, 2u);
  EXPECT_FALSE(hits.topical);
  lexicon.find(test::tokens_of("sick"), hits);
  EXPECT_TRUE(hits.topical);
  EXPECT_TRUE(lexicon.differs(hits, kDerby));
  EXPECT_FALSE(lexicon.differs(hits, kLaunch));
}

TEST(Lexicon, OccurrencesBeyondTheLimitAreTheModels) {
  Scorer scorer = model();
  scorer.use(Lexicon({means("sick", 1000)}));
  std::string text;
  for (std::size_t i = 0; i < kLexiconWordsPerText; ++i) text += "sick, ";
  EXPECT_EQ(test::mood_of(scorer, text).valence_micro, 1000 * static_cast<int32_t>(kLexiconWordsPerText));
  EXPECT_EQ(test::mood_of(scorer, text + "sick").valence_micro,
            1000 * static_cast<int32_t>(kLexiconWordsPerText) - 400'000);
}

TEST(Lexicon, TheScorersIdSaysWhatUsersSay) {
  Scorer scorer = model();
  const std::string plain(scorer.id());
  scorer.use(Lexicon(all_words()));
  const std::string with(scorer.id());
  EXPECT_EQ(with.size(), plain.size() + 9);
  EXPECT_TRUE(with.starts_with(plain + "/")) << with;
  auto turned = all_words();
  std::ranges::reverse(turned);
  scorer.use(Lexicon(turned));
  EXPECT_EQ(scorer.id(), with);
  turned[0].valence_micro += 1;
  scorer.use(Lexicon(turned));
  EXPECT_NE(scorer.id(), with);
  scorer.use(Lexicon());
  EXPECT_EQ(scorer.id(), plain);
}

TEST(Lexicon, ItsWordsHaveEffects) {
  Scorer scorer = model();
  scorer.use(Lexicon(all_words()));
  EXPECT_EQ(scorer.effects(test::tokens_of("a good zork"), "en"), (std::vector<int32_t>{0, 400'000, -700'000}));
}

}  // namespace
}  // namespace roomtone::mood
