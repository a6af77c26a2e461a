#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "alerts/state_bytes.hpp"

namespace roomtone::alerts {

/// Rows of a volume series are counts over so long.
inline constexpr int64_t kRow_s = 300;
inline constexpr double kRowsPerDay = 86400.0 / kRow_s;

/// How rare is this? Turns a surprise, row by row, into "seen once in so many days", from what this room itself has
/// shown: no distribution is assumed, so a room that surges every morning is not surprising in the morning.
///
/// Rows of a surge belong together: an episode lasts until it has been below two thirds of its peak for three hours.
/// What is remembered is how high the peaks of past episodes were, fading with time; the return period of a surprise u
/// is (days + 2) / (1 + number of peaks >= u): the two days are the benefit of the doubt for a room just met, the 1 is
/// the episode itself. Only what exceeds everything that the episode has said before is said: an edge, not a level.
///
/// Heights are kept in `kBins` of `kHundredths` / 100 each; within a bin they are taken to lie evenly.
template <std::size_t kBins, int kHundredths>
class ReturnPeriod {
 public:
  /// Takes a row's surprise, >= 0. Returns its return period in days, or 0 when the episode has said as much before.
  /// `keep` is what is left of the past after a row: exp(-row / memory).
  [[nodiscard]] double take(double surprise, double keep) {
    days_ = static_cast<float>(days_ * keep + 1 / kRowsPerDay);
    for (float& count : peaks_) count = static_cast<float>(count * keep);
    double said = 0;
    if (surprise > peak_) {  // at the same height the period would still creep up, with the days gone by
      peak_ = static_cast<float>(surprise);
      const double period = (days_ + kDoubt_days) / (1 + as_high(surprise));
      if (period > said_) {
        said_ = static_cast<float>(period);
        said = period;
      }
    }
    below_ = surprise < kBelow * peak_ ? below_ + 1 : 0;
    if (below_ >= kClose_rows) close();
    return said;
  }

  void encode(ByteWriter& out) const {
    for (const float v : peaks_) put(out, v);
    put(out, days_);
    put(out, peak_);
    put(out, said_);
    put(out, static_cast<int64_t>(below_));
  }
  [[nodiscard]] bool decode(ByteReader& in) {
    bool good = true;
    for (float& v : peaks_) good = get(in, v) && within(v, 0, 1e9) && good;
    int64_t below = 0;
    good = get(in, days_) && get(in, peak_) && get(in, said_) && get(in, below) && good;
    below_ = static_cast<int32_t>(below);
    return good && below >= 0 && below < kClose_rows && within(peak_, 0, 1e3) && within(days_, 0, 1e6) && said_ >= 0;
  }

 private:
  static constexpr double kWidth = kHundredths / 100.0;
  static constexpr double kDoubt_days = 2;
  static constexpr double kBelow = 0.66;
  static constexpr int32_t kClose_rows = 3 * 3600 / kRow_s;

  /// In bins; what is beyond the last one lies at its end.
  [[nodiscard]] static double place(double surprise) {
    return std::min(surprise / kWidth, static_cast<double>(kBins) - 1e-9);
  }

  /// How many past peaks reached that.
  [[nodiscard]] double as_high(double surprise) const {
    const double at = place(surprise);
    const auto bin = static_cast<std::size_t>(at);
    double number = peaks_[bin] * (1 - (at - static_cast<double>(bin)));
    for (std::size_t i = bin + 1; i < kBins; ++i) number += peaks_[i];
    return number;
  }

  void close() {
    peaks_[static_cast<std::size_t>(place(peak_))] += 1;
    peak_ = said_ = 0;
    below_ = 0;
  }

  std::array<float, kBins> peaks_{};  // of closed episodes, by height; fading
  float days_ = 0;                    // for how long it has looked, fading
  float peak_ = 0;                    // of the open episode
  float said_ = 0;                    // days, by the open episode
  int32_t below_ = 0;                 // rows
};

}  // namespace roomtone::alerts
