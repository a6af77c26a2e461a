#pragma once

#include <cstdint>
#include <random>

#include "alerts/slice.hpp"

namespace roomtone::alerts {

/// Messages of valence -0.5, 0 and 0.5, by raw bits of the generator: the same stream on every machine. `mean` in
/// -0.5 .. 0.5, variance about 0.125 with few exceptions.
class MadeUpRoom {
 public:
  explicit MadeUpRoom(uint64_t seed) : random_(seed) {}

  Slice second(int64_t at, int n, double mean) {
    Slice slice{.second = at, .n = n, .scored = n};
    for (int i = 0; i < n; ++i) {
      // Half of the messages are neutral; the others lean by twice the mean.
      if ((random_() >> 63) == 0) continue;
      const bool up = static_cast<double>(random_() >> 11) * 0x1p-53 < 0.5 + 2 * mean;
      slice.valence_micro_sum += up ? 500'000 : -500'000;
      slice.valence_sq_micro_sum += 250'000;
    }
    return slice;
  }

  uint64_t bits() { return random_(); }

 private:
  std::mt19937_64 random_;
};

}  // namespace roomtone::alerts
