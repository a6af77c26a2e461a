#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roomtone::cli {

/// One message of a recorded tone stream: `{"t": 1234.5, "topic": "derby", "v": -0.42}`.
struct ToneLine {
  double t = 0;            // seconds, >= 0
  std::string_view topic;  // into the line that was parsed
  double v = 0;            // valence, -1 .. 1
};

/// The three members in any order, others are passed over if they are numbers or strings. Nothing for anything else:
/// nested values, escapes in strings, numbers out of range.
[[nodiscard]] std::optional<ToneLine> parse_tone_line(std::string_view line);

/// One row of a series: `2015-02-26 21:42:53,104`.
struct SeriesRow {
  std::string_view timestamp;  // as it stands there
  int64_t second = 0;          // since 1970; a time without an offset is taken for UTC
  double value = 0;            // >= 0
};

[[nodiscard]] std::optional<SeriesRow> parse_series_row(std::string_view line);

}  // namespace roomtone::cli
