#pragma once

#include <chrono>
#include <string>

#include "base/clock.hpp"
#include "ingest/outlet.hpp"
#include "model/atmosphere.hpp"

namespace roomtone::app {

/// What is known of a source at one moment.
struct SourceFacts {
  bool connected = false;
  bool ended = false;
  bool failed = false;
  bool stalled = false;            // it says so itself
  bool may_be_quiet = false;       // nothing to hear is no fault while it is connected
  int64_t last_frame_mono_us = 0;  // 0: none yet
  Instant newest_event = kNoInstant;
};

/// Judges how a source fares. `stalled` when it says so, or once it had frames and has had none for `stall_after`
/// (`quiet` where that is no fault); `catching_up` while what comes is older than kBehind when it comes.
[[nodiscard]] SourceHealth judge_health(std::string name, const SourceFacts& facts, Instant wall, Mono mono,
                                        std::chrono::milliseconds stall_after);

inline constexpr std::chrono::seconds kBehind{10};

}  // namespace roomtone::app
