#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/tokens.hpp"

namespace roomtone::text {

inline constexpr std::size_t kWindow = 64;
/// Bytes that may be read from where a window begins.
inline constexpr std::size_t kReadable = kWindow + 16;

/// Instructions beyond those that every machine of ours has; what is written for both gives the same bits. A function
/// of ROOMTONE_AVX2 is compiled for it by itself, so that nothing else of its file needs it.
struct Portable {};
#if defined(__x86_64__)
struct Avx2 {};
/// Those of Ice Lake and later, on which wide instructions do not slow the core down.
struct Avx512 : Avx2 {};
#define ROOMTONE_AVX2 __attribute__((target("avx2,bmi,bmi2")))
#endif

/// What 64 bytes of a text are, in masks with a bit for each byte. Looked at together, words wait for each other's
/// lengths only, not for the classification.
struct Window {
  const char* begin = nullptr;  // in the text
  const char* bytes = nullptr;  // the same bytes, and kReadable of them
  uint64_t word = 0;            // letters and digits, and apostrophes and hyphens between them
  uint64_t begin_of_word = 0;   // the first byte of each
  uint64_t stop = 0;            // the byte after a word
  uint64_t mark = 0;            // one of . , ! ? ; : that is a token: after a word, with a gap behind it
  uint64_t shout = 0;           // '!' and '?'
  uint64_t space = 0;           // white space
  uint64_t gap = 0;             // the same, and what is past the end of the text
  uint64_t hard = 0;            // anything else, and where sixteen bytes of a word begin, or three of one letter
  uint64_t alpha = 0;
  uint64_t capital = 0;

  /// A token, as far as the byte tells that it begins with.
  struct Beginning {
    TokenKind kind;
    uint8_t flags;  // as for a word of small letters after the first
  };
  std::array<Beginning, kWindow> tokens;

  /// Looks at kWindow bytes, of which the text has `left`. One byte more is read.
  void look_at(Portable, const char* text, const char* readable, std::size_t left);
#if defined(__x86_64__)
  void look_at(Avx2, const char* text, const char* readable, std::size_t left);
  void look_at(Avx512, const char* text, const char* readable, std::size_t left);
#endif

 private:
  /// What the bytes are one by one, a bit for each.
  struct Bytes {
    uint64_t letter = 0;
    uint64_t capital = 0;
    uint64_t alnum = 0;
    uint64_t joiner = 0;
    uint64_t space = 0;
    uint64_t shout = 0;
    uint64_t mark = 0;
    uint64_t twice = 0;  // the next byte is the same, or the same letter
  };
  void conclude(const Bytes& is, const char* text, const char* readable, std::size_t left);
};

}  // namespace roomtone::text
