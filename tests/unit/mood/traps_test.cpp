#include <gtest/gtest.h>

#include "models.hpp"

// What people reported against other lexicon scorers, judged with the shipped model.
namespace roomtone::mood {
namespace {

struct Trap {
  std::string name;
  std::string text;
  MoodLabel expected;
};

class Traps : public testing::TestWithParam<Trap> {};

TEST_P(Traps, HaveTheExpectedLabel) {
  const Mood mood = test::mood_of(test::shipped(), GetParam().text);
  EXPECT_EQ(name_of(mood.label), name_of(GetParam().expected)) << mood.valence_micro;
}

constexpr auto kGood = MoodLabel::positive;
constexpr auto kBad = MoodLabel::negative;
constexpr auto kNeither = MoodLabel::neutral;

INSTANTIATE_TEST_SUITE_P(
    Mood, Traps,
    testing::Values(Trap{"ok_with_a_mark", "ok!", kGood}, Trap{"no_as_an_answer", "No, good", kGood},
                    Trap{"curly_apostrophe", "I don’t like it", kBad}, Trap{"curly_quotes", "“amazing”", kGood},
                    Trap{"kind_of_good", "kind of good", kGood}, Trap{"kind_of_bad", "kind of bad", kBad},
                    Trap{"kind_of_neutral", "what kind of train is it", kNeither}, Trap{"thumbs_up", "👍", kGood},
                    Trap{"thumbs_up_with_skin_tone", "👍🏽", kGood}, Trap{"pink_heart", "💓", kGood},
                    Trap{"two_hearts", "💕", kGood}, Trap{"broken_heart", "💔", kBad}, Trap{"tears_of_joy", "😂", kGood},
                    Trap{"crying", "😭", kBad}, Trap{"words_in_a_hashtag", "#WorstDayEver", kBad},
                    Trap{"happy_hashtag", "#LoveThisPlace", kGood}, Trap{"no_problem", "no problem", kGood},
                    Trap{"no_problems_ever", "no problems ever", kGood},
                    Trap{"clean_and_no_problem", "Very clean, no problem", kGood},
                    Trap{"no_complaints", "All good. No complaints.", kGood},
                    Trap{"satisfied", "Very satisfied. No bad experiences.", kGood},
                    Trap{"no_bad_smell", "No bad smell. Nothing to worry about", kGood},
                    Trap{"nothing_and_a_sad_face", "nothing works :(", kBad},
                    Trap{"nothing_good_and_a_sad_face", "nothing good came of it :(", kBad},
                    Trap{"nothing_as_an_answer", "Nothing, everything is great.", kGood},
                    Trap{"sarcasm_tag", "great, another monday #sarcasm", kBad}, Trap{"yeah_right", "yeah right", kBad},
                    Trap{"capitals", "New website is HORRIBLE", kBad},
                    Trap{"kindly_is_a_request", "Kindly send the form", kNeither},
                    Trap{"kindly_stop", "Kindly stop disturbing me.", kBad},
                    Trap{"not_the_worst", "Not the worst show I've seen", kNeither},
                    Trap{"worst_after_but", "Not the worst ever but definitely worst this year", kBad},
                    Trap{"dont_without_apostrophe", "I love this shampoo but dont like the smell of it", kBad},
                    Trap{"never_liked", "I never liked how they treat me", kBad},
                    Trap{"without_a_doubt", "Without a doubt excellent idea", kGood}, Trap{"not_bad", "not bad", kGood},
                    Trap{"not_very_good", "not very good", kBad},
                    Trap{"could_not_be_happier", "I couldn’t be happier", kGood},
                    Trap{"cannot_wait", "can't wait for tonight", kGood}, Trap{"elongated", "I loooove it", kGood},
                    Trap{"no_mood", "The train leaves at nine", kNeither}),
    [](const auto& row) { return row.param.name; });

struct Order {
  std::string name;
  std::string less;
  std::string more;
};

class TrapPairs : public testing::TestWithParam<Order> {};

TEST_P(TrapPairs, AreInOrder) {
  EXPECT_LT(test::mood_of(test::shipped(), GetParam().less).valence_micro,
            test::mood_of(test::shipped(), GetParam().more).valence_micro);
}

INSTANTIATE_TEST_SUITE_P(Mood, TrapPairs,
                         testing::Values(Order{"a_mark_strengthens_ok", "ok", "ok!"},
                                         Order{"kind_of_weakens", "kind of good", "good"},
                                         Order{"very_strengthens", "good", "very good"},
                                         Order{"capitals_strengthen", "this is great", "this is GREAT"},
                                         Order{"elongation_strengthens", "I love it", "I loooove it"},
                                         Order{"what_follows_but_weighs_more", "good but bad", "bad but good"},
                                         Order{"not_bad_is_less_than_good", "not bad", "good"},
                                         Order{"asking_weakens", "is this good?", "this is good"}),
                         [](const auto& row) { return row.param.name; });

TEST(TrapsApart, AllInCapitalsIsNoEmphasis) {
  EXPECT_EQ(test::mood_of(test::shipped(), "THIS IS GREAT").valence_micro,
            test::mood_of(test::shipped(), "this is great").valence_micro);
}

TEST(TrapsApart, CurlyAndStraightApostrophesAreOne) {
  EXPECT_EQ(test::mood_of(test::shipped(), "I don’t like it"), test::mood_of(test::shipped(), "I don't like it"));
}

TEST(TrapsApart, TheHeartsDoNotContradictEachOther) {
  for (const char* heart : {"❤️", "💕", "💖", "💗", "💓", "💞", "💘", "💙", "💚", "💛", "💜", "🧡"}) {
    EXPECT_EQ(test::mood_of(test::shipped(), heart).label, MoodLabel::positive) << heart;
  }
}

}  // namespace
}  // namespace roomtone::mood
