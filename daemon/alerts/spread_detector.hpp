#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "alerts/slice.hpp"
#include "alerts/state_bytes.hpp"

namespace roomtone::alerts {

/// The messages of a room have moved apart: its mood has become divided.
struct SpreadShift {
  int64_t second = 0;  // of the slice that decided it
  double before = 0;   // variance of a message until now, valence^2
  double after = 0;    // the likeliest variance from now on
};

/// Watches the variance of the valence in one room: whether it has grown, which is how polarisation shows.
///
/// The same statistic as for the mean (ShiftMixture's recursion), over squared distances from the tone's level, for
/// growth by a third and by two thirds. How much squared distances scatter is learnt from whole minutes, so that
/// minutes that are alike count as what they are.
///
/// A value: copies freely, and its bytes give back the very same detector. Time is that of the slices.
class SpreadDetector {
 public:
  /// Takes a slice; they come in the order of time. `level` is the tone's level before the slice, `settled` whether the
  /// room is known well enough to judge. `mean_run_s` is the wanted mean time between false alarms.
  [[nodiscard]] std::optional<SpreadShift> step(const Slice& slice, double level, bool settled, double mean_run_s);

  /// The tone's level has jumped: squares about the old one say nothing.
  void clear_evidence() { ratio_ = {}; }

  void encode(ByteWriter& out) const;
  [[nodiscard]] bool decode(ByteReader& in);

 private:
  void close_minute(double variance);

  std::array<float, 2> ratio_{};  // Shiryaev-Roberts statistics, seconds
  float messages_ = 10;           // that the variance is learnt from; a guess counts as ten
  float squares_ = 2.5F;          // their squared distances
  float minutes_ = 1;             // that the scatter of squares is learnt from
  float scatter_ = 0.1F;          // variance of a message's squared distance, summed over those minutes
  float minute_messages_ = 0;     // of the open minute
  float minute_squares_ = 0;
  int64_t last_ = INT64_MIN;  // second of the last slice
};

}  // namespace roomtone::alerts
