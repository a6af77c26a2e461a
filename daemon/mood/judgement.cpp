#include "mood/judgement.hpp"

#include <algorithm>

namespace roomtone::mood {

namespace {

using At = std::array<int32_t, kOutputs>;

/// exp(-distance / 256) in 65535ths.
uint64_t decay(const Network& net, int64_t distance) {
  return net.exp[static_cast<std::size_t>(std::min<int64_t>(distance >> 2, kExpSize - 1))];
}

}  // namespace

MoodLabel label_of(const At& outputs) {
  const int32_t other = std::max(outputs[kNegative], outputs[kPositive]);
  if (outputs[kNeutral] >= other) return MoodLabel::neutral;
  return outputs[kNegative] == other ? MoodLabel::negative : MoodLabel::positive;
}

int32_t bend(std::span<const Knot> knots, int32_t x) {
  if (x <= knots.front().at) return knots.front().value;
  if (x >= knots.back().at) return knots.back().value;
  // Counted rather than sought, whose end nobody can guess.
  std::size_t after = 1;
  for (std::size_t i = 1; i + 1 < knots.size(); ++i) after += knots[i].at < x ? 1 : 0;
  const Knot& a = knots[after - 1];
  const Knot& b = knots[after];
  // Both factors are positive or zero, so this division rounds down.
  const int64_t rise = (int64_t{x} - a.at) * (int64_t{b.value} - a.value) / (int64_t{b.at} - a.at);
  return static_cast<int32_t>(a.value + rise);
}

Mood mood_of(const Network& net, const At& outputs) {
  return {.valence_micro = bend(net.valence, outputs[kValence]), .label = label_of(outputs), .scored = true};
}

Judgement judgement_of(const Network& net, const At& outputs) {
  Judgement all;
  all.mood = mood_of(net, outputs);
  all.energy_micro = bend(net.energy, outputs[kEnergy]);

  const int64_t greatest = std::max({outputs[kNegative], outputs[kNeutral], outputs[kPositive]});
  uint64_t sum = 0;
  std::array<uint64_t, 3> shares;
  for (std::size_t i = 0; i < shares.size(); ++i) sum += shares[i] = decay(net, greatest - outputs[i]);
  for (std::size_t i = 0; i < shares.size(); ++i) all.classes[i] = static_cast<uint32_t>(65536 * shares[i] / sum);

  for (std::size_t i = 0; i < kEmotions; ++i) {
    const int64_t x = outputs[kAnger + i];
    const uint64_t e = decay(net, x < 0 ? -x : x);
    all.emotions[i] = static_cast<uint32_t>(65536 * (x >= 0 ? 65535 : e) / (65535 + e));
    all.has_emotion[i] = all.emotions[i] >= net.thresholds[i];
  }
  return all;
}

}  // namespace roomtone::mood
