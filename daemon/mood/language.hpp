#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "mood/cues.hpp"

namespace roomtone::mood {

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

  /// Whether the text reads like the model's language: of its `words` the model knows `known`; `signs` are its emoji and
  /// emoticons.
  [[nodiscard]] bool looks_own(uint32_t words, uint32_t known, uint32_t signs) const;

 private:
  std::array<uint16_t, kCueLanguagesMax> counts_{};
  uint32_t own_only_ = 0;
};

}  // namespace roomtone::mood
