#pragma once

#include <array>
#include <cstdint>

/// What a byte below 0x80 means to the tokenizer, as tables: one load instead of a chain of comparisons.
namespace roomtone::text {

/// What a token may begin with.
enum class ByteClass : uint8_t {
  nothing,  // symbols and control characters: they part words and are no token
  space,
  word,         // letters and digits
  punctuation,  // ! ? . , ; : quotes and brackets
  symbol,       // no token by itself, but an emoticon or a keycap may begin with it
  hash,
  dollar,
  at,
  high,  // part of a UTF-8 sequence, or a bad byte
};

/// What follows a run of ASCII letters and digits.
enum class WordStop : uint8_t {
  plain,    // the word is over
  space,    // the word is over, and so is the space
  special,  // it may go on (a URL, an address, a letter beyond ASCII), or be an emoticon: look closer
};

struct ByteTraits {
  ByteClass begins = ByteClass::nothing;
  WordStop after_word = WordStop::plain;
};

inline constexpr std::array<ByteTraits, 256> kBytes = [] {
  std::array<ByteTraits, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || (c >= '0' && c <= '9')) table[c].begins = ByteClass::word;
    if (c == ' ' || (c >= '\t' && c <= '\r')) table[c] = {ByteClass::space, WordStop::space};
    if (c >= 0x80) table[c] = {ByteClass::high, WordStop::special};
  }
  for (const unsigned char c : {'!', '?', '.', ',', ';', ':', '"', '\'', '(', ')', '[', ']', '{', '}'}) {
    table[c].begins = ByteClass::punctuation;
  }
  for (const unsigned char c : {'=', '<', '>', '^', '-', '\\', '*'}) table[c].begins = ByteClass::symbol;
  for (const unsigned char c : {':', '.', '@', '_', '\'', '-'}) table[c].after_word = WordStop::special;
  table['#'].begins = ByteClass::hash;
  table['$'].begins = ByteClass::dollar;
  table['@'].begins = ByteClass::at;
  return table;
}();

[[nodiscard]] constexpr const ByteTraits& traits(char c) { return kBytes[static_cast<unsigned char>(c)]; }

[[nodiscard]] constexpr bool is_high(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }
[[nodiscard]] constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_letter(char c) { return is_upper(c) || is_lower(c); }
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_alnum(char c) { return traits(c).begins == ByteClass::word; }
[[nodiscard]] constexpr bool is_space(char c) { return traits(c).begins == ByteClass::space; }
[[nodiscard]] constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace roomtone::text
