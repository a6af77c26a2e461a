#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/mood.hpp"

namespace roomtone::cli {

struct MoodCounts {
  std::array<uint64_t, 3> by_mood{};  // indexed by MoodLabel
  [[nodiscard]] uint64_t all() const { return by_mood[0] + by_mood[1] + by_mood[2]; }
  void add(const MoodCounts& other) {
    for (std::size_t i = 0; i < by_mood.size(); ++i) by_mood[i] += other.by_mood[i];
  }
  void count(MoodLabel mood) { ++by_mood[static_cast<std::size_t>(mood)]; }
};

}  // namespace roomtone::cli
