#include <emmintrin.h>

#include <algorithm>
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

/// Of a value that is not zero, which saves the check.
std::size_t lowest_bit(uint64_t value) { return static_cast<unsigned>(__builtin_ctzll(value)); }

unsigned case_flags(uint64_t letters, uint64_t capitals) {
  const bool several = (letters & (letters - 1)) != 0;
  if (capitals == letters && several) return kAllCaps;
  return (capitals & (letters & -letters)) != 0 ? static_cast<unsigned>(kCapitalised) : 0U;
}

constexpr uint64_t kLaughingHash = word_hash16('x' | 'd' << 8, 0, 2);

}  // namespace

/// Looks at the kWindow bytes from p on, of which the text has `left`. One byte more is read.
void Cutter::Window::look_at(const char* text, const char* readable, std::size_t left) {
  begin = text;
  bytes = readable;
  // Kept in registers: as members they would be written again after every store to the lists of bytes.
  uint64_t letter = 0;
  uint64_t large = 0;
  uint64_t white = 0;
  uint64_t loud = 0;
  uint64_t alnum = 0;
  uint64_t joiner = 0;
  uint64_t marks = 0;
  uint64_t twice = 0;
  const auto load = [this](std::size_t at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at)); };
  const auto is = [](__m128i block, char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
  const __m128i small_bit = _mm_set1_epi8(0x20);
  __m128i last_spaces = _mm_setzero_si128();
  for (std::size_t i = 0; i < kWindow; i += 16) {
    const __m128i block = load(i);
    // Setting this bit makes capitals small, and leaves digits, hyphens, apostrophes and marks as they are.
    const __m128i folded = _mm_or_si128(block, small_bit);
    const __m128i letters = within(folded, 'a', 'z');
    const __m128i capitals = _mm_andnot_si128(_mm_cmpeq_epi8(block, folded), letters);
    const __m128i shouts = _mm_or_si128(is(block, '!'), is(block, '?'));
    const __m128i points = is(_mm_or_si128(block, _mm_set1_epi8(',' ^ '.')), '.');
    const __m128i colons = is(_mm_or_si128(block, _mm_set1_epi8(':' ^ ';')), ';');
    const __m128i marked = _mm_or_si128(shouts, _mm_or_si128(points, colons));
    const __m128i spaces = _mm_or_si128(is(block, ' '), within(block, '\t', '\r'));
    const __m128i spaced = _mm_or_si128(_mm_slli_si128(spaces, 1), _mm_srli_si128(last_spaces, 15));
    last_spaces = spaces;
    const auto store = [i](std::array<uint8_t, kWindow>& to, __m128i value) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to.data() + i), value);
    };
    store(kind, _mm_and_si128(marked, _mm_set1_epi8(static_cast<char>(TokenKind::punctuation))));
    const auto flag = [](__m128i where, TokenFlag value) { return _mm_and_si128(where, _mm_set1_epi8(value)); };
    const __m128i digits = within(block, '0', '9');
    store(flags, _mm_or_si128(_mm_or_si128(flag(spaced, kSpaceBefore), flag(capitals, kCapitalised)),
                              _mm_or_si128(flag(digits, kDigitFirst), flag(marked, kEndsThought))));
    letter |= mask_of(letters) << i;
    alnum |= mask_of(_mm_or_si128(letters, digits)) << i;
    joiner |= mask_of(_mm_or_si128(is(block, '\''), is(block, '-'))) << i;
    large |= mask_of(capitals) << i;
    white |= mask_of(spaces) << i;
    loud |= mask_of(shouts) << i;
    marks |= mask_of(marked) << i;
    twice |= mask_of(_mm_cmpeq_epi8(folded, _mm_or_si128(load(i + 1), small_bit))) << i;
  }
  alpha = letter;
  capital = large;
  space = white;
  shout = loud;
  // What stands at the last byte depends on the one after it, so nothing is decided there.
  constexpr uint64_t kDecided = ~(uint64_t{1} << (kWindow - 1));
  word = alnum | (joiner & (alnum << 1) & (alnum >> 1));
  begin_of_word = word & ~(word << 1);
  stop = ~word & (word << 1) & kDecided;
  gap = space | (left < kWindow ? ~uint64_t{0} << left : 0);
  // Behind one letter it may be a face.
  mark = marks & stop & (gap >> 1) & ~(begin_of_word << 1);
  // Three of one letter: the text equals itself one byte further on, twice in a row.
  const uint64_t thrice = twice & (twice >> 1) & alpha;
  const uint64_t two = word & (word >> 1);
  const uint64_t four = two & (two >> 2);
  const uint64_t eight = four & (four >> 4);
  hard = (~(word | gap | mark) | thrice | (eight & (eight >> 8))) & kDecided;
}

