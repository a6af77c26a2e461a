#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "models.hpp"
#include "mood/model_file.hpp"

// Texts of ours with the outputs that scripts/train/reference.py, a second writing of FORMAT.md, works out for them.
namespace roomtone::mood {
namespace {

class Reference : public testing::TestWithParam<std::tuple<std::string, Instructions>> {};

TEST_P(Reference, AgreesToTheLastBit) {
  const auto& [name, instructions] = GetParam();
  if (instructions == Instructions::avx2 && best_instructions() != Instructions::avx2) {
    GTEST_SKIP() << "this machine has no AVX2";
  }
  const ModelFile file = ModelFile::open(test::shipped_file(name)).value();
  const CueTable cues(file.model().cues.words);
  std::ifstream in(std::string(ROOMTONE_SOURCE_DIR) + "/tests/data/mood/" + name + ".tsv");
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line); ++lines) {
    const std::size_t tab = line.find('\t');
    const std::string text = line.substr(0, tab);
    std::istringstream columns(line.substr(tab + 1));
    std::array<int32_t, kOutputs> expected{};
    for (int32_t& value : expected) ASSERT_TRUE(columns >> value) << line;
    const Tokens tokens = test::tokens_of(text);
    if (tokens.tokens.empty()) continue;
    Features features;
    extract(tokens, cues, {}, false, features);
    EXPECT_EQ(forward(file.model().network, tokens, features, false, instructions).at, expected) << text;
  }
  EXPECT_GT(lines, 100U);
}

INSTANTIATE_TEST_SUITE_P(Mood, Reference,
                         testing::Combine(testing::Values("open", "social"),
                                          testing::Values(Instructions::portable, Instructions::avx2)),
                         [](const auto& row) {
                           return std::get<0>(row.param) +
                                  (std::get<1>(row.param) == Instructions::avx2 ? "_avx2" : "_portable");
                         });

}  // namespace
}  // namespace roomtone::mood
