#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace roomtone {

/// What tells an event of a resumable stream from others without reading all of it.
struct EventMark {
  Instant time = kNoInstant;  // the sending host's own; kNoInstant when the frame has none
  uint64_t event = 0;         // the same on every host that sends this event, and on every run

  friend bool operator==(const EventMark&, const EventMark&) = default;
};

}  // namespace roomtone
