#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/hash.hpp"

namespace roomtone::text {

/// For each size under sixteen, what the hash of a word takes: ones over its bytes and zeros behind them, and the
/// salts.
struct alignas(32) WordMask {
  uint64_t first;
  uint64_t second;
  uint64_t first_salt;
  uint64_t second_salt;
};
inline constexpr std::array<WordMask, 16> kWordMasks = [] {
  static_assert(std::endian::native == std::endian::little);
  std::array<WordMask, 16> masks{};
  for (unsigned size = 0; size < masks.size(); ++size) {
    masks[size] = {size < 8 ? ~(~uint64_t{0} << (8 * size)) : ~uint64_t{0},
                   size <= 8 ? 0 : ~(~uint64_t{0} << (8 * (size - 8))), kFirstSalt, second_salt(size)};
  }
  return masks;
}();

/// word_hash() of a word of less than sixteen bytes, of which sixteen may be read from `p` on: without the copy of a
/// size that is not known, whose branches are mispredicted at nearly every word.
[[nodiscard]] inline uint64_t padded_short_word_hash(const char* p, std::size_t size) {
  uint64_t words[2];
  std::memcpy(words, p, sizeof words);
  return word_hash16(words[0] & kWordMasks[size].first, words[1] & kWordMasks[size].second, size);
}

/// word_hash() of bytes of which sixteen may be read from `p` on, whatever `size` is.
[[nodiscard]] inline uint64_t padded_word_hash(const char* p, std::size_t size) {
  if (size >= 16) [[unlikely]]
    return word_hash({p, size});
  return padded_short_word_hash(p, size);
}

}  // namespace roomtone::text
