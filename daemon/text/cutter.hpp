#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/limits.hpp"
#include "model/tokens.hpp"
#include "text/padded_hash.hpp"
#include "text/unicode.hpp"
#include "text/window.hpp"

namespace roomtone::text {

inline constexpr std::size_t kWordBytes = 64;      // of one normalised word; the rest of a longer one is left out
inline constexpr std::size_t kHashtagBytes = 256;  // likewise

/// One pass over one text. Lives for one call of tokenize().
///
/// ASCII words of up to 14 bytes, which is nearly all of them in English, are classified, folded and copied 16 bytes at
/// a time, with the single punctuation marks behind them (short_words). Everything else goes a character at a time
/// (long_word), with the Unicode tables only for characters beyond ASCII.
///
/// Output goes to Tokens::normalised through `out_`. It never grows past what is left of the input, except where
/// room() is called first; kSlack bytes beyond that may be written or read at any time.
class Cutter {
 public:
  Cutter(std::string_view text, Tokens& tokens);
  /// False when it met an HTML entity: then the tokens are not all there, and the text is to be read once more without.
  [[nodiscard]] bool run();
  /// An entity is letters and marks like any others.
  void leave_entities() { entities_ = false; }

 private:
  static constexpr std::size_t kSlack = 64 + 16;

  // cutter.cpp
  void high();
  void punctuation();
  void symbol();
  [[nodiscard]] bool emoticon();
  void emoji(std::size_t consumed, std::size_t written);
  void room(std::size_t more);
  void more_tokens(std::size_t more);
  void count(TokenKind kind, unsigned flags, char first, std::size_t run);

  /// The `size` bytes at out_ become a token.
  void emit(TokenKind kind, std::size_t size, unsigned flags, std::size_t run = 1) {
    emit_at(kind, static_cast<std::size_t>(out_ - tokens_.normalised.data()), size, flags, run);
    out_ += size;
  }
  /// The bytes [begin, begin + size) of the normalised text become a token.
  void emit_at(TokenKind kind, std::size_t begin, std::size_t size, unsigned flags, std::size_t run = 1) {
    if (count_ >= limits::kTokens) return;
    if (count_ == tokens_.tokens.size()) more_tokens(1);
    const char first = tokens_.normalised[begin];
    if (kind == TokenKind::word && first >= '0' && first <= '9') flags |= kDigitFirst;
    tokens_.tokens[count_++] = {.hash = padded_word_hash(tokens_.normalised.data() + begin, size),
                                .begin = static_cast<uint32_t>(begin),
                                .end = static_cast<uint32_t>(begin + size),
                                .kind = kind,
                                .flags = static_cast<uint8_t>(flags),
                                .run = static_cast<uint8_t>(run < 255 ? run : 255)};
    count(kind, flags, first, run);
    if (kind == TokenKind::word) {
      ++words_;
      words_all_caps_ += (flags & kAllCaps) != 0 ? 1 : 0;
    }
  }
  void copy_lower(TokenKind kind, const char* from, std::size_t size, std::size_t consumed);
  /// kReadable bytes that start as the text does at `p`; past its end they are zero.
  [[nodiscard]] const char* readable(const char* p) const {
    const auto size = static_cast<std::size_t>(end_ - p);
    return size >= kReadable ? p : tail_.data() + kReadable - size;
  }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - p_); }
  [[nodiscard]] char peek(std::size_t i) const { return i < left() ? p_[i] : '\0'; }
  [[nodiscard]] bool keycap();
  [[nodiscard]] unsigned take_space() {
    const unsigned flag = space_;
    space_ = 0;
    return flag;
  }

  // short_words.cpp
  [[nodiscard]] bool short_words();
  template <typename Machine>
  [[nodiscard]] bool short_words_on(Machine machine);
#if defined(__x86_64__)
  [[nodiscard]] bool short_words_with(Avx2 machine);
  [[nodiscard]] bool short_words_with(Avx512 machine);
#endif
  template <typename Machine>
  void take(Machine machine, std::size_t at, uint64_t ends);
  void count_shouts(uint64_t marks);
  void all_caps(Token* first, uint64_t words, uint64_t ends, uint64_t special);
  void laughing(Token& token);

  // word.cpp
  void odd_word();
  void long_word();
  [[nodiscard]] bool address(std::size_t size);
  [[nodiscard]] bool word_goes_on(const char* p) const;

  // entities, in cutter.cpp
  void mention();
  void cashtag();

  // hashtag.cpp
  void hashtag(std::size_t sign);
  void hashtag_part(std::size_t begin, std::size_t size, unsigned flags, bool guess);

  const char* p_;
  const char* const end_;
  const char* const begin_;
  Tokens& tokens_;
  char* out_;              // where the next token's bytes go
  unsigned space_;         // kSpaceBefore when a space, or nothing, is before p_
  std::size_t count_ = 0;  // tokens so far: the list is longer until the end, so that adding to it needs no check
  uint32_t words_ = 0;
  uint32_t words_all_caps_ = 0;
  uint32_t latin_ = 0;
  uint32_t other_ = 0;
  bool entities_ = true;  // are looked for
  Window window_;
  std::array<char, 2 * kReadable> tail_;  // the end of the text, then zeros: what readable() gives there
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
