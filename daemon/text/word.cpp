#include <emmintrin.h>

#include <bit>
#include <cstring>

#include "base/hash.hpp"
#include "text/classify.hpp"
#include "text/cutter.hpp"
#include "text/entities.hpp"

namespace roomtone::text {

namespace {

constexpr std::size_t kShortWord = 14;  // and its stop byte and the one after it are within the block

uint64_t load8(const char* p) {
  static_assert(std::endian::native == std::endian::little);
  uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

/// Bytes of the block where `value` is within first..last.
__m128i within(__m128i value, char first, char last) {
  const __m128i offset = _mm_sub_epi8(value, _mm_set1_epi8(first));
  return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(static_cast<char>(last - first))), offset);
}
unsigned mask_of(__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }

}  // namespace

uint64_t padded_word_hash(const char* p, std::size_t size) {
  if (size >= 16) return word_hash({p, size});
  constexpr uint64_t k0 = 0xa0761d6478bd642fULL;
  constexpr uint64_t k1 = 0xe7037ed1a0b428dbULL;
  const auto fold = [](uint64_t a, uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  // Both lengths are computed and one is chosen: a branch here would be wrong at every fourth word.
  const uint64_t start = k0 ^ (size * k1);
  const uint64_t first = load8(p);
  const bool whole = size >= 8;
  const uint64_t folded = fold(start ^ first, k1);
  const uint64_t state = whole ? folded : start;
  const uint64_t rest = whole ? load8(p + 8) : first;
  const std::size_t tail_size = size & 7;
  const uint64_t tail = rest & ~(~uint64_t{0} << (8 * tail_size));
  const uint64_t hash = fold(state ^ tail, k1 ^ tail_size);
  return hash == 0 ? 1 : hash;
}

void Cutter::word() {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block_at(p_)));
  // Setting this bit makes capitals small, and leaves digits, hyphens and apostrophes as they are.
  const __m128i folded = _mm_or_si128(block, _mm_set1_epi8(0x20));
  const unsigned alpha = mask_of(within(folded, 'a', 'z'));
  const unsigned alnum = alpha | mask_of(within(block, '0', '9'));
  const unsigned joiner =
      mask_of(_mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('\'')), _mm_cmpeq_epi8(block, _mm_set1_epi8('-'))));
  const unsigned in_word = alnum | (joiner & (alnum << 1) & (alnum >> 1));
  const auto size = static_cast<std::size_t>(std::countr_one(in_word));
  if (size > kShortWord) return long_word();

  const char stop = size < left() ? p_[size] : '\0';
  const WordStop after = traits(stop).after_word;
  if (after == WordStop::special) [[unlikely]] {
    const After found = look_after_word(size);
    if (found == After::taken) return;
    if (found == After::longer) return long_word();
  }
  const unsigned here = (1U << size) - 1;
  const unsigned letters = alpha & here;
  // Three of one letter in a row: the block equals itself one and two bytes further on.
  const __m128i thrice = _mm_and_si128(_mm_cmpeq_epi8(folded, _mm_srli_si128(folded, 1)),
                                       _mm_cmpeq_epi8(folded, _mm_srli_si128(folded, 2)));
  if ((mask_of(thrice) & letters & (here >> 2)) != 0) [[unlikely]]
    return long_word();

  _mm_storeu_si128(reinterpret_cast<__m128i*>(out_), folded);
  latin_ += letters == here ? static_cast<uint32_t>(size) : static_cast<uint32_t>(std::popcount(letters));
  unsigned flags = take_space();
  // Bit 5 of each byte moves to where movemask looks: a letter without it is a capital.
  const unsigned capitals = letters & ~mask_of(_mm_slli_epi16(block, 2));
  if (capitals != 0) {
    if (capitals == letters && !std::has_single_bit(letters)) {
      flags |= kAllCaps;
    } else if ((capitals & (letters & -letters)) != 0) {
      flags |= kCapitalised;
    }
  }
  p_ += size;
  if (size == 2 && out_[0] == 'x' && out_[1] == 'd') [[unlikely]] {
    out_[1] = 'D';
    return emit(TokenKind::emoticon, 2, flags & kSpaceBefore);
  }
  emit(TokenKind::word, size, flags);
  if (after == WordStop::space) {
    ++p_;
    space_ = kSpaceBefore;
  }
}

/// The word at p_ has `size` bytes of ASCII so far, and something special follows: is it part of something else?
Cutter::After Cutter::look_after_word(std::size_t size) {
  const char* stop = p_ + size;
  switch (*stop) {
    case ':':
      if (const std::size_t url = url_length(p_, end_); url != 0) {
        copy_lower(TokenKind::url, p_, url, url);
        return After::taken;
      }
      break;
    case '.':
      if (stop + 1 >= end_ || !is_alnum(stop[1])) return After::plain;
      if (const std::size_t url = domain_length(p_, end_); url != 0) {
        copy_lower(TokenKind::url, p_, url, url);
        return After::taken;
      }
      break;
    case '@':
      // An e-mail address is one token: its parts are not words that anybody said.
      if (const std::size_t host = address_host_length(stop, end_); host != 0) {
        copy_lower(TokenKind::mention, p_, size + host, size + host);
        return After::taken;
      }
      return After::plain;
    case '\'':
    case '-':
      if (size + 1 < left() && is_high(stop[1])) return After::longer;
      break;
    case '_': break;
    default: {
      if (!is_high(*stop)) return After::plain;
      if (size == 1 && is_digit(*p_) && keycap()) return After::taken;
      return After::longer;
    }
  }
  if (size == 1 && is_letter(*p_) && emoticon(0)) return After::taken;
  return After::plain;
}

/// Whether a letter or digit is at `p`, so that an apostrophe or hyphen before it is inside a word.
bool Cutter::word_goes_on(const char* p) const {
  if (p >= end_) return false;
  if (!is_high(*p)) return is_alnum(*p);
  const CodeKind kind = kind_of(decode(p, end_).value);
  return kind == CodeKind::letter || kind == CodeKind::digit;
}

void Cutter::long_word() {
  // A long run of ASCII may be the beginning of an address.
  if (!is_high(*p_)) {
    std::size_t size = 1;
    while (size < left() && (is_alnum(p_[size]) || (p_[size] == '-' && size + 1 < left() && is_alnum(p_[size + 1])))) {
      ++size;
    }
    if (size > kShortWord && size < left() && traits(p_[size]).after_word == WordStop::special &&
        look_after_word(size) == After::taken) {
      return;
    }
  }
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
        capital = is_capital(c.value);
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
    std::memcpy(out_ + written, bytes.data(), length);
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
