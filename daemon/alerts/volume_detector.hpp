#pragma once

#include <cstdint>

#include "alerts/return_period.hpp"

namespace roomtone::alerts {

/// How rare a row's volume is in this room: return periods in days, 0 where there is nothing new to say.
struct VolumeScore {
  double surge_days = 0;
  double collapse_days = 0;
};

/// Watches how much is said in one room, in rows of kRow_s: whether it surges or collapses.
///
/// A row's surprise is the logarithm of its count against the room's level, an average over about a day; an empty room
/// and single messages are kept apart by two messages added to both. A collapse is measured on the last hour, since
/// in most rooms a few silent minutes are nothing. ReturnPeriod says how rare that is. A threshold of N days then
/// means: once in N days at most, if the room goes on as it did.
///
/// A value: copies freely, and its bytes give back the very same detector.
class VolumeDetector {
 public:
  /// Takes the next row, silent ones too. `memory_days` is after how long what was seen counts for a third: three
  /// times the return period that is asked for.
  [[nodiscard]] VolumeScore take(double count, double memory_days);

  /// Whether it is still learning what is normal in this room, and says nothing.
  [[nodiscard]] bool learning() const { return rows_ < kLearning_rows; }

  /// What is usual in a row: messages.
  [[nodiscard]] double level() const { return level_; }

  void encode(ByteWriter& out) const;
  [[nodiscard]] bool decode(ByteReader& in);

 private:
  static constexpr int32_t kLearning_rows = 3600 / kRow_s;

  double level_ = 0;  // messages in a row
  float hour_ = 0;    // the same, over about an hour
  int32_t rows_ = 0;  // taken so far; stops at a day's
  ReturnPeriod<32, 15> surges_;
  ReturnPeriod<8, 50> collapses_;
};

}  // namespace roomtone::alerts
