#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "people/spec.hpp"

namespace roomtone::people {

/// Reads the members of a list from CSV, as deploy/LISTS.md describes it. `name` is the file's, for errors:
/// "jockeys.csv:12:7: got the weight 'two', expected ...": line and byte of the line, from 1.
[[nodiscard]] Result<std::vector<MemberSpec>> read_csv(std::string_view text, const std::string& name);

}  // namespace roomtone::people