/// Takes short ASCII words from p_ on, with the marks and the white space after them. True when it stopped at a word
/// that it cannot take: of sixteen bytes or more, elongated, or perhaps something else than a word.
bool Cutter::short_words() {
  while (true) {
    auto at = window_.begin == nullptr ? kWindow : static_cast<std::size_t>(p_ - window_.begin);
    // Looked at again where nothing more is known, and where a word begins that was inside one: behind "@you-".
    if (at >= kWindow || ((window_.stop | window_.hard) >> at) == 0 || ((window_.begin_of_word >> at) & 1) == 0) {
      window_.look_at(p_, readable(p_), left());
      at = 0;
    }
    if (count_ + kWindow > limits::kTokens) return true;  // the long way counts each word
    const uint64_t from_here = ~uint64_t{0} << at;
    const uint64_t hard = window_.hard & from_here;
    const uint64_t lowest = hard & (0 - hard);
    const uint64_t easy = from_here & (lowest - 1);  // nothing hard: all that follows
    uint64_t ends = (window_.stop & easy) | ((window_.mark & easy) << 1);
    bool odd = false;
    if ((lowest & window_.stop) != 0) {
      const auto stop = static_cast<std::size_t>(std::countr_zero(lowest));
      const uint64_t begins = window_.begin_of_word & (lowest - 1);
      const std::size_t size = stop - static_cast<std::size_t>(std::bit_width(begins) - 1);
      odd = may_go_on(size, window_.bytes[stop], window_.bytes[stop + 1]);
      if (!odd) ends |= lowest;
    } else {
      odd = (lowest & window_.word) != 0;
    }
    if (ends != 0) {
      take(at, ends);
      const uint64_t ahead = ~window_.gap & (0 - std::bit_floor(ends));
      const auto next = static_cast<std::size_t>(std::countr_zero(ahead));  // kWindow where there is nothing
      p_ += std::min(next - at, left());
      space_ = ((window_.space >> (next - 1)) & 1) != 0 ? static_cast<unsigned>(kSpaceBefore) : 0U;
    }
    if (lowest != 0) return odd;
    if (p_ >= end_ || !is_alnum(*p_)) return false;
  }
}

/// Takes the words and marks of the window from `at` on that end before the bits of `ends`; only gaps are between them.
void Cutter::take(std::size_t at, uint64_t ends) {
  const auto taken = static_cast<std::size_t>(std::popcount(ends));
  if (count_ + taken > tokens_.tokens.size()) more_tokens(taken);
  const uint64_t from_here = ~uint64_t{0} << at;
  const uint64_t words = window_.begin_of_word & from_here;
  const uint64_t marks = window_.mark & (ends >> 1);
  // All letters up to the last end are letters of these words.
  latin_ += static_cast<uint32_t>(std::popcount(window_.alpha & from_here & (std::bit_floor(ends) - 1)));
  words_ += static_cast<uint32_t>(taken) - static_cast<uint32_t>(std::popcount(marks));
  if ((marks & window_.shout) != 0) count_shouts(marks & window_.shout);
  window_.flags[at] = static_cast<uint8_t>((window_.flags[at] & ~unsigned{kSpaceBefore}) | space_);

  const char* const bytes = window_.bytes;
  char* const base = tokens_.normalised.data();
  auto begin = static_cast<uint32_t>(out_ - base);
  Token* const first = tokens_.tokens.data() + count_;
  Token* token = first;
  count_ += taken;
  const uint8_t* const kinds = window_.kind.data();
  const uint8_t* const flags = window_.flags.data();
  const __m128i small_bit = _mm_set1_epi8(0x20);
  uint64_t rest_begins = words | marks;
  for (uint64_t rest = ends; rest != 0; rest &= rest - 1, rest_begins &= rest_begins - 1) {
    const auto from = lowest_bit(rest_begins);
    const std::size_t size = lowest_bit(rest) - from;
    char* const out = base + begin;
    const __m128i folded = _mm_or_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + from)), small_bit);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), folded);
    const __m128i word = _mm_and_si128(folded, _mm_load_si128(reinterpret_cast<const __m128i*>(&kWordMasks[size])));
    token->hash = word_hash16(static_cast<uint64_t>(_mm_cvtsi128_si64(word)),
                              static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(word, word))), size);
    token->begin = begin;
    begin += static_cast<uint32_t>(size);
    token->end = begin;
    token->kind = static_cast<TokenKind>(kinds[from]);
    token->flags = flags[from];
    token->run = 1;
    if (token->hash == kLaughingHash) [[unlikely]]
      laughing(*token);
    ++token;
  }
  out_ = base + begin;

  // A carry that runs from the begin of a word through all but small letters comes out behind the words without them.
  // Of those and the words that begin with a digit, the first byte does not tell the flags.
  const uint64_t word = window_.word & from_here;
  const uint64_t no_small = (word & ~(window_.alpha & ~window_.capital)) + words;
  const uint64_t digit_first = word + (words & ~window_.alpha);
  const uint64_t special = (no_small | digit_first) & window_.stop & ends & ~(words << 1);
  if (special != 0) all_caps(first, words, ends, special);
}

/// Flags the words that end at the bits of `special` by all their letters.
void Cutter::all_caps(Token* first, uint64_t words, uint64_t ends, uint64_t special) {
  for (; special != 0; special &= special - 1) {
    const uint64_t before = (special & (0 - special)) - 1;
    const uint64_t here = before & (0 - std::bit_floor(words & before));
    Token& token = first[std::popcount(ends & before)];
    if ((window_.capital & here) == 0 || token.kind != TokenKind::word) continue;
    const unsigned flags = case_flags(window_.alpha & here, window_.capital & here);
    token.flags = static_cast<uint8_t>((token.flags & (kSpaceBefore | kDigitFirst)) | flags);
    words_all_caps_ += (flags & kAllCaps) != 0 ? 1 : 0;
  }
}

/// Counts the bytes of the window at these bits, each '!' or '?'.
void Cutter::count_shouts(uint64_t marks) {
  for (; marks != 0; marks &= marks - 1) {
    ++(window_.bytes[std::countr_zero(marks)] == '?' ? tokens_.questions : tokens_.exclamations);
  }
}

/// "xd" is a face that looks like a word.
void Cutter::laughing(Token& token) {
  --words_;
  ++tokens_.signs;
  tokens_.normalised[token.begin + 1] = 'D';
  token.kind = TokenKind::emoticon;
  token.flags &= kSpaceBefore;
  token.hash = padded_word_hash(tokens_.normalised.data() + token.begin, 2);
}

}  // namespace roomtone::text
