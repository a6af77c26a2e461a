#pragma once

#include <chrono>

#include "model/atmosphere.hpp"
#include "model/rollup.hpp"
#include "model/weights.hpp"

namespace roomtone {

/// What the reading `reputable` needs to know beside the rollup.
struct Standing {
  const Weights* weights = nullptr;  // null: every voice weighs 1
  std::chrono::seconds over{60};     // length of the window
};

/// In `reputable` a voice counts with its mean, weighted by its weight (lists; later votes) times what its posts come
/// to: up to kPostsPerHour an hour each adds 1, beyond that they add the logarithm of their number. A voice weighs
/// nothing if it takes part in a campaign that the room's sample shows, or if most of its messages are declared
/// automation. Followers never weigh.
inline constexpr double kPostsPerHour = 6;
[[nodiscard]] double damped(int64_t posts, std::chrono::seconds over);

/// Everything derived from a rollup, in the one place where whole numbers become doubles: feed, history and, later,
/// alerts agree to the last bit. Pure. Built without FMA contraction, so every machine gives the same.
///
/// The interval of a mean is mean +- 1.96 * sqrt(var / m), with m scored messages (raw) or voices (voice) and the
/// variance shrunk toward that of an unknown room: var = (sum of squared deviations + kPriorVariance) / m, which
/// is that prior alone for m = 1 and loses its weight as 1/m. Cut to [-1, 1].
[[nodiscard]] Figures figures_of(const Rollup& rollup, const Standing& standing = {});

/// Variance of valence assumed before anything was heard; the valence of short public posts has about 0.2 (standard
/// deviation 0.45, measured over public labelled sets).
inline constexpr double kPriorVariance = 0.25;

/// What to call it. Thresholds are in figures.cpp, with their reasons.
[[nodiscard]] AtmosphereName name_of(const Figures& figures);

/// Messages per minute over `elapsed`.
[[nodiscard]] double rate_per_minute(int64_t n, std::chrono::microseconds elapsed);

}  // namespace roomtone
