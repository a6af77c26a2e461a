#include <algorithm>
#include <cstring>

#include "text/classify.hpp"
#include "text/cutter.hpp"
#include "text/hashtag_words.hpp"

namespace roomtone::text {

namespace {

constexpr std::size_t kParts = 32;  // of one hashtag; what follows stays with the last

/// What decides where a hashtag is cut.
enum class Case : uint8_t { none, capital, small, digit };

struct Part {
  std::size_t begin = 0;  // within the hashtag's bytes
  std::size_t end = 0;
  LetterCount count;
};

/// Finds the parts of a hashtag from its characters in order:
/// HorseRacing2024 is horse racing 2024, NASCARRace is nascar race, BLM is blm, over_the_top is three.
class Splitter {
 public:
  /// A character goes to [at, end) of the normalised hashtag. `last_small`: an 's' at the end of a run of letters,
  /// which keeps a plural like MPs in one piece.
  void add(Case now, std::size_t at, std::size_t end, bool last_small) {
    if (before_ == Case::none) {
      start(at);
    } else if (now == Case::digit ? before_ != Case::digit : before_ == Case::digit) {
      start(at);
    } else if (now == Case::capital && before_ == Case::small) {
      start(at);
    } else if (now == Case::small && before_ == Case::capital && open().count.capitals >= 2 && !last_small) {
      // The capital before this letter begins the next word: NASCARRace.
      Part& part = open();
      if (size_ < kParts) {
        part.end = before_at_;
        --part.count.capitals;
        --part.count.letters;
        start(before_at_);
        open().count.add(true);
      }
    }
    open().end = end;
    if (now != Case::digit) open().count.add(now == Case::capital);
    before_ = now;
    before_at_ = at;
  }
  /// A mark or joiner: part of the character before it.
  void extend(std::size_t end) {
    if (size_ != 0 && before_ != Case::none) open().end = end;
  }
  void separate() { before_ = Case::none; }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const Part& operator[](std::size_t i) const { return parts_[i]; }

 private:
  void start(std::size_t at) {
    if (size_ == kParts) return;
    parts_[size_++] = {at, at, {}};
  }
  Part& open() { return parts_[size_ - 1]; }

  std::array<Part, kParts> parts_;
  std::size_t size_ = 0;
  Case before_ = Case::none;
  std::size_t before_at_ = 0;
};

/// Copies a part with every run of one ASCII letter cut to two; returns its new size.
std::size_t cut_runs(const char* from, std::size_t size, char* out) {
  std::size_t written = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (i >= 2 && is_letter(from[i]) && from[i] == from[i - 1] && from[i] == from[i - 2]) continue;
    out[written++] = from[i];
  }
  return written;
}

}  // namespace

/// A hashtag behind a sign of `sign` bytes at p_: the whole, then its parts. Digits alone are no hashtag.
void Cutter::hashtag(std::size_t sign) {
  room(kHashtagBytes + kUtf8Bytes);
  const char* q = p_ + sign;
  Splitter splitter;
  std::size_t written = 0;
  uint32_t latin = 0;
  uint32_t other = 0;
  char32_t last = 0;
  std::size_t last_at = 0;
  while (q < end_) {
    CodePoint c{static_cast<unsigned char>(*q), 1};
    Case now = Case::none;
    char32_t lower = c.value;
    bool mark = false;
    if (!is_high(*q)) {
      if (!is_alnum(*q) && *q != '_') break;
      now = is_upper(*q) ? Case::capital : is_lower(*q) ? Case::small : is_digit(*q) ? Case::digit : Case::none;
      lower = static_cast<unsigned char>(to_lower(*q));
    } else {
      c = decode(q, end_);
      const CodeKind kind = kind_of(c.value);
      if (kind == CodeKind::ignorable) {
        q += c.size;
        continue;
      }
      if (kind != CodeKind::letter && kind != CodeKind::digit && (kind != CodeKind::mark || written == 0)) break;
      mark = kind == CodeKind::mark;
      if (mark) {
        lower = c.value;
      } else {
        lower = lower_of(c.value);
        now = kind == CodeKind::digit ? Case::digit : is_capital(c.value) ? Case::capital : Case::small;
      }
    }
    q += c.size;
    if (written + kUtf8Bytes > kHashtagBytes) continue;
    if (mark) {
      const char32_t whole = composed(last, lower);
      if (whole != 0) {
        last = whole;
        written = last_at + encode(whole, out_ + last_at);
      } else {
        last_at = written;
        last = lower;
        written += encode(lower, out_ + written);
      }
      splitter.extend(written);
      continue;
    }
    last = lower;
    last_at = written;
    written += encode(lower, out_ + written);
    if (now == Case::none) {
      splitter.separate();
      continue;
    }
    if (now != Case::digit) (script_of(lower) == Script::latin ? latin : other) += 1;
    splitter.add(now, last_at, written, lower == 's' && !word_goes_on(q));
  }
  if (latin + other == 0) {
    p_ += sign;
    space_ = 0;
    return;
  }
  latin_ += latin;
  other_ += other;
  p_ = q;
  const auto begin = static_cast<std::size_t>(out_ - tokens_.normalised.data());
  emit(TokenKind::hashtag, written, take_space());
  // Whoever used capitals or underscores has said where the words are.
  std::size_t parts_of_letters = 0;
  for (std::size_t i = 0; i < splitter.size(); ++i) parts_of_letters += splitter[i].count.letters > 0 ? 1 : 0;
  for (std::size_t i = 0; i < splitter.size(); ++i) {
    const Part& part = splitter[i];
    std::size_t size = part.end - part.begin;
    if (size > kWordBytes) {
      size = kWordBytes;
      const char* bytes = tokens_.normalised.data() + begin + part.begin;
      while ((static_cast<unsigned char>(bytes[size]) & 0xC0) == 0x80) --size;
    }
    const unsigned flags = kFromHashtag | part.count.flags();
    // The parts are views of the whole, save where a run of letters is cut.
    room(kWordBytes);
    const std::size_t kept = cut_runs(tokens_.normalised.data() + begin + part.begin, size, out_);
    if (kept == size) {
      hashtag_part(begin + part.begin, size, flags, parts_of_letters == 1);
    } else {
      emit(TokenKind::word, kept, flags | kElongated);
    }
  }
}

/// A part of a hashtag, at [begin, begin + size) of the normalised text: one word, or with `guess` several without a
/// gap.
void Cutter::hashtag_part(std::size_t begin, std::size_t size, unsigned flags, bool guess) {
  const std::string_view bytes(tokens_.normalised.data() + begin, size);
  const WordEnds ends = guess && std::ranges::all_of(bytes, is_lower) ? split_words(bytes) : WordEnds{};
  if (ends.count == 0) return emit_at(TokenKind::word, begin, size, flags);
  flags |= kGuessed;
  std::size_t from = 0;
  for (std::size_t i = 0; i < ends.count; ++i) {
    emit_at(TokenKind::word, begin + from, ends.at[i] - from, flags);
    from = ends.at[i];
    flags &= ~static_cast<unsigned>(kCapitalised);
  }
}

}  // namespace roomtone::text
