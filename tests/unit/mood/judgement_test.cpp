#include "mood/judgement.hpp"

#include <gtest/gtest.h>

#include "models.hpp"
#include "mood/model_file.hpp"

namespace roomtone::mood {
namespace {

std::array<int32_t, kOutputs> outputs(int32_t negative, int32_t neutral, int32_t positive) {
  return {negative, neutral, positive};
}

TEST(Judgement, TheLabelIsTheGreatestAndOfEqualsNeutralThenNegative) {
  EXPECT_EQ(label_of(outputs(1, 2, 3)), MoodLabel::positive);
  EXPECT_EQ(label_of(outputs(3, 2, 1)), MoodLabel::negative);
  EXPECT_EQ(label_of(outputs(1, 3, 2)), MoodLabel::neutral);
  EXPECT_EQ(label_of(outputs(2, 2, 2)), MoodLabel::neutral);
  EXPECT_EQ(label_of(outputs(2, 1, 2)), MoodLabel::negative);
}

TEST(Judgement, ABentLineIsStraightBetweenItsPointsAndHeldBeyond) {
  const std::array<Knot, 3> knots = {{{-10, -100}, {0, 0}, {3, 10}}};
  EXPECT_EQ(bend(knots, -99), -100);
  EXPECT_EQ(bend(knots, -5), -50);
  EXPECT_EQ(bend(knots, 0), 0);
  EXPECT_EQ(bend(knots, 1), 3) << "rounded down";
  EXPECT_EQ(bend(knots, 99), 10);
  const std::array<Knot, 2> wide = {{{INT32_MIN, -1'000'000}, {INT32_MAX, 1'000'000}}};
  EXPECT_EQ(bend(wide, 0), 0);
}

class Judging : public testing::Test {
 protected:
  ModelFile file_ = ModelFile::open(test::write_file(test::ModelWriter().bytes())).value();
  const Network& net_ = file_.model().network;
};

TEST_F(Judging, ProbabilitiesFollowTheDistances) {
  const Judgement equal = judgement_of(net_, outputs(5, 5, 5));
  EXPECT_EQ(equal.classes, (std::array<uint32_t, 3>{21845, 21845, 21845}));
  const Judgement sure = judgement_of(net_, outputs(-100000, 0, -100000));
  EXPECT_EQ(sure.classes, (std::array<uint32_t, 3>{0, 65536, 0}));
  // The writer's table halves each 44 quarters of 1/64: 176 in 1/256.
  const Judgement half = judgement_of(net_, outputs(176, 0, -100000));
  EXPECT_EQ(half.classes, (std::array<uint32_t, 3>{43690, 21845, 0}));
}

TEST_F(Judging, AnEmotionIsThereFromItsThreshold) {
  std::array<int32_t, kOutputs> at{};
  at[kJoy] = 100000;
  at[kFear] = -100000;
  const Judgement judged = judgement_of(net_, at);
  EXPECT_EQ(judged.emotions[0], 32768U) << "even odds";
  EXPECT_TRUE(judged.has_emotion[0]);
  EXPECT_EQ(judged.emotions[3], 65536U);
  EXPECT_TRUE(judged.has_emotion[3]);
  EXPECT_EQ(judged.emotions[2], 0U);
  EXPECT_FALSE(judged.has_emotion[2]);
}

TEST_F(Judging, ValenceAndEnergyAreBent) {
  std::array<int32_t, kOutputs> at{};
  at[kValence] = -50;
  at[kEnergy] = 25;
  const Judgement judged = judgement_of(net_, at);
  EXPECT_EQ(judged.mood.valence_micro, -500'000);
  EXPECT_EQ(judged.energy_micro, 250'000);
  EXPECT_TRUE(judged.mood.scored);
}

TEST_F(Judging, ProbabilitiesStayWithinTheirRangeForAnyOutput) {
  for (const int32_t x : {INT32_MIN, -1, 0, 1, INT32_MAX}) {
    for (const int32_t y : {INT32_MIN, 0, INT32_MAX}) {
      std::array<int32_t, kOutputs> at;
      at.fill(x);
      at[kNeutral] = y;
      at[kNoEmotion] = y;
      const Judgement judged = judgement_of(net_, at);
      EXPECT_LE(judged.classes[0] + judged.classes[1] + judged.classes[2], 65536U);
      for (const uint32_t emotion : judged.emotions) EXPECT_LE(emotion, 65536U);
    }
  }
}

}  // namespace
}  // namespace roomtone::mood
