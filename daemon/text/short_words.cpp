#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "text/classify.hpp"
#include "text/cutter.hpp"

namespace roomtone::text {

namespace {

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

/// Tokens of a window: they begin at the bits of `begins` and end before those of `ends`.
struct Cut {
  const char* bytes;
  const Window::Beginning* beginnings;
  uint64_t begins;
  uint64_t ends;
};

/// Writes the tokens from `token` on, and their bytes from base + begin on. Returns those bits of `ends` where a word
/// is "xd".
[[gnu::always_inline]] inline uint64_t write_tokens(const Cut& cut, char* base, uint32_t begin, Token* token) {
  const __m128i small_bit = _mm_set1_epi8(0x20);
  const char* const bytes = cut.bytes;
  const Window::Beginning* const beginnings = cut.beginnings;
  uint64_t laughs = 0;
  uint64_t begins = cut.begins;
  for (uint64_t ends = cut.ends; ends != 0; ends &= ends - 1, begins &= begins - 1) {
    const auto from = lowest_bit(begins);
    const std::size_t size = lowest_bit(ends) - from;
    const __m128i folded = _mm_or_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + from)), small_bit);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(base + begin), folded);
    const auto* const mask = reinterpret_cast<const __m128i*>(&kWordMasks[size]);
    const __m128i word = _mm_xor_si128(_mm_and_si128(folded, _mm_load_si128(mask)), _mm_load_si128(mask + 1));
    const uint64_t hash = salted_word_hash(static_cast<uint64_t>(_mm_cvtsi128_si64(word)),
                                           static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(word, word))));
    token->hash = hash;
    token->begin = begin;
    begin += static_cast<uint32_t>(size);
    token->end = begin;
    const Window::Beginning beginning = beginnings[from];
    token->kind = beginning.kind;
    token->flags = beginning.flags;
    token->run = 1;
    ++token;
    if (hash == kLaughingHash) [[unlikely]]
      laughs |= ends & (0 - ends);
  }
  return laughs;
}

// Functions of their own, in which all that the loop needs stays in registers; BMI2's multiplication would need more.
[[gnu::noinline]] uint64_t write_tokens(Portable, const Cut& cut, char* base, uint32_t begin, Token* token) {
  return write_tokens(cut, base, begin, token);
}
#if defined(__x86_64__)
[[gnu::noinline]] __attribute__((target("avx2,bmi"))) uint64_t write_tokens(Avx2, const Cut& cut, char* base,
                                                                            uint32_t begin, Token* token) {
  return write_tokens(cut, base, begin, token);
}
#endif

}  // namespace

/// Takes short ASCII words from p_ on, with the marks and the white space after them. True when it stopped at a word
/// that it cannot take: of sixteen bytes or more, elongated, or perhaps something else than a word.
template <typename Machine>
[[gnu::always_inline]] inline bool Cutter::short_words_on(Machine machine) {
  while (true) {
    auto at = window_.begin == nullptr ? kWindow : static_cast<std::size_t>(p_ - window_.begin);
    // Looked at again where nothing more is known, and where a word begins that was inside one: behind "@you-".
    if (at >= kWindow || ((window_.stop | window_.hard) >> at) == 0 || ((window_.begin_of_word >> at) & 1) == 0) {
      window_.look_at(machine, p_, readable(p_), left());
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
      take(machine, at, ends);
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
template <typename Machine>
[[gnu::always_inline]] inline void Cutter::take(Machine machine, std::size_t at, uint64_t ends) {
  const auto taken = static_cast<std::size_t>(std::popcount(ends));
  if (count_ + taken > tokens_.tokens.size()) more_tokens(taken);
  const uint64_t from_here = ~uint64_t{0} << at;
  const uint64_t words = window_.begin_of_word & from_here;
  const uint64_t marks = window_.mark & (ends >> 1);
  // All letters up to the last end are letters of these words.
  latin_ += static_cast<uint32_t>(std::popcount(window_.alpha & from_here & (std::bit_floor(ends) - 1)));
  words_ += static_cast<uint32_t>(taken) - static_cast<uint32_t>(std::popcount(marks));
  if ((marks & window_.shout) != 0) count_shouts(marks & window_.shout);

  char* const base = tokens_.normalised.data();
  Token* const first = tokens_.tokens.data() + count_;
  const Cut cut{window_.bytes, window_.tokens.data(), words | marks, ends};
  const uint64_t laughs = write_tokens(machine, cut, base, static_cast<uint32_t>(out_ - base), first);
  count_ += taken;
  out_ = base + first[taken - 1].end;
  first->flags = static_cast<uint8_t>((first->flags & ~unsigned{kSpaceBefore}) | space_);
  for (uint64_t rest = laughs; rest != 0; rest &= rest - 1) {
    laughing(first[std::popcount(ends & ((rest & (0 - rest)) - 1))]);
  }

  // A carry that runs from the begin of a word through all but small letters comes out behind the words without them.
  // Of those and the words that begin with a digit, the first byte does not tell the flags.
  const uint64_t word = window_.word & from_here;
  const uint64_t no_small = (word & ~(window_.alpha & ~window_.capital)) + words;
  const uint64_t digit_first = word + (words & ~window_.alpha);
  const uint64_t special = (no_small | digit_first) & window_.stop & ends & ~(words << 1);
  if (special != 0) all_caps(first, words, ends, special);
}

#if defined(__x86_64__)

namespace {
const bool kHasAvx2 =
    __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
const bool kHasAvx512 =
    kHasAvx2 && __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vbmi") != 0;
}  // namespace

ROOMTONE_AVX2 bool Cutter::short_words_with(Avx2 machine) { return short_words_on(machine); }
ROOMTONE_AVX2 bool Cutter::short_words_with(Avx512 machine) { return short_words_on(machine); }
bool Cutter::short_words() {
  if (kHasAvx512) return short_words_with(Avx512{});
  return kHasAvx2 ? short_words_with(Avx2{}) : short_words_on(Portable{});
}

#else

bool Cutter::short_words() { return short_words_on(Portable{}); }

#endif

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
