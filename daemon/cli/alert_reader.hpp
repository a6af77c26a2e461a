#pragma once

#include <string_view>

#include "base/result.hpp"
#include "model/alert.hpp"

namespace roomtone::cli {

/// Reads an alert from its JSON object, as the feed carries it under /al/: the fields of `Alert` by their names, times
/// RFC 3339 or null. Members that are not known are passed over. `corrupt` for anything else.
[[nodiscard]] Result<Alert> read_alert(std::string_view json);

}  // namespace roomtone::cli
