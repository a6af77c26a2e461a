#pragma once

#include <string>

#include "topics/explain.hpp"

namespace roomtone::cli {

/// A rule as a tree for people, one part a line with what it comes to:
///
///     - all of these
///       + one of these
///         - horse*            missing
///         + "kentucky derby"  found
///       - not crypto          found
///
/// `+` is true, `-` is not; green and red where there are colours.
[[nodiscard]] std::string tree_of(const topics::Explanation& explanation, bool colour);

}  // namespace roomtone::cli
