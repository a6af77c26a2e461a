#include "cli/score.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/limits.hpp"

namespace roomtone::cli {
namespace {

class Score : public testing::Test {
 protected:
  Score() {
    auto loaded = mood::Scorer::load(std::string(ROOMTONE_SOURCE_DIR) + "/deploy/models/social.mood");
    if (!loaded) throw std::runtime_error(loaded.error().context);
    scorer_.emplace(std::move(*loaded));
  }

  std::string scores_of(std::string_view input, ScoreOptions options = {.lang = "en"}, std::size_t piece = SIZE_MAX) {
    LineScorer lines(*scorer_, std::move(options));
    std::string out;
    for (; !input.empty(); input.remove_prefix(std::min(piece, input.size()))) lines.take(input.substr(0, piece), out);
    lines.end(out);
    return out;
  }

  std::optional<mood::Scorer> scorer_;
};

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_F(Score, PleasantTextIsPositive) {
  EXPECT_TRUE(scores_of("What a wonderful day, I love it\n").ends_with("\tpositive\t1\n"));
}
TEST_F(Score, UnpleasantTextIsNegative) {
  const std::string out = scores_of("This is terrible and I hate it\n");
  EXPECT_TRUE(out.ends_with("\tnegative\t1\n"));
  EXPECT_TRUE(out.starts_with("-0."));
}
TEST_F(Score, AnotherLanguageIsNotScored) {
  EXPECT_EQ(scores_of("What a wonderful day\n", {.lang = "fi"}), "0.0000\tneutral\t0\n");
}

struct CountCase {
  std::string name;
  std::string input;
  std::size_t lines;
};
class LineCount : public Score, public testing::WithParamInterface<CountCase> {};
TEST_P(LineCount, IsThatOfTheInput) { EXPECT_EQ(lines_in(scores_of(GetParam().input)), GetParam().lines); }
INSTANTIATE_TEST_SUITE_P(Score, LineCount,
                         testing::Values(CountCase{"nothing", "", 0}, CountCase{"one_empty_line", "\n", 1},
                                         CountCase{"no_line_feed_at_the_end", "good\nbad", 2},
                                         CountCase{"empty_lines_between", "good\n\n\nbad\n", 4},
                                         CountCase{"invalid_utf8", "\xff\xfe\xc3\n\xe2\x82\n", 2},
                                         CountCase{"a_nul_byte", std::string("a\0b\n", 4), 1},
                                         CountCase{"a_bare_carriage_return", "a\rb\n", 1},
                                         CountCase{"far_too_long", std::string(3 * limits::kTextBytes, 'x') + "\ny\n",
                                                   2}),
                         [](const auto& row) { return row.param.name; });

TEST_F(Score, DoesNotDependOnHowTheInputIsCut) {
  const std::string input = "I love this\r\nI hate this \xf0\x9f\x98\xa1\n\nso so";
  const std::string whole = scores_of(input);
  for (std::size_t piece = 1; piece < input.size(); ++piece)
    EXPECT_EQ(scores_of(input, {.lang = "en"}, piece), whole) << piece;
}

}  // namespace
}  // namespace roomtone::cli
