#include "cli/evaluate.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "support/model_writer.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::cli {
namespace {

TEST(Labelled, TheTextIsTheLastColumnWithAllThatFollows) {
  const auto texts = parse_labelled("id\tlabel\ttext\n1\t2\ta \"b\n2\t0\tc\td\n", "x");
  ASSERT_TRUE(texts) << texts.error().context;
  EXPECT_FALSE(texts->rated);
  EXPECT_EQ(texts->texts, (std::vector<std::string>{"a \"b", "c\td"}));
  EXPECT_EQ(texts->gold, (std::vector<double>{2, 0}));
}

TEST(Labelled, RatingsAreReadWhereThereIsNoLabel) {
  const auto texts = parse_labelled("mean_rating\ttext\n-3.5\tbad", "x");
  ASSERT_TRUE(texts) << texts.error().context;
  EXPECT_TRUE(texts->rated);
  EXPECT_EQ(texts->gold, (std::vector<double>{-3.5}));
}

struct WrongCase {
  std::string name;
  std::string tsv;
  std::string said;
};
class WrongLabelled : public testing::TestWithParam<WrongCase> {};
TEST_P(WrongLabelled, IsRefusedWithTheLine) {
  const auto texts = parse_labelled(GetParam().tsv, "x");
  ASSERT_FALSE(texts);
  EXPECT_EQ(texts.error().context, GetParam().said);
}
INSTANTIATE_TEST_SUITE_P(
    Evaluate, WrongLabelled,
    testing::Values(WrongCase{"no_gold", "id\ttext\n",
                              "x:1: expected a header with 'label' or 'mean_rating', and the text in the last column"},
                    WrongCase{"gold_is_last", "text\tlabel\n",
                              "x:1: expected a header with 'label' or 'mean_rating', and the text in the last column"},
                    WrongCase{"column_missing", "label\ttext\n1\n", "x:2: expected 2 columns"},
                    WrongCase{"label", "label\ttext\n0\ta\n3\tb\n", "x:3: expected a label of 0, 1 or 2"},
                    WrongCase{"rating", "mean_rating\ttext\n5\ta\n", "x:2: expected a mean_rating of -4 to 4"},
                    WrongCase{"no_number", "mean_rating\ttext\nnan\ta\n", "x:2: expected a mean_rating of -4 to 4"},
                    WrongCase{"no_rows", "label\ttext\n", "x:1: no rows"}),
    [](const auto& row) { return row.param.name; });

TEST(Evaluation, FiguresAreThoseOfTheConfusion) {
  Evaluation found;
  found.confusion = {{{3, 1, 0}, {2, 4, 0}, {0, 0, 0}}};
  EXPECT_EQ(found.size(), 10U);
  EXPECT_DOUBLE_EQ(found.recall(0), 0.75);
  EXPECT_DOUBLE_EQ(found.recall(1), 4.0 / 6);
  EXPECT_DOUBLE_EQ(found.recall(2), 0);
  EXPECT_DOUBLE_EQ(found.macro_recall(), (0.75 + 4.0 / 6) / 3);
  EXPECT_DOUBLE_EQ(found.accuracy(), 0.7);
  EXPECT_DOUBLE_EQ(found.f1(0), 6.0 / 9);
  EXPECT_DOUBLE_EQ(found.f1(1), 8.0 / 11);
  EXPECT_DOUBLE_EQ(found.weighted_f1(), 0.4 * 6.0 / 9 + 0.6 * 8.0 / 11);
}

class Evaluating : public testing::Test {
 protected:
  Evaluating() {
    test::ModelWriter writer;
    writer.word("good", {0, 0, 9, 50});
    writer.word("bad", {9, 0, 0, -50});
    const auto file = folder_.path() / "m.mood";
    std::ofstream(file, std::ios::binary) << writer.bytes();
    scorer_.emplace(mood::Scorer::load(file).value());
  }
  test::TemporaryFolder folder_;
  std::optional<mood::Scorer> scorer_;
};

TEST_F(Evaluating, CountsLabels) {
  const auto texts = parse_labelled("label\ttext\n2\tgood\n0\tbad\n1\ttable\n0\tgood\n", "x");
  const Evaluation found = evaluate(*scorer_, *texts, "en");
  EXPECT_EQ(found.confusion, (Confusion{{{1, 0, 1}, {0, 1, 0}, {0, 0, 1}}}));
  EXPECT_EQ(found.scored, 4U);
}

TEST_F(Evaluating, ComparesRatings) {
  const auto texts = parse_labelled("mean_rating\ttext\n3\tgood\n-3\tbad\n0\ttable\n", "x");
  const Evaluation found = evaluate(*scorer_, *texts, "en");
  EXPECT_DOUBLE_EQ(found.r, 1);
  EXPECT_DOUBLE_EQ(found.weighted_f1(), 1);
}

TEST_F(Evaluating, WhatCannotBeScoredCountsAsNeutralAndIsTold) {
  const auto texts = parse_labelled("label\ttext\n2\tgood\n", "x");
  const Evaluation found = evaluate(*scorer_, *texts, "de");
  EXPECT_EQ(found.confusion[2][1], 1U);
  EXPECT_EQ(found.scored, 0U);
}

}  // namespace
}  // namespace roomtone::cli
