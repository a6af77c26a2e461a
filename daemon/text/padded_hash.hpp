#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/hash.hpp"

namespace roomtone::text {

/// word_hash() of a word of less than sixteen bytes, given as its first and second eight bytes; what is past
/// its end does not count. The same value without the loop over the tail, whose end is mispredicted at nearly every
/// word.
[[nodiscard]] inline uint64_t short_word_hash(uint64_t first, uint64_t second, std::size_t size) {
  static_assert(std::endian::native == std::endian::little);
  constexpr uint64_t k0 = 0xa0761d6478bd642fULL;
  constexpr uint64_t k1 = 0xe7037ed1a0b428dbULL;
  const auto fold = [](uint64_t a, uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  // Both lengths are computed and one is chosen by mask: a branch here would be wrong at every fourth word.
  const uint64_t start = k0 ^ (size * k1);
  const uint64_t whole = uint64_t{0} - (size >> 3);  // all ones for 8 bytes and more
  const uint64_t state = (fold(start ^ first, k1) & whole) | (start & ~whole);
  const uint64_t rest = (second & whole) | (first & ~whole);
  const std::size_t tail_size = size & 7;
  const uint64_t tail = rest & ~(~uint64_t{0} << (8 * tail_size));
  const uint64_t hash = fold(state ^ tail, k1 ^ tail_size);
  return hash == 0 ? 1 : hash;
}

/// word_hash() of bytes of which sixteen may be read from `p` on, whatever `size` is.
[[nodiscard]] inline uint64_t padded_word_hash(const char* p, std::size_t size) {
  if (size >= 16) [[unlikely]]
    return word_hash({p, size});
  uint64_t words[2];
  std::memcpy(words, p, sizeof words);
  return short_word_hash(words[0], words[1], size);
}

}  // namespace roomtone::text
