#include "cli/backtest.hpp"

#include <gtest/gtest.h>

#include "cli/backtest_lines.hpp"

namespace roomtone::cli {
namespace {

TEST(ToneLine, TakesMembersInAnyOrderAndPassesOverOthers) {
  const auto line = parse_tone_line(R"({"v": -0.42,"lang":"en", "topic": "t0007", "t": 12.5})");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->t, 12.5);
  EXPECT_EQ(line->topic, "t0007");
  EXPECT_EQ(line->v, -0.42);
}

TEST(ToneLine, RefusesWhatItDoesNotUnderstand) {
  for (const char* bad : {"", "{}", R"({"t": 1, "topic": "a"})", R"({"t": 1, "topic": "a", "v": 2})",
                          R"({"t": -1, "topic": "a", "v": 0})", R"({"t": 1, "topic": "a", "v": 0)",
                          R"({"t": 1, "topic": "a\"b", "v": 0})", R"({"t": nan, "topic": "a", "v": 0})",
                          R"({"t": 1, "topic": "a", "v": 0} x)", R"({"t": 1e300, "topic": "a", "v": 0})"})
    EXPECT_FALSE(parse_tone_line(bad)) << bad;
}

TEST(SeriesRow, TakesATimeWithAndWithoutAnOffset) {
  EXPECT_EQ(parse_series_row("2015-02-26 21:42:53,104")->second, 1'424'986'973);
  EXPECT_EQ(parse_series_row("2015-02-26T22:42:53+01:00,104.5\r")->second, 1'424'986'973);
  EXPECT_FALSE(parse_series_row("yesterday,104"));
  EXPECT_FALSE(parse_series_row("2015-02-26 21:42:53,-1"));
  EXPECT_FALSE(parse_series_row("2015-02-26 21:42:53"));
}

TEST(ToneBacktest, FindsAStepInOneTopicAndNothingInTheOther) {
  ToneBacktest backtest(7);
  std::string out;
  for (int t = 0; t < 20'000; ++t) {
    // Without chance: the two halves of a pattern cancel, or all lean to one side.
    const double calm = t % 2 == 0 ? 0.4 : -0.4;
    const std::string moved = std::to_string(t < 15'000 ? calm : calm - 0.4);
    ASSERT_TRUE(backtest.take("{\"t\":" + std::to_string(t) + ",\"topic\":\"a\",\"v\":" + moved + "}", out));
    ASSERT_TRUE(
        backtest.take("{\"t\":" + std::to_string(t) + ",\"topic\":\"b\",\"v\":" + std::to_string(calm) + "}", out));
  }
  backtest.end(out);
  EXPECT_TRUE(out.starts_with("{\"t\":150")) << out;
  EXPECT_NE(out.find("\"topic\":\"a\",\"kind\":\"tone_down\""), std::string::npos) << out;
  EXPECT_EQ(out.find("\"b\""), std::string::npos) << out;
}

TEST(ToneBacktest, RefusesALineThatGoesBackInTime) {
  ToneBacktest backtest(7);
  std::string out;
  ASSERT_TRUE(backtest.take(R"({"t": 10, "topic": "a", "v": 0})", out));
  const auto taken = backtest.take(R"({"t": 9, "topic": "a", "v": 0})", out);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().context.find("line 2"), std::string::npos);
}

TEST(VolumeBacktest, AddsAScoreToEachRow) {
  VolumeBacktest backtest(7);
  std::string out;
  ASSERT_TRUE(backtest.take("timestamp,value", out));
  ASSERT_TRUE(backtest.take("2015-02-26 21:42:53,104", out));
  EXPECT_EQ(out, "timestamp,value,score\n2015-02-26 21:42:53,104,0.000000\n");
}

TEST(VolumeBacktest, RefusesARowThatIsNotAfterTheOneBefore) {
  VolumeBacktest backtest(7);
  std::string out;
  ASSERT_TRUE(backtest.take("2015-02-26 21:42:53,104", out));
  EXPECT_FALSE(backtest.take("2015-02-26 21:42:53,104", out));
}

}  // namespace
}  // namespace roomtone::cli
