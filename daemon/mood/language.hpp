#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "model/tokens.hpp"
#include "mood/cues.hpp"

namespace roomtone::mood {

/// A word that is no name or number, and no part of a hashtag, as far as its letters tell.
[[nodiscard]] inline bool is_ordinary_word(const Token& token) {
  return token.kind == TokenKind::word && (token.flags & (kCapitalised | kDigitFirst | kFromHashtag)) == 0;
}

enum class Declared : uint8_t { covered, foreign, unknown };

/// What a message's declared language (BCP 47, any case, '-' or '_') says to a model of `language`. Empty, `und`,
/// `mul` and `zxx` are unknown.
[[nodiscard]] Declared declared_language(std::string_view declared, std::string_view language);

/// Evidence for or against the model's language in a text whose language nobody declared, gathered word by word. One
/// text; starts empty.
class LanguageEvidence {
 public:
  /// A function word of these languages (Cue::languages).
  void function_word(uint16_t languages) {
    if (languages == 1) {
      ++own_only_;
      return;
    }
    for (; languages != 0; languages &= static_cast<uint16_t>(languages - 1)) ++counts_[std::countr_zero(languages)];
  }

  /// Whether the text reads like the model's language: the model knows `known` of its words, and does not know
  /// `unknown` of those that are no names or numbers; `signs` are its emoji and emoticons.
  [[nodiscard]] bool looks_own(uint32_t known, uint32_t unknown, uint32_t signs) const;

 private:
  std::array<uint16_t, kCueLanguagesMax> counts_{};
  uint32_t own_only_ = 0;
};

}  // namespace roomtone::mood
