#include "app/source_health.hpp"

namespace roomtone::app {

namespace {

double seconds(std::chrono::microseconds us) { return static_cast<double>(us.count()) / 1e6; }

}  // namespace

SourceHealth judge_health(std::string name, const SourceFacts& facts, Instant wall, Mono mono,
                          std::chrono::milliseconds stall_after) {
  SourceHealth health;
  health.name = std::move(name);
  if (facts.newest_event != kNoInstant) health.lag_s = seconds(wall - facts.newest_event);
  const std::chrono::microseconds last(facts.last_frame_mono_us);
  const auto age = std::chrono::duration_cast<std::chrono::microseconds>(mono.time_since_epoch()) - last;
  if (facts.last_frame_mono_us != 0) health.age_s = seconds(age);

  if (facts.failed) {
    health.state = SourceState::down;
  } else if (facts.ended) {
    health.state = SourceState::ended;
  } else if (facts.stalled) {
    health.state = SourceState::stalled;
  } else if (facts.last_frame_mono_us == 0) {
    health.state = SourceState::quiet;
  } else if (age > stall_after) {
    health.state = facts.may_be_quiet && facts.connected ? SourceState::quiet : SourceState::stalled;
  } else if (facts.newest_event != kNoInstant && wall - facts.newest_event - age > kBehind) {
    health.state = SourceState::catching_up;
  } else {
    health.state = SourceState::live;
  }
  return health;
}

}  // namespace roomtone::app
