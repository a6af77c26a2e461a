#include <array>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "models.hpp"

namespace roomtone::mood {
namespace {

constexpr std::size_t kTexts = 100'000;

/// Made-up posts from words that a model knows and some that it does not, with everything that posts have.
std::vector<std::string> texts() {
  constexpr std::array kWords = {"i",
                                 "you",
                                 "the",
                                 "a",
                                 "is",
                                 "was",
                                 "not",
                                 "never",
                                 "don't",
                                 "so",
                                 "very",
                                 "but",
                                 "love",
                                 "hate",
                                 "great",
                                 "awful",
                                 "happy",
                                 "sad",
                                 "angry",
                                 "scared",
                                 "good",
                                 "bad",
                                 "train",
                                 "coffee",
                                 "really",
                                 "today",
                                 "work",
                                 "team",
                                 "LOVE",
                                 "WHY",
                                 "sooo",
                                 "noooo",
                                 "yaaay",
                                 "xqzt",
                                 "blorp",
                                 "win",
                                 "lost",
                                 "fail",
                                 "#fail",
                                 "#WorstDayEver",
                                 "#nowplaying",
                                 "@someone",
                                 "https://example.org/",
                                 "😂",
                                 "😡",
                                 "❤️",
                                 ":)",
                                 ":(",
                                 "!",
                                 "?!",
                                 "...",
                                 ",",
                                 "&amp;",
                                 "&lt;3",
                                 "“quoted”",
                                 "don’t",
                                 "日本",
                                 "Übel",
                                 "42"};
  std::mt19937 random(11);
  std::vector<std::string> made(kTexts);
  for (std::string& text : made) {
    for (std::size_t words = random() % 40; words > 0; --words) {
      text += kWords[random() % kWords.size()];
      if (random() % 8 != 0) text += ' ';
    }
  }
  return made;
}

std::vector<Mood> moods_of(const Scorer& scorer, const std::vector<std::string>& from, std::size_t threads) {
  std::vector<Mood> moods(from.size());
  std::vector<std::thread> running;
  for (std::size_t t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      Tokens tokens;
      for (std::size_t i = t; i < from.size(); i += threads) {
        text::tokenize(from[i], tokens);
        moods[i] = scorer.score(tokens, i % 2 == 0 ? "en" : "");
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  return moods;
}

class SameBits : public testing::TestWithParam<std::string> {};

TEST_P(SameBits, ForAHundredThousandTextsWhateverTheInstructionsAndTheThreads) {
  const std::vector<std::string> all = texts();
  const auto file = test::shipped_file(GetParam());
  const std::vector<Mood> portable = moods_of(test::load(file, Instructions::portable), all, 1);
  const Scorer best = test::load(file);
  EXPECT_EQ(moods_of(best, all, 1), portable);
  EXPECT_EQ(moods_of(best, all, 4), portable);
  std::size_t scored = 0;
  for (const Mood& mood : portable) scored += mood.scored ? 1 : 0;
  EXPECT_GT(scored, kTexts / 2) << "else nothing was compared";
}

INSTANTIATE_TEST_SUITE_P(Mood, SameBits, testing::Values("open", "social"), [](const auto& row) { return row.param; });

}  // namespace
}  // namespace roomtone::mood
