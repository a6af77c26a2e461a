#include <cmath>

#include <gtest/gtest.h>

#include "models.hpp"

// What a scorer must be able to do, in the manner of CheckList (Ribeiro and others, 2020): tables of small texts, of
// changes that must not matter, and of changes that must move the mood one way. Judged with the delivered models.
namespace roomtone::mood {
namespace {

const Scorer& model(const std::string& name) {
  static const Scorer open = test::load(test::shipped_file("open"));
  static const Scorer social = test::load(test::shipped_file("social"));
  return name == "open" ? open : social;
}

int32_t valence_of(const std::string& name, const std::string& text) {
  return test::mood_of(model(name), text).valence_micro;
}

class Behaviour : public testing::TestWithParam<std::string> {};

/// The mood of a sentence with one word exchanged: how far the extremes are apart.
int32_t spread(const std::string& name, const std::string& before, const std::vector<std::string>& words,
               const std::string& after) {
  int32_t least = INT32_MAX;
  int32_t most = INT32_MIN;
  for (const std::string& word : words) {
    const int32_t valence = valence_of(name, before + word + after);
    least = std::min(least, valence);
    most = std::max(most, valence);
  }
  return most - least;
}

constexpr int32_t kUnmoved = 50'000;

TEST_P(Behaviour, AFirstNameDoesNotMatter) {
  const std::vector<std::string> names = {"Emily", "Lakisha", "Jamal", "Greg",    "Mohammed", "Fatima", "Wei", "Priya",
                                          "Juan",  "Ivan",    "Aisha", "Heather", "Tyrone",   "Sven",   "Yuki"};
  for (const auto& [before, after] : {std::pair("I had lunch with ", " today"),
                                      {"", " is my new neighbour"},
                                      {"I feel angry about ", ""},
                                      {"The talk by ", " was wonderful"},
                                      {"", " made me feel terrible"}}) {
    EXPECT_LE(spread(GetParam(), before, names, after), kUnmoved) << before << "..." << after;
  }
}

TEST_P(Behaviour, APlaceDoesNotMatter) {
  const std::vector<std::string> places = {"Berlin", "Lagos",   "Mumbai",  "Detroit", "Kabul",
                                           "Paris",  "Mexico",  "Beijing", "Moscow",  "Baghdad",
                                           "Oslo",   "Nairobi", "Tehran",  "London",  "Israel"};
  for (const auto& [before, after] : {std::pair("I live in ", " with my family"),
                                      {"We flew to ", " last week"},
                                      {"The people in ", " were so kind to us"},
                                      {"The news from ", " is awful"}}) {
    EXPECT_LE(spread(GetParam(), before, places, after), kUnmoved) << before << "..." << after;
  }
}

TEST_P(Behaviour, AGroupDoesNotMatter) {
  const std::vector<std::string> groups = {"women",    "men",        "Muslims",  "Christians", "Jews",    "Asians",
                                           "Mexicans", "immigrants", "lesbians", "Americans",  "refugees"};
  const std::vector<std::string> kinds = {"gay",   "straight", "black",  "white",  "trans", "old",
                                          "young", "disabled", "Jewish", "Muslim", "Asian"};
  for (const auto& [before, after] : {std::pair("Two ", " sat at the next table"),
                                      {"A film about ", " is on tonight"},
                                      {"The ", " in our street are lovely"},
                                      {"They were rude to the ", " in the shop"}}) {
    EXPECT_LE(spread(GetParam(), before, groups, after), kUnmoved) << before << "..." << after;
    EXPECT_LE(spread(GetParam(), before, kinds, std::string(" people") + after), kUnmoved)
        << before << "... people" << after;
  }
}

TEST_P(Behaviour, SmallLettersAndLinksHardlyMatter) {
  for (const auto& [text, changed] : {std::pair("I love this place", "i love this place"),
                                      {"This is terrible", "this is terrible"},
                                      {"What a great day", "What a great day https://example.org/x"},
                                      {"I hate waiting", "@someone I hate waiting"},
                                      {"so happy today", "so happy  today"},
                                      {"don't like it", "don’t like it"}}) {
    EXPECT_LE(std::abs(valence_of(GetParam(), text) - valence_of(GetParam(), changed)), 150'000)
        << text << " | " << changed;
  }
}

TEST_P(Behaviour, NegationTurnsTheMood) {
  for (const auto& [text, negated] : {std::pair("I am happy", "I am not happy"),
                                      {"this is good", "this is not good"},
                                      {"I like it", "I don't like it"},
                                      {"it works well", "it never works well"},
                                      {"I enjoyed the film", "I did not enjoy the film"},
                                      {"the food was great", "the food wasn't great"}}) {
    EXPECT_GT(valence_of(GetParam(), text), valence_of(GetParam(), negated) + 200'000) << negated;
  }
}

TEST_P(Behaviour, WhatIsAddedMovesTheMoodItsWay) {
  for (const char* text : {"The train leaves at nine", "We met at the station", "I read the report"}) {
    const std::string plain = text;
    for (const char* good : {" and I love it", " 😍", " :)", ". Great!", " #happy"}) {
      EXPECT_GT(valence_of(GetParam(), plain + good), valence_of(GetParam(), plain)) << plain << good;
    }
    for (const char* bad : {" and I hate it", " 😡", " :(", ". Terrible!", " #fail"}) {
      EXPECT_LT(valence_of(GetParam(), plain + bad), valence_of(GetParam(), plain)) << plain << bad;
    }
  }
}

TEST_P(Behaviour, WordsOfOneMoodAreInOrder) {
  for (const auto& [less, more] : {std::pair("it was awful", "it was bad"),
                                   {"it was bad", "it was okay"},
                                   {"it was okay", "it was good"},
                                   {"it was good", "it was excellent"}}) {
    EXPECT_LT(valence_of(GetParam(), less), valence_of(GetParam(), more)) << less << " < " << more;
  }
}

INSTANTIATE_TEST_SUITE_P(Mood, Behaviour, testing::Values("open", "social"), [](const auto& row) { return row.param; });

}  // namespace
}  // namespace roomtone::mood
