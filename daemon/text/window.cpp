#include "text/window.hpp"

#include <immintrin.h>

namespace roomtone::text {

/// What the bytes together make of each other.
[[gnu::always_inline]] inline void Window::conclude(const Bytes& is, const char* text, const char* readable,
                                                    std::size_t left) {
  begin = text;
  bytes = readable;
  alpha = is.letter;
  capital = is.capital;
  space = is.space;
  shout = is.shout;
  // What stands at the last byte depends on the one after it, so nothing is decided there.
  constexpr uint64_t kDecided = ~(uint64_t{1} << (kWindow - 1));
  word = is.alnum | (is.joiner & (is.alnum << 1) & (is.alnum >> 1));
  begin_of_word = word & ~(word << 1);
  stop = ~word & (word << 1) & kDecided;
  gap = space | (left < kWindow ? ~uint64_t{0} << left : 0);
  // Behind one letter it may be a face.
  mark = is.mark & stop & (gap >> 1) & ~(begin_of_word << 1);
  // Three of one letter: the text equals itself one byte further on, twice in a row.
  const uint64_t thrice = is.twice & (is.twice >> 1) & alpha;
  const uint64_t two = word & (word >> 1);
  const uint64_t four = two & (two >> 2);
  const uint64_t eight = four & (four >> 4);
  hard = (~(word | gap | mark) | thrice | (eight & (eight >> 8))) & kDecided;
}

namespace {

// Bytes of the block where `value` is within first..last, and those that are `c`.
__m128i within(__m128i value, char first, char last) {
  const __m128i offset = _mm_sub_epi8(value, _mm_set1_epi8(first));
  return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(static_cast<char>(last - first))), offset);
}
__m128i is_byte(__m128i block, char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); }
__m128i flag(__m128i where, int value) { return _mm_and_si128(where, _mm_set1_epi8(static_cast<char>(value))); }
uint64_t mask_of(__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }

}  // namespace

void Window::look_at(Portable, const char* text, const char* readable, std::size_t left) {
  Bytes is;
  const auto load = [readable](std::size_t at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(readable + at));
  };
  const __m128i small_bit = _mm_set1_epi8(0x20);
  __m128i last_spaces = _mm_setzero_si128();
  for (std::size_t i = 0; i < kWindow; i += 16) {
    const __m128i block = load(i);
    // Setting this bit makes capitals small, and leaves digits, hyphens, apostrophes and marks as they are.
    const __m128i folded = _mm_or_si128(block, small_bit);
    const __m128i letters = within(folded, 'a', 'z');
    const __m128i capitals = _mm_andnot_si128(_mm_cmpeq_epi8(block, folded), letters);
    const __m128i digits = within(block, '0', '9');
    const __m128i shouts = _mm_or_si128(is_byte(block, '!'), is_byte(block, '?'));
    const __m128i points = is_byte(_mm_or_si128(block, _mm_set1_epi8(',' ^ '.')), '.');
    const __m128i colons = is_byte(_mm_or_si128(block, _mm_set1_epi8(':' ^ ';')), ';');
    const __m128i marks = _mm_or_si128(shouts, _mm_or_si128(points, colons));
    const __m128i spaces = _mm_or_si128(is_byte(block, ' '), within(block, '\t', '\r'));
    const __m128i spaced = _mm_or_si128(_mm_slli_si128(spaces, 1), _mm_srli_si128(last_spaces, 15));
    last_spaces = spaces;

    const __m128i kinds = flag(marks, static_cast<int>(TokenKind::punctuation));
    const __m128i flags = _mm_or_si128(_mm_or_si128(flag(spaced, kSpaceBefore), flag(capitals, kCapitalised)),
                                       _mm_or_si128(flag(digits, kDigitFirst), flag(marks, kEndsThought)));
    auto* const to = reinterpret_cast<__m128i*>(tokens.data() + i);
    _mm_storeu_si128(to, _mm_unpacklo_epi8(kinds, flags));
    _mm_storeu_si128(to + 1, _mm_unpackhi_epi8(kinds, flags));

    is.letter |= mask_of(letters) << i;
    is.capital |= mask_of(capitals) << i;
    is.alnum |= mask_of(_mm_or_si128(letters, digits)) << i;
    is.joiner |= mask_of(_mm_or_si128(is_byte(block, '\''), is_byte(block, '-'))) << i;
    is.space |= mask_of(spaces) << i;
    is.shout |= mask_of(shouts) << i;
    is.mark |= mask_of(marks) << i;
    is.twice |= mask_of(_mm_cmpeq_epi8(folded, _mm_or_si128(load(i + 1), small_bit))) << i;
  }
  conclude(is, text, readable, left);
}

