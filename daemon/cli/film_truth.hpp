#pragma once

#include <string>

#include "cli/truth.hpp"

namespace roomtone::cli {

/// The part of the truth that tells of the film: members of the JSON object from "experts" to "bots", each line ended
/// by a comma. Nothing where the story has no film.
[[nodiscard]] std::string film_truth_members(const RunFacts& facts, const Scenario& scenario);

}  // namespace roomtone::cli
