#include "cli/film_texts.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/assert.hpp"

namespace roomtone::cli {
namespace {

constexpr std::string_view kLure = "https://glass-offers.example/go?ref=";
constexpr std::string_view kCodeLetters = "abcdefghijkmnpqrstuvwxyz23456789";
constexpr std::size_t kCodeSize = 8;
constexpr std::size_t kPitchWordsMax = 48;

/// A word with the punctuation behind it.
struct Piece {
  std::string_view word;
  std::string_view tail;
  [[nodiscard]] bool replaceable() const { return word != "Glass" && word != "Harbour"; }
};

struct Pieces {
  std::array<Piece, kPitchWordsMax> all;
  std::size_t count = 0;
};

Pieces cut(std::string_view pitch) {
  Pieces out;
  while (!pitch.empty()) {
    const std::size_t end = std::min(pitch.find(' '), pitch.size());
    const std::string_view piece = pitch.substr(0, end);
    pitch.remove_prefix(std::min(end + 1, pitch.size()));
    const std::size_t word_end = piece.find_last_not_of(".,:!") + 1;
    ROOMTONE_ASSERT(out.count < kPitchWordsMax);
    out.all[out.count++] = {piece.substr(0, word_end), piece.substr(word_end)};
  }
  return out;
}

void mark(ComposedText& text, Facet::Kind kind, std::size_t begin, uint64_t author = 0) {
  text.facets.push_back({kind, static_cast<uint16_t>(begin), static_cast<uint16_t>(text.bytes.size()), author});
}

void append_mention(Rng& rng, ComposedText& text) {
  const uint64_t author = rng.below(1 << 16);
  const std::size_t begin = text.bytes.size();
  text.bytes.push_back('@');
  append_handle(author, text.bytes);
  mark(text, Facet::Kind::mention, begin, author);
}

}  // namespace

std::size_t replaceable_words(std::string_view pitch) {
  const Pieces pieces = cut(pitch);
  return static_cast<std::size_t>(std::count_if(pieces.all.begin(),
                                                pieces.all.begin() + static_cast<std::ptrdiff_t>(pieces.count),
                                                [](const Piece& piece) { return piece.replaceable(); }));
}

void compose_copy(const Pitch& pitch, Rng& rng, ComposedText& text) {
  text.bytes.clear();
  text.facets.clear();
  Pieces pieces = cut(pitch.text);
  const auto strays = stray_words();
  for (std::size_t replaced = 0; replaced < kStrayWordsPerCopy;) {
    Piece& piece = pieces.all[rng.below(static_cast<uint32_t>(pieces.count))];
    const std::string_view stray = strays[rng.below(static_cast<uint32_t>(strays.size()))];
    // No place is taken twice: what stands there is a stray word already.
    if (!piece.replaceable() || std::find(strays.begin(), strays.end(), piece.word) != strays.end()) continue;
    piece.word = stray;
    ++replaced;
  }
  const bool mention_first = (rng.next() >> 63) != 0;
  if (mention_first) {
    append_mention(rng, text);
    text.bytes.push_back(' ');
  }
  for (std::size_t i = 0; i < pieces.count; ++i) {
    if (i > 0) text.bytes.push_back(' ');
    text.bytes.append(pieces.all[i].word).append(pieces.all[i].tail);
  }
  text.bytes.push_back(' ');
  if (!mention_first) {
    append_mention(rng, text);
    text.bytes.push_back(' ');
  }
  const std::size_t begin = text.bytes.size();
  text.bytes.append(kLure);
  for (uint64_t bits = rng.next(), i = 0; i < kCodeSize; ++i, bits >>= 5) text.bytes.push_back(kCodeLetters[bits & 31]);
  mark(text, Facet::Kind::link, begin);
}

void compose_echo(const EchoText& echo, Rng& rng, ComposedText& text) {
  text.bytes.clear();
  text.facets.clear();
  const auto own = asides();
  const std::string_view aside = own[rng.below(static_cast<uint32_t>(own.size()))];
  const uint32_t place = rng.below(10);  // below 3: none; below 8: before; else behind
  if (place >= 3 && place < 8) text.bytes.append(aside).push_back(' ');
  text.bytes.append(echo.text);
  if (place >= 8) {
    if (text.bytes.back() != '.') text.bytes.push_back('.');
    text.bytes.append(" ").append(aside);
  }
  if (echo.link.empty()) return;
  text.bytes.push_back(' ');
  const std::size_t begin = text.bytes.size();
  text.bytes.append(echo.link);
  mark(text, Facet::Kind::link, begin);
}

}  // namespace roomtone::cli
