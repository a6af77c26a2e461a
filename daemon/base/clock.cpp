#include "base/clock.hpp"

namespace roomtone {

namespace {

Instant system_wall() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace

AnchoredClock::AnchoredClock() : wall_anchor_(system_wall()), mono_anchor_(std::chrono::steady_clock::now()) {}

Instant AnchoredClock::wall() const {
  return wall_anchor_ + std::chrono::duration_cast<std::chrono::microseconds>(mono() - mono_anchor_);
}

std::chrono::microseconds AnchoredClock::wall_step() const { return system_wall() - wall(); }

}  // namespace roomtone
