#pragma once

#include <cstdint>

#include "base/hash.hpp"
#include "model/tokens.hpp"

namespace roomtone::tally {

/// The near-duplicate signature of a text: equal for texts with the same words in the same order, whatever their
/// capitals, punctuation, mentions, links and numbers. 0 for a text without words, emoji or hashtags. Keyed, so that it
/// can take a place in a sketch: a sketch_hash.
[[nodiscard]] uint64_t signature_of(const Tokens& tokens, const SipKey& key);

/// What near copies of a text share, see model/likeness.hpp: of its words of four letters and more, and its emoji.
[[nodiscard]] uint64_t likeness_of(const Tokens& tokens, const SipKey& key);

}  // namespace roomtone::tally
