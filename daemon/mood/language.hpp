#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "model/tokens.hpp"
#include "mood/cues.hpp"

namespace roomtone::mood {

/// A word as a dictionary has it, as far as its letters tell: no name or number, no part of a hashtag, not written
/// long.
[[nodiscard]] inline bool is_ordinary_word(const Token& token) {
  return token.kind == TokenKind::word && (token.flags & (kCapitalised | kDigitFirst | kFromHashtag | kElongated)) == 0;
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

  /// A word of the text: whether the language has it, as far as the model knows, and whether it is no name or number.
  void word(bool known, bool ordinary) {
    known_ += known ? 1 : 0;
    unknown_ += !known && ordinary ? 1 : 0;
  }

  /// Whether the text reads like the model's language; `signs` are its emoji and emoticons.
  [[nodiscard]] bool looks_own(uint32_t signs) const;

 private:
  std::array<uint16_t, kCueLanguagesMax> counts_{};
  uint32_t own_only_ = 0;
  uint32_t known_ = 0;
  uint32_t unknown_ = 0;
};

}  // namespace roomtone::mood
