#include <algorithm>

#include "mood/features.hpp"
#include "mood/layers.hpp"

namespace roomtone::mood {

static_assert(kNegated == 1 && kEmphasised == 2 && kBeforeContrast == 4);  // as sums_of() has them

unsigned Portable::pool(const Network& net, std::span<const Known> known, Inputs& inputs) {
  std::array<int16_t, kSums * kLanesMax> sums{};
  unsigned used = 0;
  for (const Known& feature : known) {
    const unsigned into = sums_of(feature.flags);
    used |= into;
    for (std::size_t sum = 0; sum < kSums; ++sum) {
      if ((into >> sum & 1) == 0) continue;
      int16_t* const lane = sums.data() + sum * net.lanes;
      // Lanes of the mark may leave 16 bits, and wrap; nothing reads them.
      for (std::size_t i = 0; i < net.lanes; ++i) lane[i] = static_cast<int16_t>(lane[i] + feature.row[i]);
    }
  }
  const int32_t factor = net.pool[known.size()];
  for (std::size_t i = 0; i < kSums * net.lanes; ++i) {
    if ((used >> (i / net.lanes) & 1) == 0) continue;  // the layers leave it out
    const int32_t scaled = rounded_shift(sums[i] * factor, net.pool_shift);
    inputs.at[i] = static_cast<int16_t>(std::clamp(scaled, -kWeightMax, kWeightMax));
  }
  return used;
}

void Portable::layers(const Network& net, Inputs& inputs, unsigned used, std::size_t outputs, int32_t* sums) {
  // Weights lie in pairs of inputs, `units` pairs of weights for each.
  const auto add = [&](std::span<const int16_t> weights, std::size_t units, std::size_t count, std::size_t wanted,
                       int32_t* to) {
    for (std::size_t i = 0; i < count; i += 2) {
      const std::size_t sum = i / net.lanes;
      if (sum < kSums && (used >> sum & 1) == 0) continue;
      const int32_t first = inputs.at[i];
      const int32_t second = inputs.at[i + 1];
      const int16_t* const weight = weights.data() + i * units;
      for (std::size_t k = 0; k < wanted; ++k) to[k] += first * weight[2 * k] + second * weight[2 * k + 1];
    }
  };
  std::array<int32_t, kHiddenMax> hidden;
  std::copy_n(net.hidden_bias.data(), net.hidden, hidden.data());
  add(net.hidden_weights, net.hidden, net.inputs(), net.hidden, hidden.data());
  for (std::size_t i = 0; i < net.hidden; ++i) {
    const int32_t unit = std::clamp(rounded_shift(hidden[i], net.hidden_shift), 0, kWeightMax);
    inputs.at[net.inputs() + i] = static_cast<int16_t>(unit);
  }
  std::copy_n(net.output_bias.data(), outputs, sums);
  add(net.output_weights, kOutputs, net.inputs() + net.hidden, outputs, sums);
}

}  // namespace roomtone::mood
