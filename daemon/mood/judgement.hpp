#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/mood.hpp"
#include "mood/model_format.hpp"

namespace roomtone::mood {

/// Names of the emotions in the order of the outputs: Ekman's six groups, and none of them.
inline constexpr std::array<std::string_view, kEmotions> kEmotionNames = {"anger",   "disgust",  "fear",   "joy",
                                                                          "sadness", "surprise", "neutral"};

/// All that a model says of one text. Probabilities are in 65536ths.
struct Judgement {
  Mood mood;
  std::array<uint32_t, 3> classes{};           // by MoodLabel; their sum is 65536, less rounding
  int32_t energy_micro = 0;                    // 0 calm .. 1,000,000 excited
  std::array<uint32_t, kEmotions> emotions{};  // each for itself
  std::array<bool, kEmotions> has_emotion{};   // over its threshold
};

/// The greatest of the three classes; of equals neutral, then negative.
[[nodiscard]] MoodLabel label_of(const std::array<int32_t, kOutputs>& outputs);

/// The value of the bent line at `x`.
[[nodiscard]] int32_t bend(std::span<const Knot> knots, int32_t x);

/// Label and valence: what every message costs.
[[nodiscard]] Mood mood_of(const Network& net, const std::array<int32_t, kOutputs>& outputs);

/// Everything.
[[nodiscard]] Judgement judgement_of(const Network& net, const std::array<int32_t, kOutputs>& outputs);

}  // namespace roomtone::mood
