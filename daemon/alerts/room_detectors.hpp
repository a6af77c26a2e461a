#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "alerts/spread_detector.hpp"
#include "alerts/tone_detector.hpp"
#include "alerts/volume_detector.hpp"

namespace roomtone::alerts {

/// What an operator asks for: at most one false alarm per room in so many days.
///
/// Each of the kinds of alert (mean tone, spread, surge, collapse) gets an equal share, so each may be wrong once in
/// four times as many days.
struct Budget {
  double days_between_false_alarms = 7;

  static constexpr double kKinds = 4;

  /// For the statistics of tone and spread: the mean time between false alarms of one kind, seconds.
  [[nodiscard]] double mean_run_s() const { return days_between_false_alarms * kKinds * 86400; }
  /// For volume: the return period of what is alerted, days.
  [[nodiscard]] double period_days() const { return days_between_false_alarms * kKinds; }
  /// How long past surges are remembered, days: long enough to tell such a period.
  [[nodiscard]] double memory_days() const { return 3 * period_days(); }
};

/// What a slice has brought to light. More than one at once: the spread explains a shift of the mean, not the other way
/// round, since more extremes make the mean jump.
struct Findings {
  std::optional<ToneShift> tone;
  std::optional<SpreadShift> spread;

  [[nodiscard]] bool any() const { return tone || spread; }
};

/// All detectors of one room: what the daemon keeps for each, in memory and, as bytes, in its store.
///
/// A value: copies freely. Restarted from its bytes it says the very same, bit by bit; the pool of wandering that all
/// rooms share is kept beside it.
class RoomDetectors {
 public:
  /// Takes a second's slice with messages in it, after its grace, in the order of time.
  [[nodiscard]] Findings step(const Slice& slice, const Budget& budget, WanderPool& pool);

  /// Takes the count of a row of kRow_s, silent ones too, once the row has ended.
  [[nodiscard]] VolumeScore step_row(double count, const Budget& budget) {
    return volume_.take(count, budget.memory_days());
  }

  /// Whether the room is still being learnt, an hour from its first message on, and no alert is raised.
  [[nodiscard]] bool learning(int64_t second) const { return tone_.learning(second); }

  [[nodiscard]] const ToneDetector& tone() const { return tone_; }
  [[nodiscard]] const VolumeDetector& volume() const { return volume_; }

  /// A version byte and the state; see decode.
  void encode(std::string& out) const;

  /// Nothing for bytes that are cut, longer, of another version or without meaning: the room is then learnt anew.
  [[nodiscard]] static std::optional<RoomDetectors> decode(std::string_view bytes);

 private:
  static constexpr uint8_t kVersion = 2;  // 1 has no mean of all that was heard, and is read, too

  ToneDetector tone_;
  SpreadDetector spread_;
  VolumeDetector volume_;
};

static_assert(sizeof(RoomDetectors) <= 512, "100,000 rooms have to fit into memory");

}  // namespace roomtone::alerts
