#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "mood/cues.hpp"

namespace roomtone::mood {

inline constexpr std::size_t kModelBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kSums = 4;  // plain, negated, emphasised, before a contrast
inline constexpr std::size_t kLanesMax = 64;
inline constexpr std::size_t kMarkLanes = 2;
inline constexpr std::size_t kDenseInputs = 16;
inline constexpr std::size_t kHiddenMax = 32;
inline constexpr std::size_t kOutputs = 16;
inline constexpr std::size_t kExpSize = 1024;
inline constexpr std::size_t kVocabularyBits = std::size_t{1} << 19;
inline constexpr std::size_t kEmotions = 7;  // Ekman's six, and none of them
inline constexpr int kWeightMax = 2047;

/// What an output of the network means, in logits of 1/256 unless a section of the file bends it.
enum Output : uint8_t {
  kNegative,
  kNeutral,
  kPositive,
  kValence,
  kEnergy,
  kAnger,
  kDisgust,
  kFear,
  kJoy,
  kSadness,
  kSurprise,
  kNoEmotion,
};

/// A point of a bent line, by which an output is brought to a scale.
struct Knot {
  int32_t at;
  int32_t value;
};

/// The parts of a model as they lie in its file (FORMAT.md): views of its bytes.
struct Network {
  std::size_t lanes;
  uint64_t line_mask;
  std::size_t hidden;
  int pool_shift;
  int hidden_shift;
  int output_shift;
  std::span<const uint64_t> filter;
  std::span<const uint8_t> table;
  std::span<const uint16_t> pool;
  std::span<const int16_t> dense;
  std::span<const int16_t> hidden_weights;
  std::span<const int32_t> hidden_bias;
  std::span<const int16_t> output_weights;
  std::span<const int32_t> output_bias;
  std::span<const uint16_t> exp;
  std::span<const Knot> valence;
  std::span<const Knot> energy;
  std::span<const uint16_t> thresholds;
  std::span<const uint64_t> vocabulary;

  /// Whether a word of the model's language has this key, as far as a bitmap can tell.
  [[nodiscard]] bool knows_word(uint64_t key) const {
    const uint64_t bit = key >> 24 & (kVocabularyBits - 1);
    return (vocabulary[bit / 64] >> (bit % 64) & 1) != 0;
  }

  [[nodiscard]] std::size_t inputs() const { return kSums * lanes + kDenseInputs; }
};

/// A model as its bytes say it.
struct Model {
  Network network;
  Cues cues;
  std::string id;  // "open-1.5f3a9c12"
};

/// Reads and checks the bytes of a model's file, which outlive what it gives; `bytes` begin at a multiple of 64. Errors
/// begin with `name`, and say what is wrong and what would be right.
[[nodiscard]] Result<Model> parse_model(std::span<const uint8_t> bytes, std::string_view name);

}  // namespace roomtone::mood
