#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace roomtone::ingest {

/// The files that paths and globs name and that exist now, each once, in reading order: as the paths are given, and by
/// bytes within a glob. invalid_argument when there are more than a cursor can reasonably hold.
[[nodiscard]] Result<std::vector<std::string>> list_files(const std::vector<std::string>& paths);

}  // namespace roomtone::ingest