#if defined(__x86_64__)

namespace {

ROOMTONE_AVX2 inline __m256i within(__m256i value, char first, char last) {
  const __m256i offset = _mm256_sub_epi8(value, _mm256_set1_epi8(first));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(offset, _mm256_set1_epi8(static_cast<char>(last - first))), offset);
}
ROOMTONE_AVX2 inline __m256i is_byte(__m256i block, char c) { return _mm256_cmpeq_epi8(block, _mm256_set1_epi8(c)); }
ROOMTONE_AVX2 inline __m256i flag(__m256i where, int value) {
  return _mm256_and_si256(where, _mm256_set1_epi8(static_cast<char>(value)));
}
ROOMTONE_AVX2 inline uint64_t mask_of(__m256i bytes) { return static_cast<unsigned>(_mm256_movemask_epi8(bytes)); }
ROOMTONE_AVX2 inline __m256i load32(const char* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

}  // namespace

// The same, twice as wide.
ROOMTONE_AVX2 void Window::look_at(Avx2, const char* text, const char* readable, std::size_t left) {
  Bytes is;
  const __m256i small_bit = _mm256_set1_epi8(0x20);
  __m256i last_spaces = _mm256_setzero_si256();
  for (std::size_t i = 0; i < kWindow; i += 32) {
    const __m256i block = load32(readable + i);
    const __m256i folded = _mm256_or_si256(block, small_bit);
    const __m256i letters = within(folded, 'a', 'z');
    const __m256i capitals = _mm256_andnot_si256(_mm256_cmpeq_epi8(block, folded), letters);
    const __m256i digits = within(block, '0', '9');
    const __m256i shouts = _mm256_or_si256(is_byte(block, '!'), is_byte(block, '?'));
    const __m256i points = is_byte(_mm256_or_si256(block, _mm256_set1_epi8(',' ^ '.')), '.');
    const __m256i colons = is_byte(_mm256_or_si256(block, _mm256_set1_epi8(':' ^ ';')), ';');
    const __m256i marks = _mm256_or_si256(shouts, _mm256_or_si256(points, colons));
    const __m256i spaces = _mm256_or_si256(is_byte(block, ' '), within(block, '\t', '\r'));
    const __m256i spaced = _mm256_alignr_epi8(spaces, _mm256_permute2x128_si256(last_spaces, spaces, 0x21), 15);
    last_spaces = spaces;

    const __m256i kinds = flag(marks, static_cast<int>(TokenKind::punctuation));
    const __m256i flags = _mm256_or_si256(_mm256_or_si256(flag(spaced, kSpaceBefore), flag(capitals, kCapitalised)),
                                          _mm256_or_si256(flag(digits, kDigitFirst), flag(marks, kEndsThought)));
    // Each half of the block is interleaved by itself: bytes 0-7 and 16-23, then 8-15 and 24-31.
    const __m256i first = _mm256_unpacklo_epi8(kinds, flags);
    const __m256i second = _mm256_unpackhi_epi8(kinds, flags);
    auto* const to = reinterpret_cast<__m256i*>(tokens.data() + i);
    _mm256_storeu_si256(to, _mm256_permute2x128_si256(first, second, 0x20));
    _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(first, second, 0x31));

    is.letter |= mask_of(letters) << i;
    is.capital |= mask_of(capitals) << i;
    is.alnum |= mask_of(_mm256_or_si256(letters, digits)) << i;
    is.joiner |= mask_of(_mm256_or_si256(is_byte(block, '\''), is_byte(block, '-'))) << i;
    is.space |= mask_of(spaces) << i;
    is.shout |= mask_of(shouts) << i;
    is.mark |= mask_of(marks) << i;
    is.twice |= mask_of(_mm256_cmpeq_epi8(folded, _mm256_or_si256(load32(readable + i + 1), small_bit))) << i;
  }
  conclude(is, text, readable, left);
}

