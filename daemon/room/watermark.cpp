#include "room/watermark.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace roomtone::room {

Watermark::Watermark(std::vector<bool> live) {
  for (const bool is_live : live) sources_.push_back({.live = is_live});
}

void Watermark::observe(std::size_t source, Instant newest, Mono now) {
  Source& s = sources_.at(source);
  s.last = now;
  s.heard = true;
  if (newest != kNoInstant) s.newest = std::max(s.newest, newest);
}

void Watermark::end(std::size_t source) { sources_.at(source).ended = true; }

void Watermark::restore(std::size_t source, Instant newest) {
  sources_.at(source).newest = newest;
  watermark_ = std::max(watermark_, newest);
}

bool Watermark::drained() const {
  return !sources_.empty() && std::ranges::all_of(sources_, [](const Source& s) { return s.ended; });
}

Instant Watermark::at(Instant wall, Mono now) {
  constexpr auto kPresent = std::chrono::hours(1);
  Instant smallest = kNoInstant;
  Instant largest = kNoInstant;
  bool any_active = false;
  bool any_live = false;
  for (const Source& s : sources_) {
    if (s.newest == kNoInstant) continue;
    largest = std::max(largest, s.newest);
    any_live = any_live || s.live;
    const bool active = !s.ended && s.heard && now - s.last < limits::kIdlePartition;
    if (!active) continue;
    smallest = any_active ? std::min(smallest, s.newest) : s.newest;
    any_active = true;
  }
  if (any_active) {
    watermark_ = std::max(watermark_, smallest);
  } else if (largest != kNoInstant) {
    watermark_ = std::max(watermark_, largest);
    if (any_live && !drained() && wall - watermark_ < kPresent)
      watermark_ = std::max(watermark_, wall - limits::kIdlePartition);
  }
  return watermark_;
}

}  // namespace roomtone::room
