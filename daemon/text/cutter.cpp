#include "text/cutter.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/limits.hpp"
#include "text/classify.hpp"
#include "text/emoji.hpp"
#include "text/emoticons.hpp"
#include "text/entities.hpp"
#include "text/html_entities.hpp"

namespace roomtone::text {

Cutter::Cutter(std::string_view text, Tokens& tokens)
    : p_(text.data()), end_(text.data() + text.size()), begin_(text.data()), tokens_(tokens), space_(kSpaceBefore) {
  // What the last text left stays in place to be written over: clearing would have it filled anew.
  tokens.questions = tokens.exclamations = 0;
  tokens.hashtags = tokens.mentions = tokens.links = tokens.signs = tokens.elongated = tokens.ellipses = 0;
  if (tokens.normalised.size() < text.size() + kSlack) tokens.normalised.resize(text.size() + kSlack);
  out_ = tokens.normalised.data();
  // Fixed sizes, so that these are a few moves and no calls.
  std::memset(tail_.data() + kReadable, 0, kReadable);
  if (text.size() >= kReadable) {
    std::memcpy(tail_.data(), end_ - kReadable, kReadable);
  } else if (!text.empty()) {
    std::memcpy(tail_.data() + kReadable - text.size(), text.data(), text.size());
  }
}

bool Cutter::run() {
  while (p_ < end_ && count_ < limits::kTokens) {
    switch (traits(*p_).begins) {
      case ByteClass::word:
        if (short_words()) odd_word();
        break;
      case ByteClass::space:
        ++p_;
        space_ = kSpaceBefore;
        break;
      case ByteClass::punctuation: punctuation(); break;
      case ByteClass::symbol: symbol(); break;
      case ByteClass::hash:
        if (!keycap()) hashtag(1);
        break;
      case ByteClass::dollar: cashtag(); break;
      case ByteClass::at: mention(); break;
      case ByteClass::high: high(); break;
      case ByteClass::nothing:
        if (*p_ == '&' && entities_ && begins_html_entity({p_, left()})) return false;
        ++p_;
        space_ = 0;
        break;
    }
  }
  tokens_.tokens.resize(count_);
  tokens_.normalised.resize(static_cast<std::size_t>(out_ - tokens_.normalised.data()));
  tokens_.words = words_;
  tokens_.words_all_caps = words_all_caps_;
  tokens_.latin_letters = latin_;
  tokens_.other_letters = other_;
  return true;
}

/// Makes room for `more` bytes beyond what is left of the input.
void Cutter::room(std::size_t more) {
  const auto used = static_cast<std::size_t>(out_ - tokens_.normalised.data());
  const std::size_t need = used + left() + more + kSlack;
  if (tokens_.normalised.size() >= need) return;
  tokens_.normalised.resize(need);
  out_ = tokens_.normalised.data() + used;
}

/// Counts what a text has few of. Words and marks that are read many at a time are not among them.
void Cutter::count(TokenKind kind, unsigned flags, char first, std::size_t run) {
  switch (kind) {
    case TokenKind::word: tokens_.elongated += (flags & kElongated) != 0 ? 1 : 0; break;
    case TokenKind::hashtag: ++tokens_.hashtags; break;
    case TokenKind::mention: ++tokens_.mentions; break;
    case TokenKind::url: ++tokens_.links; break;
    case TokenKind::emoji:
    case TokenKind::emoticon: ++tokens_.signs; break;
    case TokenKind::punctuation: tokens_.ellipses += first == '.' && run > 2 ? 1 : 0; break;
    case TokenKind::cashtag: break;
  }
}

/// Makes the list of tokens longer by `more` and a reserve, as far as its memory reaches.
void Cutter::more_tokens(std::size_t more) {
  constexpr std::size_t kReserve = 16;
  TokenList& tokens = tokens_.tokens;
  const std::size_t need = count_ + more;
  if (need > tokens.capacity()) tokens.reserve(std::max(need + kReserve, 2 * tokens.capacity()));
  tokens.resize(std::min(need + kReserve, tokens.capacity()));
}

/// The `size` bytes at `from` become a token in lower case; the text goes on `consumed` bytes further.
void Cutter::copy_lower(TokenKind kind, const char* from, std::size_t size, std::size_t consumed) {
  std::transform(from, from + size, out_, to_lower);
  p_ += consumed;
  emit(kind, size, take_space());
}

void Cutter::high() {
  const CodePoint c = decode(p_, end_);
  switch (kind_of(c.value)) {
    case CodeKind::letter:
    case CodeKind::digit: long_word(); return;
    case CodeKind::apostrophe:
    case CodeKind::punctuation: punctuation(); return;
    case CodeKind::hash: hashtag(c.size); return;
    case CodeKind::emoji: {
      room(kEmojiBytes);
      const EmojiMatch match = match_emoji(p_, end_, out_);
      emoji(match.consumed, match.written);
      return;
    }
    case CodeKind::space:
      p_ += c.size;
      space_ = kSpaceBefore;
      return;
    case CodeKind::ignorable: p_ += c.size; return;  // what was before it is still before what follows
    case CodeKind::mark:
    case CodeKind::hyphen:
    case CodeKind::other:
      p_ += c.size;
      space_ = 0;
      return;
  }
}

void Cutter::emoji(std::size_t consumed, std::size_t written) {
  ROOMTONE_ASSERT(consumed != 0);
  p_ += consumed;
  if (written != 0) emit(TokenKind::emoji, written, take_space());
}

bool Cutter::keycap() {
  if (!is_high(peek(1))) return false;
  room(kEmojiBytes);
  const EmojiMatch match = match_keycap(p_, end_, out_);
  if (match.consumed == 0) return false;
  emoji(match.consumed, match.written);
  return true;
}

/// An emoticon at p_, if there is one.
bool Cutter::emoticon() {
  const bool after_word = p_ > begin_ && is_alnum(p_[-1]);
  const EmoticonMatch match = match_emoticon(p_, end_, after_word);
  if (match.consumed == 0) return false;
  p_ += match.consumed;
  room(match.canonical.size());  // "^^" is written "^_^"
  std::memcpy(out_, match.canonical.data(), match.canonical.size());
  emit(TokenKind::emoticon, match.canonical.size(), take_space(), match.run);
  return true;
}

void Cutter::symbol() {
  if (*p_ == '*' ? keycap() : emoticon()) return;
  ++p_;
  space_ = 0;
}

/// A run of one character is one token; '!' and '?' make one run together, written "!", "?" or "?!".
void Cutter::punctuation() {
  const char first = *p_;
  if ((first == ':' || first == ';' || first == '(') && emoticon()) return;
  char kind = 0;
  std::size_t run = 0;
  std::size_t questions = 0;
  std::size_t exclamations = 0;
  while (p_ < end_) {
    AsciiPunctuation next{*p_, 1};
    std::size_t size = 1;
    if (is_high(*p_)) {
      const CodePoint c = decode(p_, end_);
      next = ascii_punctuation(c.value);
      size = c.size;
      if (next.count == 0) break;
    }
    const bool marks = next.value == '!' || next.value == '?';
    if (run != 0 && next.value != kind && !(marks && questions + exclamations != 0)) break;
    kind = next.value;
    run += next.count;
    if (next.value == '?') questions += next.count;
    if (next.value == '!') exclamations += next.count;
    p_ += size;
  }
  ROOMTONE_ASSERT(run != 0);  // whatever led here is punctuation
  tokens_.questions += questions != 0 ? 1 : 0;
  tokens_.exclamations += static_cast<uint32_t>(exclamations);
  std::size_t size = 1;
  out_[0] = kind;
  if (questions != 0 && exclamations != 0) {
    out_[0] = '?';
    out_[1] = '!';
    size = 2;
  }
  const bool quotes = out_[0] == '"' || out_[0] == '\'';
  emit(TokenKind::punctuation, size, take_space() | (quotes ? 0U : static_cast<unsigned>(kEndsThought)), run);
}

void Cutter::mention() {
  const std::size_t size = mention_length(p_ + 1, end_);
  if (size != 0) return copy_lower(TokenKind::mention, p_ + 1, size, size + 1);
  ++p_;
  space_ = 0;
}

void Cutter::cashtag() {
  const std::size_t size = cashtag_length(p_ + 1, end_);
  if (size != 0) return copy_lower(TokenKind::cashtag, p_ + 1, size, size + 1);
  ++p_;
  space_ = 0;
}

}  // namespace roomtone::text
