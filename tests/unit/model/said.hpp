#pragma once

#include <cstdint>

#include "model/rollup.hpp"

namespace roomtone {

/// A well mixed hash as a sketch has it.
inline uint64_t hash_of(uint64_t number) {
  uint64_t state = (number + 1) * 0x9e3779b97f4a7c15ULL;
  state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9ULL;
  state = (state ^ (state >> 27)) * 0x94d049bb133111ebULL;
  return sketch_hash(state ^ (state >> 31));
}

/// A message with a text of its own, which the author repeats for the same valence.
inline MessagePart said(uint64_t author, double valence) {
  MessagePart part;
  part.author = hash_of(author);
  part.signature = hash_of(1'000'003 * author + static_cast<uint64_t>((valence + 2) * 1000));
  part.mood.scored = true;
  part.mood.valence_micro = static_cast<int32_t>(valence * 1'000'000);
  part.mood.label = valence > 0.05 ? MoodLabel::positive : valence < -0.05 ? MoodLabel::negative : MoodLabel::neutral;
  return part;
}

/// Adds it with what a sample keeps of a text of few words.
inline void say(Rollup& rollup, const MessagePart& part, SpanIndex pane = 0) {
  const SampleText text;
  add_part(rollup, part, pane, 1, &text);
}
inline void say(Rollup& rollup, uint64_t author, double valence, SpanIndex pane = 0) {
  say(rollup, said(author, valence), pane);
}

}  // namespace roomtone
