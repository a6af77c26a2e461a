#include "tally/signature.hpp"

#include <bit>

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
    const bool telling =
        ((kTellingKinds >> static_cast<unsigned>(token.kind)) & 1) != 0 && (token.flags & kFromHashtag) == 0;
    const char first = tokens.normalised[token.begin];
    const bool number = token.kind == TokenKind::word && first >= '0' && first <= '9';
    const bool counts = telling && !number;
    state += counts ? std::rotl(token.hash, static_cast<int>(place % 64)) : 0;
    place += counts ? 7 : 0;
  }
  const bool any = place != 0;
  if (!any) return 0;
  state ^= key.k1;
  state = (state ^ (state >> 32)) * 0xd6e8feb86659fd93ULL;
  state = (state ^ (state >> 32)) * 0xd6e8feb86659fd93ULL;
  state ^= state >> 32;
  return state == 0 ? 1 : state;
}

}  // namespace roomtone::tally
