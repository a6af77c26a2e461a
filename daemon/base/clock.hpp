#pragma once

#include <chrono>

#include "base/time.hpp"

namespace roomtone {

/// Monotonic time, for intervals. Never compared with event time.
using Mono = std::chrono::steady_clock::time_point;

/// The two clocks, behind one edge so that tests bring their own. Prefer `now` as an argument; only
/// thread loops hold a Clock. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant wall() const = 0;
  [[nodiscard]] virtual Mono mono() const = 0;
};

/// Wall time anchored when it was made and advanced by the monotonic clock: a step of the system's
/// wall clock is never followed. `wall_step` says how far the system has moved since, so that it can be reported.
class AnchoredClock final : public Clock {
 public:
  AnchoredClock();
  [[nodiscard]] Instant wall() const override;
  [[nodiscard]] Mono mono() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] std::chrono::microseconds wall_step() const;

 private:
  Instant wall_anchor_;
  Mono mono_anchor_;
};

/// Moves only when told. For tests and the simulation.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : wall_(start) {}
  [[nodiscard]] Instant wall() const override { return wall_; }
  [[nodiscard]] Mono mono() const override { return mono_; }
  void advance(std::chrono::microseconds by) {
    wall_ += by;
    mono_ += by;
  }

 private:
  Instant wall_;
  Mono mono_{};
};

}  // namespace roomtone
