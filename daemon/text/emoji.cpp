#include "text/emoji.hpp"

#include "text/unicode.hpp"

namespace roomtone::text {

namespace {

constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kKeycap = 0x20E3;

bool is_skin_tone(char32_t c) { return c >= 0x1F3FB && c <= 0x1F3FF; }
bool is_selector(char32_t c) { return c == 0xFE0E || c == 0xFE0F; }
bool is_flag_letter(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }
bool is_tag(char32_t c) { return c >= 0xE0020 && c <= 0xE007F; }

/// Walks code points and writes those that are kept.
struct Walk {
  const char* p;
  const char* end;
  char* out;
  EmojiMatch match;

  [[nodiscard]] CodePoint next() const {
    return p + match.consumed < end ? decode(p + match.consumed, end) : CodePoint{0, 0};
  }
  void skip(CodePoint c) { match.consumed += c.size; }
  void keep(CodePoint c) {
    if (match.written + kUtf8Bytes <= kEmojiBytes) match.written += encode(c.value, out + match.written);
    skip(c);
  }
  /// Skin tones, selectors and tags after a pictograph.
  void modifiers() {
    for (CodePoint c = next(); c.size != 0; c = next()) {
      if (is_skin_tone(c.value) || is_selector(c.value)) {
        skip(c);
      } else if (is_tag(c.value)) {
        keep(c);
      } else {
        return;
      }
    }
  }
};

}  // namespace

EmojiMatch match_emoji(const char* p, const char* end, char* out) {
  Walk walk{p, end, out, {}};
  const CodePoint first = walk.next();
  if (first.size == 0 || first.value < 0x80 || kind_of(first.value) != CodeKind::emoji) return {};
  if (is_skin_tone(first.value)) {  // a tone without a body says nothing
    walk.skip(first);
    return walk.match;
  }
  walk.keep(first);
  if (is_flag_letter(first.value)) {
    if (const CodePoint second = walk.next(); is_flag_letter(second.value)) walk.keep(second);
    return walk.match;
  }
  walk.modifiers();
  while (true) {
    const CodePoint joiner = walk.next();
    if (joiner.value != kJoiner) break;
    const Walk before = walk;
    walk.keep(joiner);
    const CodePoint part = walk.next();
    if (part.size == 0 || part.value < 0x80 || kind_of(part.value) != CodeKind::emoji || is_flag_letter(part.value)) {
      walk = before;  // a joiner that joins nothing
      break;
    }
    walk.keep(part);
    walk.modifiers();
  }
  return walk.match;
}

EmojiMatch match_keycap(const char* p, const char* end, char* out) {
  Walk walk{p, end, out, {}};
  walk.keep(walk.next());
  if (const CodePoint selector = walk.next(); is_selector(selector.value)) walk.skip(selector);
  const CodePoint cap = walk.next();
  if (cap.value != kKeycap) return {};
  walk.keep(cap);
  return walk.match;
}

}  // namespace roomtone::text
