#pragma once

#include <string>
#include <string_view>

namespace roomtone::app {

/// From where a source with this cursor goes on, in words for people.
[[nodiscard]] std::string describe_position(std::string_view cursor);

}  // namespace roomtone::app
