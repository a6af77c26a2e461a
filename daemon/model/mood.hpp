#pragma once

#include <cstdint>
#include <string_view>

namespace roomtone {

enum class MoodLabel : uint8_t { negative, neutral, positive };

[[nodiscard]] constexpr std::string_view name_of(MoodLabel label) {
  return label == MoodLabel::negative ? "negative" : label == MoodLabel::positive ? "positive" : "neutral";
}

/// The mood of one message. Used in sums only: a single message's score is never published.
struct Mood {
  int32_t valence_micro = 0;  // -1,000,000 unpleasant .. +1,000,000 pleasant; 0 when not scored
  MoodLabel label = MoodLabel::neutral;
  bool scored = false;  // false: a language or a text that cannot be judged. Not the same as neutral.

  friend bool operator==(const Mood&, const Mood&) = default;
};

}  // namespace roomtone
