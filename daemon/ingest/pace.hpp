#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/time.hpp"

namespace roomtone::ingest {

/// Cheaply tells the time of a frame, or nothing. Handed in, because how frames are written is not ingest's matter.
using FrameTime = std::function<std::optional<Instant>(std::string_view)>;

/// When each frame of a recording is due, so that it plays at its own speed or `factor` times as fast.
///
/// The schedule is absolute: each frame is due at a moment reckoned from the first one, so that small delays do not add
/// up. A step of more than an hour, either way, is not waited out: the schedule takes it up from there, so that one
/// frame with a wild time cannot hold the recording.
class Pace {
 public:
  /// factor > 0; 1 is as recorded.
  explicit Pace(double factor) : factor_(factor) {}

  /// When a frame of this time is due; `now` or earlier means at once. A frame without a time goes with the one before.
  [[nodiscard]] Mono due(std::optional<Instant> frame_time, Mono now);

 private:
  const double factor_;
  std::optional<Instant> first_time_;
  Mono first_due_{};
  Instant last_time_{};
  Mono last_due_{};
};

}  // namespace roomtone::ingest
