#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "cli/cli.hpp"

namespace roomtone::cli {

/// What `roomtone backtest` was asked, without one of its subcommands.
struct BacktestRequest {
  std::string data;             // a store
  std::vector<std::string> in;  // or recordings
  std::string config;
  std::string topics;
  std::string source;
  std::vector<std::string> keys;
  std::vector<std::string> rules;
  std::optional<double> days;
  std::string from;
  std::string to;
  std::optional<double> false_alarm_days;
  std::optional<int64_t> min_messages;
  std::optional<int64_t> min_voices;
  bool json = false;
  bool no_colour = false;
  ColourChoice colour = ColourChoice::automatic;
};

/// Hears a store or recordings again, and prints which alerts there would have been.
[[nodiscard]] ExitCode run_backtest(const BacktestRequest& request);

}  // namespace roomtone::cli
