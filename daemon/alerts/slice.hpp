#pragma once

#include <cstdint>

namespace roomtone::alerts {

/// One second of event time of one room, `[second, second + 1)`, as the open pane counts it: whole numbers, so a slice
/// is the same however its batches were cut. Fed once, after its grace, in the order of time; seconds without a
/// message are not fed at all, so a quiet room costs nothing.
struct Slice {
  int64_t second = 0;                // since 1970
  int64_t n = 0;                     // messages
  int64_t scored = 0;                // of them, those with a mood
  int64_t valence_micro_sum = 0;     // of the scored ones, millionths
  int64_t valence_sq_micro_sum = 0;  // sum of round(valence^2 * 10^6)
};

}  // namespace roomtone::alerts
