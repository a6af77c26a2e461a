#pragma once

#include <cstdint>

namespace roomtone::cli {

/// One step of splitmix64 (Steele, Lea, Flood 2014): spreads any number over 64 bits. For seeds, and for what must
/// follow from a number alone (the identifier of author 17).
[[nodiscard]] constexpr uint64_t spread(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// xoshiro256++ (Blackman and Vigna 2019): the simulator's dice. The standard library's distributions differ from one
/// implementation to the next; these draw the same from the same seed everywhere. Not for secrets.
class Rng {
 public:
  explicit constexpr Rng(uint64_t seed) {
    for (uint64_t& word : state_) {
      seed = spread(seed);
      word = seed;
    }
  }

  [[nodiscard]] constexpr uint64_t next() {
    const uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  /// 0 .. count-1; count at least 1. The bias of multiplying instead of rejecting is below count / 2^32.
  [[nodiscard]] constexpr uint32_t below(uint32_t count) {
    return static_cast<uint32_t>(((next() >> 32) * static_cast<uint64_t>(count)) >> 32);
  }

  /// [0, 1) in steps of 2^-53.
  [[nodiscard]] constexpr double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  [[nodiscard]] constexpr bool chance(double share) { return unit() < share; }

 private:
  static constexpr uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }
  uint64_t state_[4] = {};
};

}  // namespace roomtone::cli
