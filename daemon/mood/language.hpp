#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "model/tokens.hpp"
#include "mood/lexicon_file.hpp"

namespace roomtone::mood {

enum class Declared : uint8_t { covered, foreign, unknown };

/// What a message's declared language (BCP 47, any case, '-' or '_') says to a lexicon of `language`. Empty, `und`,
/// `mul` and `zxx` are unknown.
[[nodiscard]] Declared declared_language(std::string_view declared, std::string_view language);

/// Evidence for or against the lexicon's language, gathered word by word. One text; starts empty.
class LanguageEvidence {
 public:
  /// A word of the text that the lexicon knows as a function word of these languages (Entry::languages).
  void function_word(uint16_t languages) {
    if (languages == 1) {
      ++own_only_;
      return;
    }
    for (; languages != 0; languages &= static_cast<uint16_t>(languages - 1)) ++counts_[std::countr_zero(languages)];
  }

  /// Whether the text, whose language nobody declared, reads like the lexicon's. `hits` are its words that carry a
  /// valence, `signs` its emoji and emoticons.
  [[nodiscard]] bool looks_own(const Tokens& tokens, uint32_t hits, uint32_t signs) const;

 private:
  std::array<uint16_t, kLexiconLanguagesMax> counts_{};
  uint32_t own_only_ = 0;
};

}  // namespace roomtone::mood
