#include "ingest/pace.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::chrono::hours kStepMax{1};

}  // namespace

Mono Pace::due(std::optional<Instant> frame_time, Mono now) {
  if (!frame_time) return last_due_;
  const bool step = first_time_ && (*frame_time > last_time_ + kStepMax || *frame_time < last_time_ - kStepMax);
  if (!first_time_ || step) {
    first_time_ = *frame_time;
    first_due_ = now;
  }
  last_time_ = *frame_time;
  const std::chrono::duration<double, std::micro> after = (*frame_time - *first_time_) / factor_;
  last_due_ = first_due_ + std::chrono::duration_cast<Mono::duration>(after);
  return last_due_;
}

}  // namespace roomtone::ingest
