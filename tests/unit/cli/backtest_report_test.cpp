#include "cli/backtest_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/terminal_text.hpp"

namespace roomtone::cli {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

constexpr Instant kNoon = Instant(std::chrono::seconds(1'795'348'800));

BacktestReport sample() {
  Alert alert;
  alert.key = "t/derby";
  alert.starts = kNoon + 50min;
  alert.ends = kNoon + 62min;
  alert.state = AlertState::resolved;
  alert.sentence = "The tone of t/derby fell from +0.20 to -0.30.";
  BacktestChart chart{.key = "t/derby", .from = kNoon, .cell = 10min, .tone = {0.2, 0.2, {}, 0.2, 0.2, -0.3, -0.3}};
  return {.heard = "a recording",
          .notes = {},
          .from = kNoon,
          .to = kNoon + 70min,
          .rooms = 1,
          .days_between = 30,
          .alerts = {alert},
          .charts = {chart}};
}

TEST(BacktestReport, SaysHowOftenWhenAndWhy) {
  const auto lines = draw_backtest(sample(), {});
  EXPECT_THAT(lines, Contains("RULE          ALERTS  A DAY ROOMS LASTED"));
  EXPECT_THAT(lines, Contains("tone_down          1  20.57     1    12m"));
  EXPECT_THAT(lines, Contains("2026-11-22T12:50:00Z  tone_down  t/derby  lasted 12m"));
  EXPECT_THAT(lines, Contains("  The tone of t/derby fell from +0.20 to -0.30."));
}

TEST(BacktestReport, DrawsTheCourseWithItsAlerts) {
  const auto lines = draw_backtest(sample(), {});
  EXPECT_THAT(lines, Contains("tone   ## ##__"));
  EXPECT_THAT(lines, Contains("alerts      v"));
  EXPECT_THAT(draw_backtest(sample(), {.unicode = true}), Contains("tone   ██ ██▁▁"));
}

TEST(BacktestReport, OneThatGoesOnIsToldAsThat) {
  BacktestReport report = sample();
  report.alerts[0].ends = kNoInstant;
  EXPECT_THAT(draw_backtest(report, {}), Contains("2026-11-22T12:50:00Z  tone_down  t/derby  goes on, 20m so far"));
}

TEST(BacktestReport, NoLineIsWiderThanTheScreen) {
  BacktestReport report = sample();
  report.alerts[0].key = report.charts[0].key = "t/" + std::string(64, 'k');
  report.notes = {std::string(300, 'x')};
  for (const std::size_t columns : {20U, 40U, 79U})
    for (const std::string& line : draw_backtest(report, {.columns = columns, .unicode = true}))
      EXPECT_LE(cells_of(line), columns) << line;
}

TEST(BacktestReport, WithoutColoursThereAreNoEscapes) {
  BacktestReport report = sample();
  report.alerts[0].sentence = "\x1b[31mred";
  EXPECT_THAT(draw_backtest(report, {}), Each(Not(HasSubstr("\x1b"))));
  EXPECT_THAT(draw_backtest(sample(), {.colour = true}), Contains(HasSubstr("\x1b[31m")));
}

TEST(BacktestReport, WithoutAlertsThereIsTheSumAndTheCourse) {
  BacktestReport report = sample();
  report.alerts.clear();
  const auto lines = draw_backtest(report, {});
  EXPECT_THAT(lines, Contains("all                0   0.00     0      -"));
  EXPECT_THAT(lines, Each(Not(HasSubstr("alerts  "))));
}

TEST(BacktestReport, AChartFitsItsScreen) {
  for (const std::size_t columns : {10U, 20U, 40U, 100U, 300U}) {
    for (const auto span : {1h, 24h, 24h * 30, 24h * 4000}) {
      const auto cell = backtest_cell(kNoon, kNoon + span, columns);
      EXPECT_LE(span / cell + 2, std::max<int64_t>(columns, 10)) << columns;
      EXPECT_EQ(cell % 10s, 0s);
    }
  }
}

}  // namespace
}  // namespace roomtone::cli
