#pragma once

#include <array>
#include <cstdint>

#include "mood/features.hpp"
#include "mood/model_format.hpp"

namespace roomtone::mood {

/// How the sums are worked out. Both give the same bits.
enum class Instructions : uint8_t { portable, avx2 };

/// The fastest that this machine has.
[[nodiscard]] Instructions best_instructions();

/// Which outputs are worked out: all, or those that mood_of() looks at.
enum class Wanted : uint8_t { mood, everything };

/// What the network makes of one text: whole numbers, see FORMAT.md, "Scoring".
struct Outputs {
  std::array<int32_t, kOutputs> at;  // by Output; what was not wanted says nothing
};

/// Runs `features` through the network; fills in those that it knows. They were extracted from `tokens`, with the
/// network's own filter or a wider one. Pure; no allocation.
[[nodiscard]] Outputs forward(const Network& net, const Tokens& tokens, Features& features, Instructions instructions,
                              Wanted wanted = Wanted::everything);

/// What the network makes of a text of one word, which has this row, or none if it is null; mood alone is wanted.
[[nodiscard]] Outputs forward_row(const Network& net, const int8_t* row, uint8_t flags, Instructions instructions);

}  // namespace roomtone::mood
