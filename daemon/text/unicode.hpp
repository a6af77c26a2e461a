#pragma once

#include <cstddef>
#include <cstdint>

/// What the tokenizer needs to know of characters beyond ASCII. Pure functions over static tables.
namespace roomtone::text {

inline constexpr char32_t kReplacement = 0xFFFD;
inline constexpr std::size_t kUtf8Bytes = 4;  // the longest sequence

struct CodePoint {
  char32_t value = kReplacement;
  uint32_t size = 1;  // bytes it took, at least 1
};

/// Reads one code point at `p`, which is before `end`. A bad byte is one U+FFFD of size 1: overlong forms, surrogates,
/// values past U+10FFFF and cut sequences are all bad.
[[nodiscard]] CodePoint decode(const char* p, const char* end);

/// Writes `value`, which is a code point of decode(), and returns how many bytes it took.
std::size_t encode(char32_t value, char* out);

enum class CodeKind : uint8_t {
  letter,
  mark,  // combining: belongs to the character before it
  digit,
  apostrophe,   // inside a word
  hyphen,       // inside a word
  punctuation,  // see ascii_punctuation()
  hash,         // the full-width '#'
  space,
  ignorable,  // joiners, direction marks, soft hyphens, variation selectors: as if not there
  emoji,      // may begin an emoji
  other,      // symbols, control characters, U+FFFD
};
/// Kind of a code point from U+0080 on.
[[nodiscard]] CodeKind kind_of(char32_t c);

/// Scripts as far as they decide where a word ends and whether it can be scored.
enum class Script : uint8_t { none, latin, other, han, kana, spaceless };
[[nodiscard]] Script script_of(char32_t letter);
/// Written without spaces between words: a run of one script is the best word we have.
[[nodiscard]] constexpr bool runs_on(Script script) { return script >= Script::han; }

/// Lower case of a letter; full-width and mathematical letters and digits become the plain ones.
[[nodiscard]] char32_t lower_of(char32_t c);
/// Whether `lower_of` takes a capital away.
[[nodiscard]] bool is_capital(char32_t c);

/// The one character that `first` and the combining `mark` make, or 0.
[[nodiscard]] char32_t composed(char32_t first, char32_t mark);

/// Punctuation beyond ASCII as the ASCII one that means the same, and how many it stands for ("…" is three '.'),
/// or {0, 0}.
struct AsciiPunctuation {
  char value = 0;
  uint8_t count = 0;
};
[[nodiscard]] AsciiPunctuation ascii_punctuation(char32_t c);

}  // namespace roomtone::text
