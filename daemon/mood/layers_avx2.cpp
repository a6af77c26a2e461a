#include "base/assert.hpp"
#include "mood/layers.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <array>

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

/// For the flags of a feature, whether it goes into the sums of negated, emphasised and before-contrast rows: all ones.
struct alignas(32) Gates {
  std::array<std::array<int16_t, 16>, kSums - 1> of;
};
constexpr std::array<Gates, 8> kGates = [] {
  std::array<Gates, 8> gates{};
  for (unsigned flags = 0; flags < gates.size(); ++flags) {
    for (std::size_t i = 0; i < kSums - 1; ++i) gates[flags].of[i].fill((flags >> i & 1) != 0 ? -1 : 0);
  }
  return gates;
}();

/// The sums of the rows, `Lanes` wide. Most rows are plain and nothing else, and which are is hard to guess: so all are
/// added up alike, the few others once more by themselves, and what was negated is taken from the whole.
template <std::size_t Lanes>
ROOMTONE_AVX2 unsigned pool_lanes(const Network& net, std::span<const Known> known, Inputs& inputs) {
  constexpr std::size_t kParts = Lanes / 16;
  constexpr unsigned kScopes = kGates.size() - 1;
  __m256i others[kSums][kParts];
  for (auto& sum : others)
    for (__m256i& part : sum) part = _mm256_setzero_si256();
  std::array<const Known*, kKnownMax> scoped;
  std::size_t count = 0;
  for (const Known& feature : known) {
    const Row<Lanes> row(feature.row);
    for (std::size_t i = 0; i < kParts; ++i) others[0][i] = _mm256_add_epi16(others[0][i], row.parts[i]);
    scoped[count] = &feature;
    count += (feature.flags & kScopes) != 0 ? 1 : 0;
  }
  unsigned any = 0;
  std::size_t negated = 0;
  for (std::size_t at = 0; at < count; ++at) {
    const unsigned flags = scoped[at]->flags & kScopes;
    const Row<Lanes> row(scoped[at]->row);
    any |= flags;
    negated += flags & 1;
    for (std::size_t sum = 1; sum < kSums; ++sum) {
      const __m256i gate = _mm256_load_si256(reinterpret_cast<const __m256i*>(kGates[flags].of[sum - 1].data()));
      for (std::size_t i = 0; i < kParts; ++i) {
        others[sum][i] = _mm256_add_epi16(others[sum][i], _mm256_and_si256(row.parts[i], gate));
      }
    }
  }
  for (std::size_t i = 0; i < kParts; ++i) others[0][i] = _mm256_sub_epi16(others[0][i], others[1][i]);
  const unsigned used = (negated < known.size() ? 1U : 0U) | any << 1;

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

/// Sums of both layers, eight for each part, in registers while inputs are added to them. An output looks at all that a
/// hidden unit looks at, so that each input is loaded for both.
template <std::size_t Hidden, std::size_t Outputs>
struct Accumulator {
  __m256i sums[Hidden + Outputs];

  /// Inputs [from, to).
  [[gnu::always_inline]] ROOMTONE_AVX2 void add(const Network& net, const int16_t* inputs, std::size_t from,
                                                std::size_t to) {
    __m256i held[Hidden + Outputs];
    for (std::size_t k = 0; k < Hidden + Outputs; ++k) held[k] = sums[k];
    const int16_t* hidden = net.hidden_weights.data() + from * 8 * Hidden;
    const int16_t* output = net.output_weights.data() + from * kOutputs;
    const int16_t* const end = inputs + to;
#pragma GCC unroll 4
    for (const int16_t* input = inputs + from; input != end; input += 2) {
      const __m256i both = pair_at(input);
      for (std::size_t k = 0; k < Hidden; ++k) held[k] = plus(held[k], both, hidden + 16 * k);
      for (std::size_t k = 0; k < Outputs; ++k) held[Hidden + k] = plus(held[Hidden + k], both, output + 16 * k);
      hidden += 16 * Hidden;
      output += 2 * kOutputs;
    }
    for (std::size_t k = 0; k < Hidden + Outputs; ++k) sums[k] = held[k];
  }

  [[gnu::always_inline]] ROOMTONE_AVX2 static __m256i pair_at(const int16_t* input) {
    int32_t pair;
    __builtin_memcpy(&pair, input, sizeof pair);
    return _mm256_set1_epi32(pair);
  }
  [[gnu::always_inline]] ROOMTONE_AVX2 static __m256i plus(__m256i sum, __m256i both, const int16_t* weights) {
    const __m256i weight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights));
    return _mm256_add_epi32(sum, _mm256_madd_epi16(both, weight));
  }
};

