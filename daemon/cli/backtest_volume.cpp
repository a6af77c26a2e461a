#include <iterator>

#include <fmt/format.h>

#include "cli/backtest.hpp"
#include "cli/backtest_lines.hpp"

namespace roomtone::cli {

Result<void> VolumeBacktest::take(std::string_view line, std::string& out) {
  ++lines_;
  if (lines_ == 1 && line.starts_with("timestamp,value")) {
    out += "timestamp,value,score\n";
    return {};
  }
  if (line.empty()) return {};
  const auto row = parse_series_row(line);
  if (!row)
    return fail(ErrorCode::invalid_argument,
                fmt::format("line {}: expected timestamp,value such as 2026-11-22T06:00:00Z,104", lines_));
  if (row->second <= second_)
    return fail(ErrorCode::invalid_argument,
                fmt::format("line {}: {} is not after the row before it", lines_, row->timestamp));
  // A series of the daemon's has a row for each five minutes, silent ones too; a longer gap is a gap in the recording.
  const alerts::VolumeScore score = detector_.take(row->value, kMemories * days_);
  second_ = row->second;
  fmt::format_to(std::back_inserter(out), "{},{:.6f}\n", line.substr(0, line.find_last_not_of("\r ") + 1),
                 score.surge_days);
  return {};
}

}  // namespace roomtone::cli
