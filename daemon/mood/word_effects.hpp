#pragma once

#include <cstdint>
#include <vector>

#include "model/sample.hpp"
#include "model/tokens.hpp"
#include "mood/features.hpp"
#include "mood/network.hpp"

namespace roomtone::mood {

/// What single words do to the mood of a text, as far as one can say so of a network: for a change that has to be
/// explained in words, where Scorer::effects() would cost too much. Immutable; shared by workers.
///
/// The effect of a feature is the valence of a text of it alone less that of a text of one unknown word, worked out
/// once for each row of the model, plain and negated. In a text of n features it counts by pool[n] / pool[1], as the
/// network itself weighs it. A word has the effect of itself and of the pair that it ends. What the words of a text do
/// not account for is the text's rest; nobody has to believe that they add up.
class WordEffects {
 public:
  /// Some ten milliseconds. `net` outlives it.
  WordEffects(const Network& net, Instructions instructions);

  /// The words of a text, scored with these features, that have the largest effects, the largest first; of equals the
  /// first said. Emoji and hashtags (with their '#') are words; links, mentions and numbers are not. No allocation.
  void words_of(const Tokens& tokens, const Features& features, SampleWords& words) const;

  friend bool operator==(const WordEffects& a, const WordEffects& b) { return a.by_row_ == b.by_row_; }

 private:
  struct Effect {
    int16_t plain = 0;  // in 32768ths of the whole range of valence, which is 1
    int16_t negated = 0;
    friend bool operator==(const Effect&, const Effect&) = default;
  };

  const Network* net_;
  std::vector<Effect> by_row_;
};

}  // namespace roomtone::mood
