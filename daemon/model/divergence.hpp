#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/atmosphere.hpp"
#include "model/rollup.hpp"

namespace roomtone {

/// How far the voices of a list lie from everybody around them, one voice, one vote.
///
/// The list is taken to be like the others until its voices show otherwise: its mean is drawn toward theirs as if
/// kPriorVoices more had spoken just like them, and its spread is judged together with that many of theirs. So few
/// voices give a small difference and a wide interval, and never a certainty. The interval is Student's, since the
/// spread is estimated; `claimed` holds it to a level at which chance has no say.
inline constexpr double kPriorVoices = 4;

/// Fewer others than this are nobody to compare with.
inline constexpr int kOthersMin = 5;

/// `claimed` is a difference that would come by chance less than once in this many windows of a list that is like all.
inline constexpr double kClaimOnceIn = 1'000'000;

/// `list` and `around` are the voices of a list's room and of the room around it, over the same window; those of the
/// list are taken out of `around`, which is exact: the list's are all of them that the sketch around could hold. Both
/// ascend by hash. Nothing where no voice of the list, or too few others, could be scored. `against` is left empty.
[[nodiscard]] std::optional<Divergence> divergence_of(std::span<const VoiceEntry> list,
                                                      std::span<const VoiceEntry> around);

/// The value that a Student's t of `freedom` (5 or more) whole degrees exceeds, in either direction, with 5 %, and once
/// in kClaimOnceIn.
[[nodiscard]] double student95(int freedom);
[[nodiscard]] double student_claim(int freedom);

}  // namespace roomtone
