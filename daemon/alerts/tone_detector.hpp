#pragma once

#include <cstdint>
#include <optional>

#include "alerts/level_filter.hpp"
#include "alerts/shift_mixture.hpp"
#include "alerts/slice.hpp"
#include "alerts/wander.hpp"

namespace roomtone::alerts {

/// How long a room is listened to before anything is said of it. Until then an alert would not know what is normal
/// here.
inline constexpr int64_t kLearning_s = 3600;

/// The mean tone of a room has moved to another level.
struct ToneShift {
  int64_t second = 0;  // of the slice that decided it
  double before = 0;   // the level until now, valence
  double after = 0;    // the likeliest level from now on
};

/// Watches the mean tone of one room: whether it has gone up or down, beyond what this room's tone does all the time.
///
/// A LevelFilter says what is to be expected, RoomWander how restless the room is, a ShiftMixture whether what came
/// is better explained by a shift of 0.1, 0.2 or 0.4. In a room that only scatters, this comes within a quarter of the
/// best that any detector can do; the more a room wanders, the more it takes. After an alert the new level is the
/// normal one, so an alert is a moment and not a state.
///
/// A value: copies freely, and its bytes give back the very same detector. Time is that of the slices.
class ToneDetector {
 public:
  /// Takes a slice; they come in the order of time. One that is not after the last is passed over: after a restart a
  /// source may begin again before what was seen. `mean_run_s` is the wanted mean time between false alarms.
  [[nodiscard]] std::optional<ToneShift> step(const Slice& slice, double mean_run_s, WanderPool& pool);

  /// Whether it is still learning what is normal in this room, and says nothing.
  [[nodiscard]] bool learning(int64_t second) const { return second < first_ + kLearning_s; }

  /// The level that is normal now, valence.
  [[nodiscard]] double level() const { return filter_.level(); }

  /// A message's variance about the level, valence^2.
  [[nodiscard]] double message_variance() const { return squares_ / messages_; }

  /// The messages have another spread than before: what was known of it counts as so many messages.
  void relearn_spread(double messages, double variance);

  void encode(ByteWriter& out) const;
  /// Without `whole` the bytes are of before the mean of all was kept, which is then begun anew.
  [[nodiscard]] bool decode(ByteReader& in, bool whole = true);

 private:
  void settle(double variance);

  LevelFilter filter_;
  ShiftMixture mixture_;
  RoomWander wander_;
  double messages_ = 10;  // a guess that counts as ten messages: half of the scale either way
  double squares_ = 2.5;
  double heard_ = 0;      // messages since the beginning or the last shift
  double heard_sum_ = 0;  // of their valences
  static constexpr int64_t kNever = INT64_MAX - kLearning_s;
  int64_t first_ = kNever;  // second of the first slice
  int64_t last_ = INT64_MIN;
};

}  // namespace roomtone::alerts
