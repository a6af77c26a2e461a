#pragma once

#include <string_view>

#include "base/hash.hpp"
#include "model/message.hpp"
#include "model/rollup.hpp"

namespace roomtone {

/// The key of what is hashed within one network: the same id in two networks is two people.
[[nodiscard]] constexpr SipKey key_of(const SipKey& sketch_key, Network network) {
  return {sketch_key.k0 ^ (0x9e3779b97f4a7c15ULL * (static_cast<uint64_t>(network) + 1)), sketch_key.k1};
}

/// What is kept of an author, everywhere: a keyed hash of the id as the record gives it. Of nobody, 0.
[[nodiscard]] inline uint64_t author_hash(const SipKey& sketch_key, Network network, std::string_view author) {
  return author.empty() ? 0 : sketch_hash(sip_hash(key_of(sketch_key, network), author));
}

}  // namespace roomtone