template <std::size_t Hidden, std::size_t Outputs>
ROOMTONE_AVX2 void layers_of(const Network& net, Inputs& inputs, unsigned used, int32_t* out) {
  using Sums = Accumulator<Hidden, Outputs>;
  int16_t* const at = inputs.at.data();
  const std::size_t lanes = net.lanes;
  const std::size_t size = kSums * lanes + kDenseInputs;
  Sums sums;
  for (std::size_t k = 0; k < Hidden; ++k) {
    sums.sums[k] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(net.hidden_bias.data() + 8 * k));
  }
  for (std::size_t k = 0; k < Outputs; ++k) {
    sums.sums[Hidden + k] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(net.output_bias.data() + 8 * k));
  }
  for (std::size_t sum = 0; sum < kSums; ++sum) {
    if ((used >> sum & 1) != 0) sums.add(net, at, sum * lanes, (sum + 1) * lanes);
  }
  sums.add(net, at, kSums * lanes, size);

  const __m256i half = _mm256_set1_epi32(1 << (net.hidden_shift - 1));
  const __m128i shift = _mm_cvtsi32_si128(net.hidden_shift);
  const __m256i most = _mm256_set1_epi32(kWeightMax);
  for (std::size_t k = 0; k < Hidden; ++k) {
    __m256i units = _mm256_sra_epi32(_mm256_add_epi32(sums.sums[k], half), shift);
    units = _mm256_min_epi32(_mm256_max_epi32(units, _mm256_setzero_si256()), most);
    const __m128i eight = _mm_packs_epi32(_mm256_castsi256_si128(units), _mm256_extracti128_si256(units, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at + size + 8 * k), eight);
  }
  const int16_t* weights = net.output_weights.data() + size * kOutputs;
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 8 * Hidden; i += 2, weights += 2 * kOutputs) {
    const __m256i both = Sums::pair_at(at + size + i);
    for (std::size_t k = 0; k < Outputs; ++k) {
      sums.sums[Hidden + k] = Sums::plus(sums.sums[Hidden + k], both, weights + 16 * k);
    }
  }
  for (std::size_t k = 0; k < Outputs; ++k) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 8 * k), sums.sums[Hidden + k]);
  }
}

template <std::size_t Outputs>
void layers_for(const Network& net, Inputs& inputs, unsigned used, int32_t* sums) {
  switch (net.hidden) {
    case 8: return layers_of<1, Outputs>(net, inputs, used, sums);
    case 16: return layers_of<2, Outputs>(net, inputs, used, sums);
    case 24: return layers_of<3, Outputs>(net, inputs, used, sums);
    case 32: return layers_of<4, Outputs>(net, inputs, used, sums);
    default: ROOMTONE_ASSERT(false);
  }
}

}  // namespace

unsigned Avx2::pool(const Network& net, std::span<const Known> known, Inputs& inputs) {
  return net.lanes == 32 ? pool_lanes<32>(net, known, inputs) : pool_lanes<64>(net, known, inputs);
}

void Avx2::layers(const Network& net, Inputs& inputs, unsigned used, std::size_t outputs, int32_t* sums) {
  outputs == 8 ? layers_for<1>(net, inputs, used, sums) : layers_for<2>(net, inputs, used, sums);
}

}  // namespace roomtone::mood

#else

namespace roomtone::mood {

unsigned Avx2::pool(const Network& net, std::span<const Known> known, Inputs& inputs) {
  return Portable::pool(net, known, inputs);
}

void Avx2::layers(const Network& net, Inputs& inputs, unsigned used, std::size_t outputs, int32_t* sums) {
  Portable::layers(net, inputs, used, outputs, sums);
}

}  // namespace roomtone::mood

#endif
