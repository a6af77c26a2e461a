#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mood/model_format.hpp"

namespace roomtone::mood {

/// A feature that the model knows.
struct Known {
  const int8_t* row;
  uint8_t flags;   // FeatureFlag bits
  uint16_t place;  // as in Features::places
};

/// What goes into the hidden layer, and what comes out of it.
struct alignas(64) Inputs {
  std::array<int16_t, kSums * kLanesMax + 16 + kHiddenMax> at;
};

/// One way to work out a text's sums. The same names in each of the two structs, so that forward() is written once.
/// `Sums` are those of plain, negated, emphasised and before-contrast rows, `lanes` each, one behind the other; `used`
/// tells which of them are not all zero, a bit each.
struct Portable {
  /// Adds up the rows and scales the sums that are used into the first inputs: FORMAT.md, "Scoring", 1 and 3. Returns
  /// `used`.
  static unsigned pool(const Network& net, std::span<const Known> known, Inputs& inputs);

  /// bias[k] + Σ weight · input for `outputs` outputs (a multiple of 8), over inputs [0, count) without the sums that
  /// `used` leaves out. Weights lie in pairs of inputs.
  static void layer(const Network& net, const int16_t* weights, const int32_t* bias, const Inputs& inputs,
                    std::size_t count, unsigned used, std::size_t outputs, int32_t* sums);
};

/// Needs a machine with AVX2.
struct Avx2 {
  static unsigned pool(const Network& net, std::span<const Known> known, Inputs& inputs);
  static void layer(const Network& net, const int16_t* weights, const int32_t* bias, const Inputs& inputs,
                    std::size_t count, unsigned used, std::size_t outputs, int32_t* sums);
};

/// The sums that a feature with these flags is added to, a bit each: plain 1, negated 2, emphasised 4, before 8.
[[nodiscard]] constexpr unsigned sums_of(unsigned flags) {
  const unsigned negated = flags & 1;
  return (1U << negated) | (flags & 2) << 1 | (flags & 4) << 1;
}

/// (x + 2^(shift-1)) >> shift; shift 0 leaves x.
[[nodiscard]] constexpr int32_t rounded_shift(int32_t x, int shift) {
  return shift == 0 ? x : (x + (1 << (shift - 1))) >> shift;
}

}  // namespace roomtone::mood