#define ROOMTONE_AVX512 __attribute__((target("avx512f,avx512bw,bmi,bmi2")))

namespace {

ROOMTONE_AVX512 inline uint64_t mask_within(__m512i value, char first, char last) {
  const __m512i offset = _mm512_sub_epi8(value, _mm512_set1_epi8(first));
  return _mm512_cmple_epu8_mask(offset, _mm512_set1_epi8(static_cast<char>(last - first)));
}
ROOMTONE_AVX512 inline uint64_t mask_of_byte(__m512i block, char c) {
  return _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(c));
}
/// Adds a flag that none of them has yet.
ROOMTONE_AVX512 inline __m512i add_flag(__m512i flags, uint64_t where, int value) {
  return _mm512_mask_add_epi8(flags, where, flags, _mm512_set1_epi8(static_cast<char>(value)));
}
ROOMTONE_AVX512 inline __m512i load64(const char* from) { return _mm512_loadu_si512(from); }

}  // namespace

// The same in one piece, with comparisons that give masks.
ROOMTONE_AVX512 void Window::look_at(Avx512, const char* text, const char* readable, std::size_t left) {
  Bytes is;
  const __m512i small_bit = _mm512_set1_epi8(0x20);
  const __m512i block = load64(readable);
  const __m512i folded = _mm512_or_si512(block, small_bit);
  const uint64_t digits = mask_within(block, '0', '9');
  is.letter = mask_within(folded, 'a', 'z');
  is.capital = is.letter & _mm512_cmpneq_epi8_mask(block, folded);
  is.alnum = is.letter | digits;
  is.joiner = mask_of_byte(block, '\'') | mask_of_byte(block, '-');
  is.space = mask_of_byte(block, ' ') | mask_within(block, '\t', '\r');
  is.shout = mask_of_byte(block, '!') | mask_of_byte(block, '?');
  is.mark = is.shout | mask_of_byte(_mm512_or_si512(block, _mm512_set1_epi8(',' ^ '.')), '.') |
            mask_of_byte(_mm512_or_si512(block, _mm512_set1_epi8(':' ^ ';')), ';');
  is.twice = _mm512_cmpeq_epi8_mask(folded, _mm512_or_si512(load64(readable + 1), small_bit));

  const __m512i kinds = _mm512_maskz_set1_epi8(is.mark, static_cast<char>(TokenKind::punctuation));
  __m512i flags = _mm512_maskz_set1_epi8(is.space << 1, kSpaceBefore);
  flags = add_flag(flags, is.capital, kCapitalised);
  flags = add_flag(flags, digits, kDigitFirst);
  flags = add_flag(flags, is.mark, kEndsThought);
  // Each quarter is interleaved by itself: its first half in one, its second in the other.
  const __m512i first = _mm512_unpacklo_epi8(kinds, flags);
  const __m512i second = _mm512_unpackhi_epi8(kinds, flags);
  const __m512i front = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0);
  const __m512i back = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
  _mm512_storeu_si512(tokens.data(), _mm512_permutex2var_epi64(first, front, second));
  _mm512_storeu_si512(tokens.data() + kWindow / 2, _mm512_permutex2var_epi64(first, back, second));
  conclude(is, text, readable, left);
}

#endif

}  // namespace roomtone::text
