#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace roomtone::mood {

inline constexpr std::size_t kCuesBytesMax = 1024 * 1024;
inline constexpr std::size_t kCuesMax = 20'000;
inline constexpr std::size_t kCueBytesMax = 64;
inline constexpr std::size_t kCueLanguagesMax = 16;  // a model's own and fifteen to tell it from

/// What a word does to the words around it.
enum CueRole : uint8_t {
  kNegator = 1 << 0,   // "not"
  kBooster = 1 << 1,   // "very"
  kContrast = 1 << 2,  // "but"
  kSarcasm = 1 << 3,
  kSarcasmTag = 1 << 4,  // only as a hashtag: #sarcasm
};

/// A word that does something by its role, or that shows a language.
struct Cue {
  std::string text;
  uint8_t roles = 0;       // CueRole bits
  uint16_t languages = 0;  // bit i: a function word of Cues::languages[i]
};

/// The words with a role, as a model's file brings them (format: FORMAT.md, "Cues").
struct Cues {
  std::string id;                      // "open-1"
  std::vector<std::string> languages;  // primary subtags, lower case; [0] is the model's own
  std::vector<Cue> words;              // each once
};

/// Parses the text of a cues section. Errors begin with `name` and the line: "open.mood: cues:12: ...".
[[nodiscard]] Result<Cues> parse_cues(std::string_view text, std::string_view name);

}  // namespace roomtone::mood
