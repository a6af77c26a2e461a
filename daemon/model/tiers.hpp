#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"

namespace roomtone {

/// Rollups are kept at three widths: panes of 10 s, and the minutes and hours they are coarsened into.
enum class Tier : uint8_t { pane, minute, hour };
inline constexpr std::size_t kTiers = 3;
inline constexpr std::array<std::chrono::seconds, kTiers> kTierWidths = {
    std::chrono::seconds(10), std::chrono::seconds(60), std::chrono::seconds(3600)};
[[nodiscard]] constexpr std::chrono::seconds width_of(Tier tier) { return kTierWidths[static_cast<std::size_t>(tier)]; }

/// Position of a span in its tier: start / width, whole since 1970. [index, index + 1) * width.
using SpanIndex = int64_t;

[[nodiscard]] constexpr SpanIndex span_of(Instant at, Tier tier) {
  const std::chrono::microseconds width = width_of(tier);
  return micros(floor_to(at, width)) / width.count();
}
[[nodiscard]] constexpr Instant start_of(SpanIndex index, Tier tier) {
  const std::chrono::microseconds width = width_of(tier);
  return instant_of_micros(index * width.count());
}
/// The span of a coarser tier that holds a span of a finer one.
[[nodiscard]] constexpr SpanIndex coarser(SpanIndex index, Tier from, Tier to) {
  return span_of(start_of(index, from), to);
}

/// Until where a room's panes have been merged into coarser rows: minutes below `minute` and hours below `hour` stand
/// in their own tier, everything from there on only in finer ones. A late message is merged into its pane and
/// into the coarser rows that stand already.
struct TierMarks {
  SpanIndex minute = 0;
  SpanIndex hour = 0;
  friend bool operator==(const TierMarks&, const TierMarks&) = default;
};

/// By tier, the first span that is kept; nothing: all are.
using RetentionFloors = std::array<std::optional<SpanIndex>, kTiers>;

/// A run of spans [from, to) of one tier.
struct TierRun {
  Tier tier;
  SpanIndex from;
  SpanIndex to;
  friend bool operator==(const TierRun&, const TierRun&) = default;
};

/// The fewest spans that cover [from, to) exactly once: hours where they stand and fit whole, minutes likewise, panes
/// for the rest. `from` and `to` are multiples of 10 s. In time order.
[[nodiscard]] std::vector<TierRun> cover(Instant from, Instant to, const TierMarks& marks);

}  // namespace roomtone
