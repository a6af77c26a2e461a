#include <emmintrin.h>

#include <bit>
#include <cstring>

#include "text/classify.hpp"
#include "text/cutter.hpp"

namespace roomtone::text {

namespace {

/// Bytes of the block where `value` is within first..last.
__m128i within(__m128i value, char first, char last) {
  const __m128i offset = _mm_sub_epi8(value, _mm_set1_epi8(first));
  return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(static_cast<char>(last - first))), offset);
}
uint64_t mask_of(__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }

/// Whether a word of `size` bytes before `stop` may go on, or be something else.
bool may_go_on(std::size_t size, char stop, char next) {
  switch (stop) {
    case '.': return is_alnum(next);
    case ':': return next == '/' || size == 1;
    case '\'':
    case '-': return is_high(next) || size == 1;
    default: return stop == '@' || stop == '_' || is_high(stop);
  }
}

unsigned case_flags(uint64_t letters, uint64_t capitals) {
  if (capitals == letters && !std::has_single_bit(letters)) return kAllCaps;
  return (capitals & (letters & -letters)) != 0 ? static_cast<unsigned>(kCapitalised) : 0U;
}

}  // namespace

/// Looks at the kWindow bytes from p on. One byte more is read.
void Cutter::Window::look_at(const char* text, const char* readable) {
  begin = text;
  bytes = readable;
  alpha = capital = space = 0;
  uint64_t alnum = 0;
  uint64_t joiner = 0;
  uint64_t twice = 0;
  const auto load = [this](std::size_t at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at)); };
  const __m128i small_bit = _mm_set1_epi8(0x20);
  for (std::size_t i = 0; i < kWindow; i += 16) {
    const __m128i block = load(i);
    // Setting this bit makes capitals small, and leaves digits, hyphens and apostrophes as they are.
    const __m128i folded = _mm_or_si128(block, small_bit);
    const __m128i letters = within(folded, 'a', 'z');
    const __m128i capitals = _mm_andnot_si128(_mm_cmpeq_epi8(block, folded), letters);
    const __m128i joiners =
        _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('\'')), _mm_cmpeq_epi8(block, _mm_set1_epi8('-')));
    alpha |= mask_of(letters) << i;
    alnum |= mask_of(_mm_or_si128(letters, within(block, '0', '9'))) << i;
    joiner |= mask_of(joiners) << i;
    capital |= mask_of(capitals) << i;
    space |= mask_of(_mm_cmpeq_epi8(block, _mm_set1_epi8(' '))) << i;
    twice |= mask_of(_mm_cmpeq_epi8(folded, _mm_or_si128(load(i + 1), small_bit))) << i;
  }
  word = alnum | (joiner & (alnum << 1) & (alnum >> 1));
  // What stands at the last byte depends on the one after it, so no word may end there.
  stop = ~word & (word << 1) & ~(uint64_t{1} << (kWindow - 1));
  // Three of one letter: the text equals itself one byte further on, twice in a row.
  const uint64_t thrice = twice & (twice >> 1) & alpha;
  const uint64_t two = word & (word >> 1);
  const uint64_t four = two & (two >> 2);
  const uint64_t eight = four & (four >> 4);
  odd = thrice | (eight & (eight >> 8));
}

