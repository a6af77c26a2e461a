#pragma once

#include <algorithm>

#include "model/rollup.hpp"

namespace roomtone::test {

/// Whether as much was taken back as was added, of everything. Entries of a sketch keep their place at zero.
inline bool nothing_left(Rollup rollup) {
  const auto zero = [](const auto& sketch) {
    return std::ranges::all_of(sketch.entries(), [](auto entry) {
      entry.hash = 0;
      return entry == decltype(entry){};
    });
  };
  if (!zero(rollup.voices) || !zero(rollup.campaigns)) return false;
  rollup.voices.clear();
  rollup.campaigns.clear();
  return rollup == Rollup{};
}

}  // namespace roomtone::test
