#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "model/rollup.hpp"

namespace roomtone::cli {

enum class TableFormat { json, csv, table };

/// One line of history: `key, start_us, step_s, n, pos, neg, neutral, unscored, voices, unique_n, tone, ci_low,
/// ci_high, dispersion`. Doubles have 6 decimals; what is not known is null in JSON and empty elsewhere. Ends with a
/// line feed.
[[nodiscard]] std::string history_line(const std::string& key, Instant start, std::chrono::seconds step,
                                       const Rollup& rollup, TableFormat format);

/// The heading of CSV and table; empty for JSON.
[[nodiscard]] std::string history_heading(TableFormat format);

/// RFC 3339, a day `2026-11-22`, or `-6h` before `now`. Nothing for anything else.
[[nodiscard]] std::optional<Instant> parse_moment(std::string_view text, Instant now);

}  // namespace roomtone::cli