/// Takes short ASCII words from p_ on, with the one space after each. True when it stopped at a word that it cannot
/// take: of sixteen bytes or more, elongated, or perhaps something else than a word.
bool Cutter::short_words() {
  while (true) {
    auto at = window_.begin == nullptr ? kWindow : static_cast<std::size_t>(p_ - window_.begin);
    if (at >= kWindow || ((window_.stop | window_.odd) >> at) == 0) {
      window_.look_at(p_, readable(p_));
      at = 0;
    }
    if (count_ + kWindow / 2 > limits::kTokens) return true;  // the long way counts each word
    const uint64_t from_here = ~uint64_t{0} << at;
    // A word is followed by one space and the next word, up to the first stop that is not like this.
    const uint64_t easy = window_.stop & window_.space & (window_.word >> 1);
    const uint64_t ends = window_.stop & from_here;
    const uint64_t hard = ((window_.stop & ~easy) | window_.odd) & from_here;
    const uint64_t lowest = hard & (0 - hard);
    uint64_t taken = ends & (lowest - 1);  // no hard one: all of them
    bool spaced = true;
    bool odd = false;
    if ((lowest & ends) != 0) {
      const auto stop = static_cast<std::size_t>(std::countr_zero(lowest));
      const uint64_t begins = window_.word & ~(window_.word << 1) & (lowest - 1);
      const std::size_t size = stop - static_cast<std::size_t>(std::bit_width(begins) - 1);
      spaced = (lowest & window_.space) != 0;
      odd = !spaced && may_go_on(size, window_.bytes[stop], window_.bytes[stop + 1]);
      if (!odd) taken |= lowest;
    } else {
      odd = lowest != 0;
    }
    if (taken != 0) {
      take_words(at, taken);
      const auto last = static_cast<std::size_t>(std::bit_width(taken) - 1);
      const bool last_spaced = (taken & lowest) == 0 || spaced;
      p_ = window_.begin + last + (last_spaced ? 1 : 0);
      space_ = last_spaced ? static_cast<unsigned>(kSpaceBefore) : 0U;
    }
    if (lowest != 0) return odd;
    if (p_ >= end_ || !is_alnum(*p_)) return false;
  }
}

/// Takes the words of the window from `at` on that end at the bits of `ends`; they are parted by one byte each.
void Cutter::take_words(std::size_t at, uint64_t ends) {
  const std::size_t words = static_cast<std::size_t>(std::popcount(ends));
  if (count_ + words > tokens_.tokens.size()) more_tokens(words);
  const char* const bytes = window_.bytes;
  const uint64_t capital = window_.capital;
  // All letters up to the last end are letters of these words.
  const uint64_t range = (~uint64_t{0} << at) & (std::bit_floor(ends) - 1);
  latin_ += static_cast<uint32_t>(std::popcount(window_.alpha & range));
  words_ += static_cast<uint32_t>(words);
  char* const base = tokens_.normalised.data();
  auto begin = static_cast<uint32_t>(out_ - base);
  unsigned space = space_;
  const uint64_t laughing_hash = short_word_hash('x' | 'd' << 8, 0, 2);
  Token* token = tokens_.tokens.data() + count_;
  count_ += words;
  for (; ends != 0; ends &= ends - 1) {
    const auto end = static_cast<std::size_t>(std::countr_zero(ends));
    const std::size_t size = end - at;
    const __m128i folded =
        _mm_or_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at)), _mm_set1_epi8(0x20));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(base + begin), folded);
    unsigned flags = space;
    space = kSpaceBefore;
    const uint64_t ahead = capital >> at;
    if ((ahead & ((uint64_t{1} << size) - 1)) != 0) {
      const uint64_t here = (uint64_t{1} << size) - 1;
      flags |= case_flags((window_.alpha >> at) & here, ahead & here);
      words_all_caps_ += (flags & kAllCaps) != 0 ? 1 : 0;
    }
    token->hash = short_word_hash(static_cast<uint64_t>(_mm_cvtsi128_si64(folded)),
                                  static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(folded, folded))), size);
    token->begin = begin;
    begin += static_cast<uint32_t>(size);
    token->end = begin;
    token->kind = TokenKind::word;
    token->flags = static_cast<uint8_t>(flags);
    token->run = 1;
    if (token->hash == laughing_hash) [[unlikely]]
      laughing(*token);
    ++token;
    at = end + 1;
  }
  out_ = base + begin;
}

/// "xd" is a face that looks like a word.
void Cutter::laughing(Token& token) {
  --words_;
  words_all_caps_ -= (token.flags & kAllCaps) != 0 ? 1 : 0;
  tokens_.normalised[token.begin + 1] = 'D';
  token.kind = TokenKind::emoticon;
  token.flags &= kSpaceBefore;
  token.hash = padded_word_hash(tokens_.normalised.data() + token.begin, 2);
}

}  // namespace roomtone::text
