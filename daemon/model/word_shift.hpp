#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/sampled_span.hpp"

namespace roomtone {

/// A word is told only if so many voices said it in the two spans together: what fewer say may tell who they are.
inline constexpr std::size_t kWordVoicesMin = 3;

/// What one word did to the tone between two spans. Contributions are in units of tone.
struct WordShift {
  std::string word;
  double contribution = 0;  // frequency + mood
  double frequency = 0;     // of it, because the word is said more or less often
  double mood = 0;          // of it, because it is said in another mood: "not good" where it was "good"
  double share_before = 0;  // how often it is said, per scored message
  double share_now = 0;
  std::optional<double> effect_before;  // what it adds to the valence of a message, on average; nothing if not said
  std::optional<double> effect_now;
  int64_t sampled_before = 0;  // how often it stands in the samples
  int64_t sampled_now = 0;

  friend bool operator==(const WordShift&, const WordShift&) = default;
};

/// Why the tone of a span differs from that of another, word by word.
struct Shift {
  std::vector<WordShift> words;  // by |contribution|, the largest first
  double rest = 0;               // all that no word of `words` explains: few voices' words, emoji, the whole text
  double change = 0;             // of the mean valence of the samples: the contributions of `words` and `rest`
  std::optional<double> gap;     // the change of the true tone, less `change`; nothing if one side has no tone
  int64_t sampled_before = 0;    // scored messages in the samples
  int64_t sampled_now = 0;

  friend bool operator==(const Shift&, const Shift&) = default;
};

/// A generalised word shift (Gallagher, Frank, Mitchell, Schwartz, Reagan, Danforth and Dodds, "Generalized word shift
/// graphs", EPJ Data Science 10:4, 2021).
///
/// The valence of a sampled message is the sum of what its words added to it (127ths) and a remainder of its own. With
/// p(w) how often word w is said per scored message, and s(w) what it adds on average, the mean valence of a span
/// is sum p(w) s(w) + mean remainder, and the change from span 1 to span 2 is the sum over words of
///
///     (p2 - p1) (s1 + s2)/2  +  (s2 - s1) (p1 + p2)/2  =  p2 s2 - p1 s1
///       said more often           in another mood
///
/// and the change of the mean remainder. Where a word is said in one span only, its s there stands for both, so all of
/// its contribution is that it is said more or less often.
///
/// Words are compared as they stand in the samples. The parts add up to `change` but for the rounding of doubles; the
/// sums of a message are whole numbers. Without a scored message on one side everything is zero.
[[nodiscard]] Shift word_shift(const SampledSpan& before, const SampledSpan& now);

/// A word and how often it is said.
struct Term {
  std::string word;
  double share = 0;   // times per scored message
  double effect = 0;  // what it adds on average
  int64_t sampled = 0;

  friend bool operator==(const Term&, const Term&) = default;
};

/// Which messages are looked at.
using Keep = std::function<bool(const SampleEntry::Said&)>;

/// The words that are said most in the messages that `keep` keeps, of those that enough voices said; at most
/// `terms_max`.
[[nodiscard]] std::vector<Term> top_terms(const SampledSpan& span, std::size_t terms_max, const Keep& keep = {});

/// Mean valence of the sampled messages that `keep` keeps; nothing without one that is scored.
[[nodiscard]] std::optional<double> sampled_tone(const SampledSpan& span, const Keep& keep = {});

/// Whose message it is: the author, or, of nobody, the text itself, so that many who give no name are not one voice.
[[nodiscard]] uint64_t voice_of(const SampleEntry::Said& said);

}  // namespace roomtone
