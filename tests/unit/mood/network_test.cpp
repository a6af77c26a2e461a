#include "mood/network.hpp"

#include <random>

#include <gtest/gtest.h>

#include "models.hpp"
#include "mood/model_file.hpp"

namespace roomtone::mood {
namespace {

using test::ModelWriter;

class Net {
 public:
  explicit Net(const ModelWriter& writer)
      : file_(ModelFile::open(test::write_file(writer.bytes())).value()), cues_(file_.model().cues.words) {}

  Outputs outputs_of(std::string_view text, Instructions instructions = Instructions::portable) {
    const Tokens tokens = test::tokens_of(text);
    extract(tokens, cues_, {}, false, features_);
    return forward(file_.model().network, tokens, features_, true, instructions);
  }
  int32_t valence_of(std::string_view text) { return outputs_of(text).at[kValence]; }
  [[nodiscard]] uint8_t known() const { return features_.dense[kDenseKnown]; }

 private:
  ModelFile file_;
  CueTable cues_;
  Features features_;
};

ModelWriter small() {
  ModelWriter writer;
  writer.valence("good", 20);
  writer.valence("bad", -20);
  writer.valence("so", 3);
  writer.row(pair_key(word_hash("not"), word_hash("bad")), {0, 0, 0, 7});
  return writer;
}

struct SumCase {
  std::string name;
  std::string text;
  int32_t valence;
};
class Sum : public testing::TestWithParam<SumCase> {};
TEST_P(Sum, IsThatOfTheKnownRows) { EXPECT_EQ(Net(small()).valence_of(GetParam().text), GetParam().valence); }
INSTANTIATE_TEST_SUITE_P(Network, Sum,
                         testing::Values(SumCase{"nothing_known", "a b c", 0}, SumCase{"one", "good", 20},
                                         SumCase{"two", "good, good", 40},
                                         SumCase{"negated_goes_to_its_own_sum", "not a good", -20},
                                         SumCase{"a_pair_beside_its_words", "not bad", 27},
                                         SumCase{"emphasised_is_added_again", "very good", 40},
                                         SumCase{"before_a_contrast_is_taken_off_by_half", "good but bad", -10},
                                         SumCase{"written_long", "gooood", 40},
                                         SumCase{"written_long_under_a_shorter_spelling", "sooo", 6},
                                         SumCase{"written_long_and_unknown", "woooo", 0}),
                         [](const auto& row) { return row.param.name; });

TEST(Network, TheHiddenLayerIsClippedBelowAndAbove) {
  ModelWriter writer = small();
  writer.hidden_shift = 1;
  writer.hidden_weight(ModelWriter::kMarkLanes + kValence, 0) = 2;     // unit 0: the plain sum of valence
  writer.hidden_weight(ModelWriter::kMarkLanes + kValence, 1) = 2000;  // unit 1: far over the top
  writer.output_weight(writer.inputs() + 0, kEnergy) = 2;
  writer.output_weight(writer.inputs() + 1, kAnger) = 2;
  Net net(writer);
  EXPECT_EQ(net.outputs_of("good").at[kEnergy], 20);
  EXPECT_EQ(net.outputs_of("good").at[kAnger], 2047);
  EXPECT_EQ(net.outputs_of("bad").at[kEnergy], 0);
}

TEST(Network, SumsAreScaledByTheNumberOfKnownFeaturesAndRounded) {
  ModelWriter writer = small();
  writer.pool_shift = 4;
  writer.pool[1] = 16;
  writer.pool[2] = 9;
  Net net(writer);
  EXPECT_EQ(net.valence_of("good"), 20);
  EXPECT_EQ(net.valence_of("good, good"), (40 * 9 + 8) >> 4);
  EXPECT_EQ(net.valence_of("bad, bad"), (-40 * 9 + 8) >> 4) << "rounded up at a half, below zero too";
}

TEST(Network, FactsCountByTheirTables) {
  ModelWriter writer = small();
  writer.dense[kDenseExclamations * 128 + 2] = 11;
  writer.output_weight(mood::kSums * writer.lanes + kDenseExclamations, kValence) = 2;
  Net net(writer);
  EXPECT_EQ(net.valence_of("a!!"), 11);
  EXPECT_EQ(net.valence_of("a!"), 0);
}

TEST(Network, OnlyTheFirst256KnownFeaturesAreRead) {
  ModelWriter writer;
  writer.valence("good", 1);
  writer.pool_shift = 0;
  Net net(writer);
  std::string text;
  for (int i = 0; i < 300; ++i) text += "good, ";
  EXPECT_EQ(net.valence_of(text), 256);
  EXPECT_EQ(net.known(), 127);
}

TEST(Network, CountsTheWordsItKnows) { EXPECT_EQ(Net(small()).outputs_of("good x bad , not bad").known_words, 3U); }

/// A model whose every number is drawn at random, within what the format allows.
ModelWriter random_model(std::size_t lanes, std::size_t hidden, uint32_t seed, const std::vector<std::string>& words) {
  std::mt19937 random(seed);
  const auto within = [&](int most) { return static_cast<int>(random() % (2 * most + 1)) - most; };
  ModelWriter writer(lanes, 6);
  writer.hidden = hidden;
  writer.hidden_weights.resize(writer.inputs() * hidden);
  writer.hidden_bias.resize(hidden);
  writer.output_weights.assign((writer.inputs() + hidden) * kOutputs, 0);
  writer.pool_shift = static_cast<uint32_t>(random() % 12);
  writer.hidden_shift = static_cast<uint32_t>(1 + random() % 12);
  writer.output_shift = static_cast<uint32_t>(1 + random() % 12);
  for (auto& factor : writer.pool) factor = static_cast<uint16_t>(random() % 32768);
  for (auto& value : writer.dense) value = static_cast<int16_t>(within(2047));
  for (auto& bias : writer.hidden_bias) bias = within(1 << 20);
  for (auto& bias : writer.output_bias) bias = within(1 << 20);
  for (std::size_t input = 0; input < writer.inputs() + hidden; ++input) {
    if (input < kSums * lanes && input % lanes < kMarkLanes) continue;
    for (std::size_t k = 0; k < kOutputs; ++k) writer.output_weight(input, k) = static_cast<int16_t>(within(2047));
    if (input >= writer.inputs()) continue;
    for (std::size_t k = 0; k < hidden; ++k) writer.hidden_weight(input, k) = static_cast<int16_t>(within(2047));
  }
  for (const std::string& word : words) {
    std::vector<int> values(lanes - kMarkLanes);
    for (int& value : values) value = within(127);
    writer.word(word, values);
  }
  return writer;
}

TEST(Network, GivesTheSameBitsWithAndWithoutAvx2) {
  if (best_instructions() != Instructions::avx2) GTEST_SKIP() << "this machine has no AVX2";
  const std::vector<std::string> words = {"good", "bad", "not", "very", "but", "so", "day", "love", "!", "?"};
  std::mt19937 random(7);
  for (const std::size_t lanes : {32, 64}) {
    for (const std::size_t hidden : {8, 16, 24, 32}) {
      Net net(random_model(lanes, hidden, static_cast<uint32_t>(lanes + hidden), words));
      for (int i = 0; i < 200; ++i) {
        std::string text;
        for (std::size_t n = random() % 200; n > 0; --n)
          text += words[random() % words.size()] + (random() % 4 != 0 ? " " : "");
        const Outputs portable = net.outputs_of(text, Instructions::portable);
        const Outputs avx2 = net.outputs_of(text, Instructions::avx2);
        ASSERT_EQ(portable.at, avx2.at) << lanes << ' ' << hidden << ' ' << text;
      }
    }
  }
}

}  // namespace
}  // namespace roomtone::mood
