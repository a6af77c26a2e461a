#include "base/assert.hpp"
#include "mood/layers.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

// Each function is compiled for AVX2 by itself, so that nothing else of this file needs it.
#define ROOMTONE_AVX2 __attribute__((target("avx2")))

namespace roomtone::mood {

namespace {

ROOMTONE_AVX2 inline __m256i scaled(__m128i eight, __m256i factor, __m256i half, __m128i shift) {
  const __m256i product = _mm256_mullo_epi32(_mm256_cvtepi16_epi32(eight), factor);
  return _mm256_sra_epi32(_mm256_add_epi32(product, half), shift);
}

/// A row's values as 16 bits.
template <std::size_t Lanes>
struct Row {
  static constexpr std::size_t kParts = Lanes / 16;
  __m256i parts[kParts];

  [[gnu::always_inline]] ROOMTONE_AVX2 explicit Row(const int8_t* bytes) {
    for (std::size_t i = 0; i < kParts; ++i) {
      parts[i] = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i)));
    }
  }
};

/// The sums of the rows, `Lanes` wide. Only the plain one is kept in registers: most rows go nowhere else.
template <std::size_t Lanes>
ROOMTONE_AVX2 unsigned pool_lanes(const Network& net, std::span<const Known> known, Inputs& inputs) {
  constexpr std::size_t kParts = Lanes / 16;
  __m256i plain[kParts];
  __m256i others[kSums][kParts];
  for (__m256i& part : plain) part = _mm256_setzero_si256();
  for (auto& sum : others)
    for (__m256i& part : sum) part = _mm256_setzero_si256();
  unsigned used = 0;
  for (const Known& feature : known) {
    const unsigned into = sums_of(feature.flags);
    const Row<Lanes> row(feature.row);
    used |= into;
    if (into == 1) [[likely]] {
      for (std::size_t i = 0; i < kParts; ++i) plain[i] = _mm256_add_epi16(plain[i], row.parts[i]);
      continue;
    }
    for (std::size_t sum = 0; sum < kSums; ++sum) {
      if ((into >> sum & 1) == 0) continue;
      for (std::size_t i = 0; i < kParts; ++i) others[sum][i] = _mm256_add_epi16(others[sum][i], row.parts[i]);
    }
  }
  for (std::size_t i = 0; i < kParts; ++i) others[0][i] = _mm256_add_epi16(others[0][i], plain[i]);

  const __m256i factor = _mm256_set1_epi32(net.pool[known.size()]);
  const __m256i half = _mm256_set1_epi32(net.pool_shift == 0 ? 0 : 1 << (net.pool_shift - 1));
  const __m128i shift = _mm_cvtsi32_si128(net.pool_shift);
  const __m256i most = _mm256_set1_epi16(kWeightMax);
  const __m256i least = _mm256_set1_epi16(-kWeightMax);
  for (std::size_t sum = 0; sum < kSums; ++sum) {
    if ((used >> sum & 1) == 0) continue;  // the layers leave it out
    for (std::size_t i = 0; i < kParts; ++i) {
      const __m256i low = scaled(_mm256_castsi256_si128(others[sum][i]), factor, half, shift);
      const __m256i high = scaled(_mm256_extracti128_si256(others[sum][i], 1), factor, half, shift);
      // Packing saturates to 16 bits, and puts the halves of each beside each other.
      __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0b11'01'10'00);
      packed = _mm256_max_epi16(_mm256_min_epi16(packed, most), least);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(inputs.at.data() + sum * Lanes + 16 * i), packed);
    }
  }
  return used;
}

/// Eight sums for each of `Parts`, in registers while inputs are added to them.
template <std::size_t Parts>
struct Accumulator {
  __m256i sums[Parts];

  /// Inputs [from, to).
  [[gnu::always_inline]] ROOMTONE_AVX2 void add(const int16_t* weights, const int16_t* inputs, std::size_t from,
                                                std::size_t to) {
    __m256i held[Parts];
    for (std::size_t k = 0; k < Parts; ++k) held[k] = sums[k];
    for (std::size_t i = from; i < to; i += 2) {
      int32_t pair;
      __builtin_memcpy(&pair, inputs + i, sizeof pair);
      const __m256i both = _mm256_set1_epi32(pair);
      const int16_t* const weight = weights + i * 8 * Parts;
      for (std::size_t k = 0; k < Parts; ++k) {
        const __m256i w = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weight + 16 * k));
        held[k] = _mm256_add_epi32(held[k], _mm256_madd_epi16(both, w));
      }
    }
    for (std::size_t k = 0; k < Parts; ++k) sums[k] = held[k];
  }
};

template <std::size_t Parts>
ROOMTONE_AVX2 void layer_parts(const Network& net, const int16_t* weights, const int32_t* bias, const Inputs& inputs,
                               std::size_t count, unsigned used, int32_t* out) {
  const int16_t* const at = inputs.at.data();
  Accumulator<Parts> accumulator;
  for (std::size_t k = 0; k < Parts; ++k) {
    accumulator.sums[k] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bias + 8 * k));
  }
  for (std::size_t sum = 0; sum < kSums; ++sum) {
    if ((used >> sum & 1) != 0) accumulator.add(weights, at, sum * net.lanes, (sum + 1) * net.lanes);
  }
  accumulator.add(weights, at, kSums * net.lanes, count);
  for (std::size_t k = 0; k < Parts; ++k) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 8 * k), accumulator.sums[k]);
  }
}

}  // namespace

unsigned Avx2::pool(const Network& net, std::span<const Known> known, Inputs& inputs) {
  return net.lanes == 32 ? pool_lanes<32>(net, known, inputs) : pool_lanes<64>(net, known, inputs);
}

void Avx2::layer(const Network& net, const int16_t* weights, const int32_t* bias, const Inputs& inputs,
                 std::size_t count, unsigned used, std::size_t outputs, int32_t* sums) {
  switch (outputs) {
    case 8: return layer_parts<1>(net, weights, bias, inputs, count, used, sums);
    case 16: return layer_parts<2>(net, weights, bias, inputs, count, used, sums);
    case 24: return layer_parts<3>(net, weights, bias, inputs, count, used, sums);
    case 32: return layer_parts<4>(net, weights, bias, inputs, count, used, sums);
    default: ROOMTONE_ASSERT(false);
  }
}

}  // namespace roomtone::mood

#else

namespace roomtone::mood {

unsigned Avx2::pool(const Network& net, std::span<const Known> known, Inputs& inputs) {
  return Portable::pool(net, known, inputs);
}

void Avx2::layer(const Network& net, const int16_t* weights, const int32_t* bias, const Inputs& inputs,
                 std::size_t count, unsigned used, std::size_t outputs, int32_t* sums) {
  Portable::layer(net, weights, bias, inputs, count, used, outputs, sums);
}

}  // namespace roomtone::mood

#endif
