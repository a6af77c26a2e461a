#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace roomtone {

/// Fast unkeyed hash of a word, for lookups in tables that were built from trusted input (lexicon, rules).
/// Never for tables that a message can grow. Stable across machines: model files and rules are built anew at
/// load, but tests compare. Never 0.
[[nodiscard]] inline uint64_t word_hash(std::string_view bytes) {
  // Multiply and fold eight bytes at a time, in the manner of wyhash; the length starts the state so that zero
  // padding of the tail cannot collide.
  constexpr uint64_t k0 = 0xa0761d6478bd642fULL;
  constexpr uint64_t k1 = 0xe7037ed1a0b428dbULL;
  uint64_t state = k0 ^ (bytes.size() * k1);
  const char* p = bytes.data();
  std::size_t left = bytes.size();
  const auto fold = [](uint64_t a, uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  while (left >= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    state = fold(state ^ word, k1);
    p += 8;
    left -= 8;
  }
  uint64_t tail = 0;
  for (std::size_t i = 0; i < left; ++i) tail |= static_cast<uint64_t>(static_cast<unsigned char>(p[i])) << (8 * i);
  state = fold(state ^ tail, k1 ^ left);
  return state == 0 ? 1 : state;
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
