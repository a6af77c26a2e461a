#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "app/config.hpp"
#include "base/clock.hpp"
#include "model/tiers.hpp"

namespace roomtone::app {

/// Decides from when on rollups are kept: as long as is configured for each width, and shorter while the store is
/// larger than its ceiling. Time and size come from outside; one thread, but for pressure().
class Retention {
 public:
  /// `store_bytes` is asked every kLookEvery, and only when there is a ceiling.
  Retention(const RetentionConfig& config, bool applies, std::function<uint64_t()> store_bytes);

  /// Of now, on the anchored clock.
  [[nodiscard]] RetentionFloors floors(Instant wall, Mono now);

  /// By how many steps of a fifth the ceiling shortens what is configured. Any thread.
  [[nodiscard]] int pressure() const { return pressure_.load(); }

  // Deleted rows leave the disk only with the next compactions: looking more often would delete too much.
  static constexpr std::chrono::minutes kLookEvery{10};
  static constexpr int kPressureMax = 60;

 private:
  const RetentionConfig config_;
  const bool applies_;
  const std::function<uint64_t()> store_bytes_;
  std::atomic<int> pressure_{0};
  Mono next_look_{};
};

/// Whether retention is on: always or never as configured; by default while all sources are live and the daemon is to
/// run on, because a recording's times say nothing about how long it is wanted.
[[nodiscard]] bool retention_applies(const Config& config, bool exit_when_drained);

}  // namespace roomtone::app
