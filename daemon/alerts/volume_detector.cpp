#include "alerts/volume_detector.hpp"

#include <algorithm>

#include "alerts/elementary.hpp"
#include "base/assert.hpp"

namespace roomtone::alerts {
namespace {

constexpr double kSmall = 2;  // messages, added to both sides of the ratio
constexpr double kLevelGain = 1 / kRowsPerDay;
constexpr double kHourGain = 1 / 12.0;
constexpr int32_t kRowsCounted = 1000;  // more than both averages need to be full

double followed(double average, double count, double gain, int32_t rows) {
  return average + std::max(gain, 1.0 / rows) * (count - average);
}

}  // namespace

VolumeScore VolumeDetector::take(double count, double memory_days) {
  ROOMTONE_ASSERT(count >= 0 && memory_days > 0);
  rows_ = std::min(rows_ + 1, kRowsCounted);
  hour_ = static_cast<float>(followed(hour_, count, kHourGain, rows_));
  const double surge = learning() ? 0 : std::max(0.0, logarithm((count + kSmall) / (level_ + kSmall)));
  const double collapse = learning() ? 0 : std::max(0.0, logarithm((level_ + kSmall) / (hour_ + kSmall)));
  level_ = followed(level_, count, kLevelGain, rows_);
  const double keep = exponential(-1 / (kRowsPerDay * memory_days));
  return {.surge_days = surges_.take(surge, keep), .collapse_days = collapses_.take(collapse, keep)};
}

void VolumeDetector::encode(ByteWriter& out) const {
  put(out, level_);
  put(out, hour_);
  put(out, static_cast<int64_t>(rows_));
  surges_.encode(out);
  collapses_.encode(out);
}

bool VolumeDetector::decode(ByteReader& in) {
  int64_t rows = 0;
  const bool good = get(in, level_) && get(in, hour_) && get(in, rows) && surges_.decode(in) && collapses_.decode(in);
  rows_ = static_cast<int32_t>(rows);
  return good && within(level_, 0, 1e15) && within(hour_, 0, 1e15) && rows >= 0 && rows <= kRowsCounted;
}

}  // namespace roomtone::alerts
