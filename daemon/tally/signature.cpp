#include "tally/signature.hpp"

#include <bit>

namespace roomtone::tally {

uint64_t signature_of(const Tokens& tokens, const SipKey& key) {
  // Copies of one text differ in whom they address, in the tracking code of their link and in a counter, so those
  // kinds of token are left out. Token hashes are already well mixed: a rotate and a multiply keep the order.
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15ULL;
  uint64_t state = key.k0;
  bool any = false;
  for (const Token& token : tokens.tokens) {
    const bool telling = token.kind == TokenKind::word || token.kind == TokenKind::emoji ||
                         token.kind == TokenKind::emoticon || token.kind == TokenKind::hashtag;
    if (!telling || (token.flags & kFromHashtag) != 0) continue;
    if (token.kind == TokenKind::word) {
      const char first = tokens.normalised[token.begin];
      if (first >= '0' && first <= '9') continue;
    }
    state = (std::rotl(state, 23) ^ token.hash) * kOdd;
    any = true;
  }
  if (!any) return 0;
  state ^= key.k1;
  state = (state ^ (state >> 32)) * 0xd6e8feb86659fd93ULL;
  state = (state ^ (state >> 32)) * 0xd6e8feb86659fd93ULL;
  state ^= state >> 32;
  return state == 0 ? 1 : state;
}

}  // namespace roomtone::tally
