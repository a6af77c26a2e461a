#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roomtone::text {

inline constexpr std::size_t kSplitLettersMin = 6;   // shorter ones are abbreviations: #tbt, #lgbt
inline constexpr std::size_t kSplitLettersMax = 32;  // longer ones stay whole
inline constexpr std::size_t kSplitWordsMax = kSplitLettersMax;

/// Where the words of a run of letters end.
struct WordEnds {
  std::array<uint8_t, kSplitWordsMax> at;
  std::size_t count = 0;  // 0: it stays whole
};

/// Splits letters that were written without a gap ("worstdayever") into common words: the likeliest way of doing so, by
/// how common each word is. Left whole: a common word, what no common words make up, and what they make up as badly as
/// chance would. `letters` are small, a to z. Pure; no allocation.
[[nodiscard]] WordEnds split_words(std::string_view letters);

}  // namespace roomtone::text
