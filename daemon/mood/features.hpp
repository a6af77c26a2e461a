#pragma once

#include <array>
#include <cstdint>
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

/// One thing a text says: a token, or a pair of neighbours.
struct Feature {
  uint64_t hash;   // feature_hash() or pair_hash()
  uint16_t token;  // its place among the tokens; of a pair, the second one's
  uint8_t flags;   // FeatureFlag bits
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

/// Words after a negator, or after a booster, that it reaches. A mark that ends a thought, a contrast and a sign end both.
inline constexpr int kNegationReach = 4;
inline constexpr int kBoostReach = 2;

/// What a text says, as whole numbers for a model: the same for training and for scoring. Some 40 KiB: lives on the
/// stack, is filled by extract(), and holds nothing that was not written.
struct Features {
  std::array<Feature, kFeaturesMax> list;
  std::size_t count = 0;
  std::array<uint8_t, kDenseCount> dense;
  LanguageEvidence evidence;  // only if asked for
};

/// Key of one token. Links are all one, mentions too; a hashtag is not the word of the same letters.
[[nodiscard]] uint64_t feature_hash(const Token& token);

/// Key of two neighbours, from their keys.
[[nodiscard]] constexpr uint64_t pair_hash(uint64_t first, uint64_t second) {
  const uint64_t hash = ((first << 23 | first >> 41) ^ second) * 0xd6e8feb86659fd93ULL;
  return hash ^ hash >> 32;
}

/// Keys under which an elongated word is looked for when it is not known as it is written: with every run of a letter
/// cut to one ("soo": "so"), then with only the last run ("helloo": "hello"). 0: there is none.
using Spellings = std::array<uint64_t, 2>;
[[nodiscard]] Spellings short_spellings(std::string_view text);

/// Fills `features` from a text of at least one token. `cues` are the words that turn, strengthen or set apart others,
/// and those that tell a language. Pure; no allocation.
void extract(const Tokens& tokens, const CueTable& cues, bool language_matters, Features& features);

}  // namespace roomtone::mood
