#pragma once

#include <cstddef>

namespace roomtone::text {

inline constexpr std::size_t kEmojiBytes = 64;  // of one normalised emoji; what is longer is cut there

struct EmojiMatch {
  std::size_t consumed = 0;  // bytes of text; 0: no emoji here
  std::size_t written = 0;   // bytes written; 0: it was nothing but modifiers
};

/// Reads one emoji at `p`: a pictograph with its modifiers, a ZWJ sequence, a pair of flag letters, a flag by tags.
/// Writes it without skin tones and variation selectors to `out`, which takes kEmojiBytes.
[[nodiscard]] EmojiMatch match_emoji(const char* p, const char* end, char* out);

/// Reads a keycap (one of 0-9 # *, perhaps a variation selector, U+20E3) likewise.
[[nodiscard]] EmojiMatch match_keycap(const char* p, const char* end, char* out);

}  // namespace roomtone::text
