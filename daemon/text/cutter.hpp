#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/tokens.hpp"
#include "text/unicode.hpp"

namespace roomtone::text {

inline constexpr std::size_t kWordBytes = 64;      // of one normalised word; the rest of a longer one is left out
inline constexpr std::size_t kHashtagBytes = 256;  // likewise

/// word_hash() of bytes that may be read up to 16 bytes from `p` on, whatever `size` is. The same value; it saves
/// the loop over the tail, which is mispredicted at nearly every word.
[[nodiscard]] uint64_t padded_word_hash(const char* p, std::size_t size);

/// One pass over one text. Lives for one call of tokenize().
///
/// ASCII words of up to 14 bytes, which is nearly all of them in English, are classified, folded and copied 16 bytes at
/// a time (short_word). Everything else goes a character at a time (long_word), with the Unicode tables only for
/// characters beyond ASCII.
///
/// Output goes to Tokens::normalised through `out_`. It never grows past what is left of the input, except where
/// room() is called first; kSlack bytes beyond that may be written or read at any time.
class Cutter {
 public:
  Cutter(std::string_view text, Tokens& tokens);
  void run();

 private:
  static constexpr std::size_t kSlack = 64 + 16;
  static constexpr std::size_t kBlock = 16;

  /// What becomes of a word at whose end something special stands.
  enum class After : uint8_t { plain, longer, taken };

  // cutter.cpp
  void high();
  void punctuation();
  void symbol();
  [[nodiscard]] bool emoticon(std::size_t lookbehind);
  void emoji(std::size_t consumed, std::size_t written);
  void room(std::size_t more);
  void emit(TokenKind kind, std::size_t size, unsigned flags, std::size_t run = 1);
  void emit_at(TokenKind kind, std::size_t begin, std::size_t size, unsigned flags, std::size_t run = 1);
  void copy_lower(TokenKind kind, const char* from, std::size_t size, std::size_t consumed);
  [[nodiscard]] const char* block_at(const char* p) const;
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - p_); }
  [[nodiscard]] char peek(std::size_t i) const { return i < left() ? p_[i] : '\0'; }
  [[nodiscard]] bool keycap();
  [[nodiscard]] unsigned take_space() {
    const unsigned flag = space_;
    space_ = 0;
    return flag;
  }

  // word.cpp
  void word();
  void long_word();
  [[nodiscard]] After look_after_word(std::size_t size);
  [[nodiscard]] bool word_goes_on(const char* p) const;

  // entities, in cutter.cpp
  void mention();
  void cashtag();

  // hashtag.cpp
  void hashtag(std::size_t sign);

  const char* p_;
  const char* const end_;
  const char* const begin_;
  Tokens& tokens_;
  char* out_;       // where the next token's bytes go
  unsigned space_;  // kSpaceBefore when a space, or nothing, is before p_
  uint32_t words_ = 0;
  uint32_t words_all_caps_ = 0;
  uint32_t latin_ = 0;
  uint32_t other_ = 0;
  std::array<char, 2 * kBlock> tail_{};  // the last block of the text, then zeros: what block_at() gives near the end
};

/// What is known of the letters of a word while it is read.
struct LetterCount {
  uint32_t letters = 0;
  uint32_t capitals = 0;
  bool first_capital = false;

  void add(bool capital) {
    if (letters == 0) first_capital = capital;
    ++letters;
    capitals += capital ? 1 : 0;
  }
  [[nodiscard]] unsigned flags() const {
    if (letters >= 2 && capitals == letters) return kAllCaps;
    return first_capital ? static_cast<unsigned>(kCapitalised) : 0U;
  }
};

}  // namespace roomtone::text
