#pragma once

#include <string>
#include <string_view>

#include "model/alert.hpp"

namespace roomtone::delivery {

/// Where people look at the moment of an alert: `pattern` with "{key}" and "{starts_ms}" (milliseconds since 1970)
/// filled in, escaped as a URL needs it. Empty for an empty pattern.
[[nodiscard]] std::string link_of(std::string_view pattern, const Alert& alert);

}  // namespace roomtone::delivery
