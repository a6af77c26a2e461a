#pragma once

#include <algorithm>

#include "model/rollup.hpp"

namespace roomtone::test {

/// Whether as much was taken back as was added, of everything. Entries of a sketch keep their place at zero.
inline bool nothing_left(Rollup rollup) {
  const auto empty = [](const auto& entry) { return entry.n == 0; };
  const auto silent = [](VoiceEntry voice) {
    voice.hash = 0;
    return voice == VoiceEntry{};
  };
  if (!std::ranges::all_of(rollup.voices.entries(), silent) ||
      !std::ranges::all_of(rollup.campaigns.entries(), empty) || !std::ranges::all_of(rollup.sample.entries(), empty))
    return false;
  rollup.voices.clear();
  rollup.campaigns.clear();
  rollup.sample.clear();
  return rollup == Rollup{};
}

}  // namespace roomtone::test
