#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/alert.hpp"

namespace roomtone::cli {

/// What an alert is called on the command line, with its direction: "tone_down", "volume_spike".
[[nodiscard]] std::string_view backtest_rule_of(const Alert& alert);

/// All such names, those first that a reader asks for first.
inline constexpr std::array<std::string_view, 8> kBacktestRules = {
    "tone_down", "tone_up", "polarised", "volume_spike", "volume_drop", "divergence", "voice_silent", "other"};

/// A room over the time of a backtest, cut into equal cells.
struct BacktestChart {
  std::string key;
  Instant from{};
  std::chrono::seconds cell{};
  std::vector<std::optional<double>> tone;  // of each cell; nothing where nobody was scored
};

struct BacktestReport {
  std::string heard;               // what was heard: "recording.jsonl, as the daemon hears it"
  std::vector<std::string> notes;  // what has to be known to read it
  Instant from{};
  Instant to{};
  std::size_t rooms = 0;    // whose alerts are told
  double days_between = 0;  // at most one false alarm per room in so many days is asked for
  std::vector<Alert> alerts;
  std::vector<BacktestChart> charts;
};

struct BacktestScreen {
  std::size_t columns = 100;
  bool colour = false;
  bool unicode = false;
};

/// How often which rule would have fired, when and why, and where in the course of a room's tone. No line is wider than
/// the screen, and no text in it can change a terminal.
[[nodiscard]] std::vector<std::string> draw_backtest(const BacktestReport& report, const BacktestScreen& screen);

/// Which cells a chart of such a time has on such a screen: the length of one, a multiple of 10 s.
[[nodiscard]] std::chrono::seconds backtest_cell(Instant from, Instant to, std::size_t columns);

}  // namespace roomtone::cli
