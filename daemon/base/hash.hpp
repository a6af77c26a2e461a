#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace roomtone {

/// The step of word_hash(): multiplies to 128 bits and folds, as wyhash does (Wang Yi, public domain).
[[nodiscard]] constexpr uint64_t fold_product(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// What word_hash() mixes into the two words of eight bytes; into the second also the size, so that zeros behind the
/// end cannot collide with zeros in a word.
inline constexpr uint64_t kFirstSalt = 0xa0761d6478bd642fULL;
[[nodiscard]] constexpr uint64_t second_salt(std::size_t size) { return 0xe7037ed1a0b428dbULL + size; }

/// word_hash() of two words with their salts.
[[nodiscard]] constexpr uint64_t salted_word_hash(uint64_t first, uint64_t second) {
  const uint64_t hash = fold_product(first, second);
  return hash == 0 ? 1 : hash;
}

/// word_hash() of up to sixteen bytes, given as two words of eight with zeros behind the last byte.
[[nodiscard]] constexpr uint64_t word_hash16(uint64_t first, uint64_t second, std::size_t size, uint64_t state = 0) {
  return salted_word_hash(first ^ kFirstSalt ^ state, second ^ second_salt(size));
}

/// Fast unkeyed hash of a word, for lookups in tables that were built from trusted input (lexicon, rules).
/// Never for tables that a message can grow. Stable across machines: model files and rules are built anew at
/// load, but tests compare. Never 0.
[[nodiscard]] inline uint64_t word_hash(std::string_view bytes) {
  const std::size_t size = bytes.size();
  uint64_t state = 0;
  uint64_t words[2];
  for (; bytes.size() > sizeof words; bytes.remove_prefix(sizeof words)) {
    std::memcpy(words, bytes.data(), sizeof words);
    state = word_hash16(words[0], words[1], size, state);
  }
  words[0] = words[1] = 0;
  if (!bytes.empty()) std::memcpy(words, bytes.data(), bytes.size());
  return word_hash16(words[0], words[1], size, state);
}

/// 128-bit key of the sketches and of everything that hashes what strangers chose. Made once per store.
struct SipKey {
  uint64_t k0 = 0;
  uint64_t k1 = 0;
  friend bool operator==(const SipKey&, const SipKey&) = default;
};

/// SipHash-1-3 (Aumasson and Bernstein, 2012; one compression and three finalisation rounds): keyed, so that
/// strangers cannot choose where they land in a sketch.
[[nodiscard]] uint64_t sip_hash(const SipKey& key, std::string_view bytes);

}  // namespace roomtone
