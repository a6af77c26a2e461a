#pragma once

#include <cstdint>
#include <string_view>

#include "base/hash.hpp"
#include "model/message.hpp"
#include "model/rollup.hpp"

namespace roomtone {

/// The store's key as ids of one network are hashed with it: the same id elsewhere is another one.
[[nodiscard]] inline SipKey key_of(const SipKey& key, Network network) {
  return {key.k0 ^ (0x9e3779b97f4a7c15ULL * (static_cast<uint64_t>(network) + 1)), key.k1};
}

/// What stands for an author in sketches and rows. Never 0, which is nobody.
[[nodiscard]] inline uint64_t author_hash(const SipKey& key, Network network, std::string_view author) {
  return sketch_hash(sip_hash(key_of(key, network), author));
}

}  // namespace roomtone
