#include "tally/signature.hpp"

#include <bit>

#include "model/likeness.hpp"
#include "model/rollup.hpp"

namespace roomtone::tally {

namespace {

constexpr unsigned kTellingKinds =
    1U << static_cast<unsigned>(TokenKind::word) | 1U << static_cast<unsigned>(TokenKind::emoji) |
    1U << static_cast<unsigned>(TokenKind::emoticon) | 1U << static_cast<unsigned>(TokenKind::hashtag);

}  // namespace

uint64_t signature_of(const Tokens& tokens, const SipKey& key) {
  // Copies of one text differ in whom they address, in the tracking code of their link and in a counter, so those
  // kinds of token are left out. Token hashes are well mixed already:
  // a rotation by the place makes their sum know the order, and no sum waits for the one before it.
  uint64_t state = key.k0;
  unsigned place = 0;
  for (const Token& token : tokens.tokens) {
    const unsigned kind = kTellingKinds >> static_cast<unsigned>(token.kind) & 1;
    const unsigned counts = kind & ((token.flags & (kFromHashtag | kDigitFirst)) == 0 ? 1U : 0U);
    const uint64_t mask = -static_cast<uint64_t>(counts);  // arithmetic instead of branches: which count is a guess
    state += std::rotl(token.hash, static_cast<int>(place % 64)) & mask;
    place += 7 & static_cast<unsigned>(mask);
  }
  const bool any = place != 0;
  if (!any) return 0;
  state ^= key.k1;
  state = (state ^ (state >> 32)) * 0xd6e8feb86659fd93ULL;
  state = (state ^ (state >> 32)) * 0xd6e8feb86659fd93ULL;
  return sketch_hash(state ^ (state >> 32));
}

uint64_t likeness_of(const Tokens& tokens, const SipKey& key) {
  constexpr uint32_t kLongFrom = 4;  // shorter ones are in every text
  Likeness likeness;
  for (const Token& token : tokens.tokens) {
    const uint32_t telling = kTellingKinds >> static_cast<unsigned>(token.kind) & 1;
    const uint32_t whole = (token.flags & (kFromHashtag | kDigitFirst)) == 0 ? 1 : 0;
    const uint32_t is_long = token.end - token.begin >= kLongFrom ? 1 : 0;
    uint64_t hash = (token.hash ^ key.k1) * 0xd6e8feb86659fd93ULL;
    hash ^= hash >> 32;
    likeness.add(hash * 0xd6e8feb86659fd93ULL, telling & whole & is_long);
  }
  return likeness.value();
}

}  // namespace roomtone::tally
