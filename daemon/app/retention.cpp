#include "app/retention.hpp"

#include <algorithm>
#include <cmath>

namespace roomtone::app {

namespace {

constexpr double kStep = 0.8;
constexpr std::chrono::hours kForEver{24 * 3650};  // what "for ever" begins to shrink from under a ceiling

}  // namespace

Retention::Retention(const RetentionConfig& config, bool applies, std::function<uint64_t()> store_bytes)
    : config_(config), applies_(applies), store_bytes_(std::move(store_bytes)) {}

RetentionFloors Retention::floors(Instant wall, Mono now) {
  RetentionFloors floors;
  if (!applies_) return floors;
  if (config_.disk_bytes_max > 0 && now >= next_look_) {
    next_look_ = now + kLookEvery;
    const uint64_t bytes = store_bytes_();
    // Between four fifths and the whole nothing changes, so that it does not swing.
    if (bytes > config_.disk_bytes_max) {
      pressure_ = std::min(pressure_ + 1, kPressureMax);
    } else if (bytes < config_.disk_bytes_max / 5 * 4) {
      pressure_ = std::max(pressure_ - 1, 0);
    }
  }
  for (const Tier tier : {Tier::pane, Tier::minute, Tier::hour}) {
    const auto at = static_cast<std::size_t>(tier);
    std::chrono::milliseconds keep = config_.keep[at];
    if (keep == 0ms && pressure_ == 0) continue;
    if (pressure_ > 0) {
      const std::chrono::milliseconds whole = keep == 0ms ? std::chrono::milliseconds(kForEver) : keep;
      const double shortened = static_cast<double>(whole.count()) * std::pow(kStep, pressure_.load());
      keep = std::max(kRetentionMin[at], std::chrono::milliseconds(static_cast<int64_t>(shortened)));
    }
    floors[at] = span_of(wall - keep, tier);
  }
  return floors;
}

bool retention_applies(const Config& config, bool exit_when_drained) {
  switch (config.retention.apply) {
    case RetentionApply::always: return true;
    case RetentionApply::never: return false;
    case RetentionApply::live: break;
  }
  return !exit_when_drained && std::ranges::all_of(config.sources, [](const auto& source) { return source.live(); });
}

}  // namespace roomtone::app
