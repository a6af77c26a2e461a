#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/hash.hpp"

namespace roomtone::text {

/// What word_hash() does of itself with a size: looked up, for shifts by a variable are dear.
struct WordSize {
  uint64_t start;
  uint64_t tail_mask;
  uint64_t tail_factor;
};
inline constexpr uint64_t kHashFactor = 0xe7037ed1a0b428dbULL;
inline constexpr std::array<WordSize, 16> kWordSizes = [] {
  std::array<WordSize, 16> sizes{};
  for (uint64_t size = 0; size < sizes.size(); ++size) {
    sizes[size] = {0xa0761d6478bd642fULL ^ (size * kHashFactor), ~(~uint64_t{0} << (8 * (size & 7))),
                   kHashFactor ^ (size & 7)};
  }
  return sizes;
}();

/// word_hash() of a word of less than sixteen bytes, given as its first and second eight bytes; what is past
/// its end does not count. The same value without the loop over the tail, whose end is mispredicted at nearly every
/// word.
[[nodiscard]] constexpr uint64_t short_word_hash(uint64_t first, uint64_t second, std::size_t size) {
  static_assert(std::endian::native == std::endian::little);
  const auto fold = [](uint64_t a, uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  const WordSize& of = kWordSizes[size];
  // Both lengths are computed and one is chosen by mask: a branch here would be wrong at every fourth word.
  const uint64_t whole = uint64_t{0} - (size >> 3);  // all ones for 8 bytes and more
  const uint64_t state = of.start ^ ((fold(of.start ^ first, kHashFactor) ^ of.start) & whole);
  const uint64_t rest = first ^ ((second ^ first) & whole);
  const uint64_t hash = fold(state ^ (rest & of.tail_mask), of.tail_factor);
  return hash == 0 ? 1 : hash;
}

/// The same of bytes of which sixteen may be read from `p` on.
[[nodiscard]] inline uint64_t padded_short_word_hash(const char* p, std::size_t size) {
  uint64_t words[2];
  std::memcpy(words, p, sizeof words);
  return short_word_hash(words[0], words[1], size);
}

/// word_hash() of bytes of which sixteen may be read from `p` on, whatever `size` is.
[[nodiscard]] inline uint64_t padded_word_hash(const char* p, std::size_t size) {
  if (size >= 16) [[unlikely]]
    return word_hash({p, size});
  return padded_short_word_hash(p, size);
}

}  // namespace roomtone::text
