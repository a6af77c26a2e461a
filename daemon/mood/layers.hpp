#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mood/features.hpp"
#include "mood/model_format.hpp"

namespace roomtone::mood {

/// What goes into the hidden layer, and what comes out of it.
struct alignas(64) Inputs {
  std::array<int16_t, kSums * kLanesMax + kDenseInputs + kHiddenMax> at;
};

/// One way to work out a text's sums. The same names in each of the two structs, so that forward() is written once.
/// The sums are those of plain, negated, emphasised and before-contrast rows, `lanes` each, one behind the other;
/// `used` tells which of them are not all zero, a bit each.
struct Portable {
  /// Adds up the rows and scales the sums that are used into the first inputs: FORMAT.md, "Scoring", 1 and 3. Returns
  /// `used`.
  static unsigned pool(const Network& net, std::span<const Known> known, Inputs& inputs);

  /// The hidden units from the inputs, which they are put behind, and the first `outputs` outputs (8 or 16) from both:
  /// FORMAT.md, "Scoring", 4 and 5, but for the last shift. Sums that `used` leaves out are not read.
  static void layers(const Network& net, Inputs& inputs, unsigned used, std::size_t outputs, int32_t* sums);
};

/// Needs a machine with AVX2.
struct Avx2 {
  static unsigned pool(const Network& net, std::span<const Known> known, Inputs& inputs);
  static void layers(const Network& net, Inputs& inputs, unsigned used, std::size_t outputs, int32_t* sums);
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
