#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "model/likeness.hpp"
#include "model/rollup.hpp"

namespace roomtone {

/// One message, as a test says it: valence, and words with what each adds to it, in 127ths.
struct SaidMessage {
  uint64_t author = 1;
  double valence = 0;
  std::initializer_list<std::pair<std::string_view, int>> words = {};
  uint64_t text = 0;      // the same number, the same text; 0: the author's own
  uint64_t likeness = 0;  // near copies share it
  int times = 1;
  bool scored = true;
  uint8_t traits = 0;
};

/// What the voices sketch knows the author by.
[[nodiscard]] inline uint64_t author_hash(uint64_t author) {
  return author == 0 ? 0 : sketch_hash(author * 0x9e3779b97f4a7c15ULL);
}

inline void say(Rollup& rollup, const SaidMessage& message, SpanIndex pane = 0) {
  MessagePart part;
  part.author = author_hash(message.author);
  const uint64_t text = message.text != 0 ? message.text : message.author + 1'000'000;
  part.signature = sketch_hash(text * 0xd6e8feb86659fd93ULL);
  part.traits = message.traits;
  part.mood.scored = message.scored;
  if (message.scored) {
    part.mood.valence_micro = static_cast<int32_t>(std::lround(message.valence * 1'000'000));
    part.mood.label = message.valence > 0.05    ? MoodLabel::positive
                      : message.valence < -0.05 ? MoodLabel::negative
                                                : MoodLabel::neutral;
  }
  SampleText kept;
  kept.likeness = message.likeness;
  for (const auto& [word, effect] : message.words) (void)kept.words.add(word, static_cast<int8_t>(effect));
  for (int i = 0; i < message.times; ++i) add_part(rollup, part, pane, 1, &kept);
}

}  // namespace roomtone
