#include <array>
#include <cstring>

#include "text/classify.hpp"
#include "text/cutter.hpp"
#include "text/entities.hpp"

namespace roomtone::text {

/// Whether a letter or digit is at `p`, so that an apostrophe or hyphen before it is inside a word.
bool Cutter::word_goes_on(const char* p) const {
  if (p >= end_) return false;
  if (!is_high(*p)) return is_alnum(*p);
  const CodeKind kind = kind_of(decode(p, end_).value);
  return kind == CodeKind::letter || kind == CodeKind::digit;
}

/// A word at p_ that short_words() did not take: long, elongated, beyond ASCII, or the beginning of something else.
void Cutter::odd_word() {
  if (is_high(*p_)) return long_word();
  std::size_t size = 1;
  while (is_alnum(peek(size)) || ((peek(size) == '-' || peek(size) == '\'') && is_alnum(peek(size + 1)))) ++size;
  if (size == 2 && to_lower(p_[0]) == 'x' && to_lower(p_[1]) == 'd' && !is_high(peek(2))) {
    constexpr std::string_view kLaughing = "xD";
    std::memcpy(out_, kLaughing.data(), kLaughing.size());
    p_ += kLaughing.size();
    return emit(TokenKind::emoticon, kLaughing.size(), take_space());
  }
  if (address(size)) return;
  if (size == 1 && is_digit(*p_) && keycap()) return;
  if (size == 1 && is_letter(*p_) && emoticon()) return;
  long_word();
}

/// Takes what begins like a word of `size` bytes and is a URL or an address.
bool Cutter::address(std::size_t size) {
  const auto take = [this](TokenKind kind, std::size_t whole) {
    if (whole != 0) copy_lower(kind, p_, whole, whole);
    return whole != 0;
  };
  switch (peek(size)) {
    case ':': return take(TokenKind::url, url_length(p_, end_));
    case '.': return is_alnum(peek(size + 1)) && take(TokenKind::url, domain_length(p_, end_));
    case '@': {
      // An e-mail address is one token: its parts are not words that anybody said.
      const std::size_t host = address_host_length(p_ + size, end_);
      return host != 0 && take(TokenKind::mention, size + host);
    }
    default: return false;
  }
}

/// One word, a character at a time.
void Cutter::long_word() {
  room(kWordBytes);
  LetterCount count;
  bool elongated = false;
  std::size_t written = 0;
  Script script = Script::none;  // of the run; none while only digits were read
  char32_t last = 0;             // last character written, with what was composed onto it
  std::size_t last_at = 0;
  uint32_t repeated = 0;
  while (p_ < end_) {
    char32_t lower = static_cast<unsigned char>(*p_);
    std::size_t size = 1;
    CodeKind kind = CodeKind::other;
    bool capital = false;
    if (!is_high(*p_)) {
      if (is_letter(*p_)) {
        kind = CodeKind::letter;
        capital = is_upper(*p_);
        lower = static_cast<unsigned char>(to_lower(*p_));
      } else if (is_digit(*p_)) {
        kind = CodeKind::digit;
      } else if (*p_ == '\'') {
        kind = CodeKind::apostrophe;
      } else if (*p_ == '-') {
        kind = CodeKind::hyphen;
      }
    } else {
      const CodePoint c = decode(p_, end_);
      size = c.size;
      kind = kind_of(c.value);
      lower = c.value;
      if (kind == CodeKind::letter || kind == CodeKind::digit) {
        lower = lower_of(c.value);
        capital = lower != c.value && is_capital(c.value);
      }
    }
    switch (kind) {
      case CodeKind::apostrophe:
      case CodeKind::hyphen:
        if (written == 0 || !word_goes_on(p_ + size)) goto done;
        lower = kind == CodeKind::hyphen ? U'-' : U'\'';
        break;
      case CodeKind::letter: {
        const Script of = script_of(lower);
        if (script != Script::none && of != script && (runs_on(of) || runs_on(script))) goto done;
        script = of;
        break;
      }
      case CodeKind::ignorable: p_ += size; continue;
      case CodeKind::mark: {
        if (written == 0) goto done;
        const char32_t whole = composed(last, lower);
        if (whole != 0 && last_at + kUtf8Bytes <= kWordBytes) {
          last = whole;
          written = last_at + encode(whole, out_ + last_at);
          p_ += size;
          continue;
        }
        break;
      }
      case CodeKind::digit: break;
      default: goto done;
    }
    std::array<char, kUtf8Bytes> bytes{};
    const std::size_t length = encode(lower, bytes.data());
    const bool full = written + length > kWordBytes;
    if (full && runs_on(script)) goto done;  // the rest of the run is the next word
    p_ += size;
    if (kind == CodeKind::letter) {
      count.add(capital);
      (script == Script::latin ? latin_ : other_) += 1;
      repeated = lower == last ? repeated + 1 : 1;
      if (repeated > 2) {
        elongated = true;
        continue;
      }
    } else {
      repeated = 0;
    }
    if (full) continue;
    last = lower;
    last_at = written;
    std::memcpy(out_ + written, bytes.data(), bytes.size());  // all four: a copy of a known size is no call
    written += length;
  }
done:
  if (written == 0) {  // a mark or a joiner with nothing before it
    p_ += decode(p_, end_).size;
    return;
  }
  emit(TokenKind::word, written, take_space() | count.flags() | (elongated ? static_cast<unsigned>(kElongated) : 0U));
}

}  // namespace roomtone::text
