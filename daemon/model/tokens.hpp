#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace roomtone {

enum class TokenKind : uint8_t {
  word,     // letters and digits, inner apostrophes and hyphens kept: don't, well-known, 4th
  hashtag,  // without '#'; its parts follow as words flagged kFromHashtag
  cashtag,  // without '$'
  mention,  // without '@'; a domain part is kept: name@host
  url,
  emoji,        // one grapheme: ZWJ sequences, flags and skin tones whole; normalised without skin tone and VS16
  emoticon,     // :-) and its kin, in a canonical spelling
  punctuation,  // a run of one of ! ? . , ; : and quotes or brackets, one token a run
};

/// Facts about a token that normalising removed, or that later steps ask of every token.
enum TokenFlag : uint8_t {
  kAllCaps = 1 << 0,      // two letters or more, all upper case
  kCapitalised = 1 << 1,  // first letter upper case, not all
  kElongated = 1 << 2,    // three or more of one letter in a row, cut to two: "sooo" is "soo"
  kFromHashtag = 1 << 3,  // a part of the hashtag before it: does not count as a position of its own in phrases
  kSpaceBefore = 1 << 4,  // or the start of the text
  kDigitFirst = 1 << 5,   // a word that begins with 0-9
  kEndsThought = 1 << 6,  // punctuation, but for quotation marks
  kGuessed = 1 << 7,      // a part of a hashtag that was written without a gap: where it begins and ends is a guess
};

/// One token: what it is, and where its normalised bytes are.
struct Token {
  uint64_t hash = 0;   // word_hash() of the normalised bytes, see base/hash.hpp
  uint32_t begin = 0;  // [begin, end) in Tokens::normalised
  uint32_t end = 0;
  TokenKind kind = TokenKind::word;
  uint8_t flags = 0;  // TokenFlag bits
  uint8_t run = 1;    // punctuation: how many in the run, at most 255
};

/// Leaves what a list grows by as the memory is. The tokenizer makes its list longer, writes the tokens and cuts it to
/// their number, text after text; nobody reads what filling it with empty tokens before would write.
template <typename T>
struct UnfilledAllocator : std::allocator<T> {
  template <typename U>
  struct rebind {
    using other = UnfilledAllocator<U>;
  };
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  void construct(T*) {}
  template <typename... Args>
  void construct(T* at, Args&&... args) {
    std::construct_at(at, std::forward<Args>(args)...);
  }
};
/// What resize() adds says nothing until it is written.
using TokenList = std::vector<Token, UnfilledAllocator<Token>>;

/// A text as the stages after text/ see it. Reused from message to message: clear() keeps the memory.
struct Tokens {
  std::string normalised;  // lower case, NFC-ish (see text/normalise.hpp), curly quotes straight
  TokenList tokens;        // in order of the text; at most limits::kTokens
  uint32_t words = 0;      // tokens of kind word, those from hashtags included
  uint32_t words_all_caps = 0;
  uint32_t latin_letters = 0;  // letters by script, to tell what cannot be scored
  uint32_t other_letters = 0;
  uint32_t questions = 0;     // runs that hold a '?'
  uint32_t exclamations = 0;  // '!' in all
  uint32_t hashtags = 0;
  uint32_t mentions = 0;
  uint32_t links = 0;
  uint32_t signs = 0;      // emoji and emoticons
  uint32_t elongated = 0;  // words that were written long
  uint32_t ellipses = 0;   // runs of three '.' and more
  std::string undone;      // the tokenizer's own: a text whose HTML entities were undone

  [[nodiscard]] std::string_view view(const Token& token) const {
    return std::string_view(normalised).substr(token.begin, token.end - token.begin);
  }

  void clear() {
    normalised.clear();
    tokens.clear();
    words = words_all_caps = latin_letters = other_letters = questions = exclamations = 0;
    hashtags = mentions = links = signs = elongated = ellipses = 0;
  }
};

}  // namespace roomtone
