#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/limits.hpp"
#include "model/tokens.hpp"
#include "mood/cue_table.hpp"
#include "mood/language.hpp"

namespace roomtone::mood {

/// What is known of a feature beside which one it is. The model keeps one sum for each.
enum FeatureFlag : uint8_t {
  kNegated = 1 << 0,         // in the reach of a "not"
  kEmphasised = 1 << 1,      // "very" before it, in capitals among small letters, or written long
  kBeforeContrast = 1 << 2,  // before the last "but"
  kSingle = 1 << 3,          // one token; without it, two neighbours
  kLong = 1 << 4,            // a single word that is written long: "sooo"
};

/// Facts about a text as a whole, by their place in Features::dense; each at most kDenseMax.
enum Dense : uint8_t {
  kDenseWords,
  kDenseCapitals,  // words in capitals, when others are not
  kDenseExclamations,
  kDenseQuestions,
  kDenseElongated,
  kDenseHashtags,
  kDenseMentions,
  kDenseLinks,
  kDenseSigns,  // emoji and emoticons
  kDenseNegators,
  kDenseBoosters,
  kDenseContrasts,
  kDenseSarcasm,
  kDenseEllipses,  // "..." and longer
  kDenseShouted,   // 1: two words or more, and all in capitals
  kDenseKnown,     // features that the model knows; filled in by the model
  kDenseCount
};
inline constexpr uint8_t kDenseMax = 127;

inline constexpr std::size_t kFeaturesMax = 2 * limits::kTokens;

inline constexpr std::size_t kKnownMax = 256;  // features of one text that a model reads

/// A feature that a model knows.
struct Known {
  const int8_t* row;  // in the model's table
  uint8_t flags;      // FeatureFlag bits
  uint16_t place;     // see Features::places
};

/// Words after a negator, or after a booster, that it reaches. A mark that ends a thought, a contrast and a sign end
/// both.
inline constexpr int kNegationReach = 4;
inline constexpr int kBoostReach = 2;

/// What a text says, as whole numbers for a model: the same for training and for scoring. Some 45 KiB: lives on the
/// stack, is filled by extract(), and holds nothing that was not written.
struct Features {
  std::array<uint64_t, kFeaturesMax> keys;    // [0, count)
  std::array<uint16_t, kFeaturesMax> places;  // of each key: twice the token, and one more for a single
  std::size_t count = 0;
  std::array<uint8_t, kFeaturesMax> flags_at;  // FeatureFlag bits, by place
  std::array<uint8_t, kDenseCount> dense;
  LanguageEvidence evidence;  // only if asked for
  // Filled in by the model: the first of them that it knows, in their order.
  std::array<Known, kKnownMax> known;  // [0, known_count)
  std::size_t known_count = 0;

  /// Of a pair, the second one's place among the tokens.
  [[nodiscard]] std::size_t token(std::size_t i) const { return places[i] / 2U; }
  [[nodiscard]] bool single(std::size_t i) const { return (places[i] & 1) != 0; }
  /// FeatureFlag bits: a pair is negated, or before a contrast, if both of it are.
  [[nodiscard]] uint8_t flags(std::size_t i) const { return flags_at[places[i]]; }
};

/// Key of one token. Links are all one, mentions too; a hashtag is not the word of the same letters.
[[nodiscard]] uint64_t feature_key(const Token& token);

/// Which features are worth listing: those whose bit is set. A model's own says which it may know; the one made without
/// arguments lets everything through.
class FeatureFilter {
 public:
  FeatureFilter() = default;
  /// `bits` are a power of two and outlive the filter.
  explicit FeatureFilter(std::span<const uint64_t> bits) : bits_(bits.data()), mask_(bits.size() * 64 - 1) {}

  /// 1 if the feature passes, else 0. Asked of every feature, without a branch.
  [[nodiscard]] uint64_t passes(uint64_t key) const {
    const uint64_t bit = key >> 20 & mask_;
    return bits_[bit / 64] >> (bit % 64) & 1;
  }

 private:
  static constexpr uint64_t kAll = ~uint64_t{0};
  const uint64_t* bits_ = &kAll;
  uint64_t mask_ = 63;
};

/// Key of two neighbours, from their keys.
[[nodiscard]] constexpr uint64_t pair_key(uint64_t first, uint64_t second) {
  const uint64_t hash = ((first << 23 | first >> 41) ^ second) * 0xd6e8feb86659fd93ULL;
  return hash ^ hash >> 32;
}

/// Keys under which an elongated word is looked for when it is not known as it is written: with every run of a letter
/// cut to one ("soo": "so"), then with only the last run ("helloo": "hello"). 0: there is none.
using Spellings = std::array<uint64_t, 2>;
[[nodiscard]] Spellings short_spellings(std::string_view text);

/// Fills `features` from a text, with those features that pass the filter and all words written
/// long. `cues` are the words that turn, strengthen or set apart others, and those that show a language. Pure; no
/// allocation.
void extract(const Tokens& tokens, const CueTable& cues, const FeatureFilter& filter, bool language_matters,
             Features& features);

}  // namespace roomtone::mood
