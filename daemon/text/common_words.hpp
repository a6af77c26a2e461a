#pragma once

#include <string_view>

namespace roomtone::text {

/// Common English words of small letters a to z, joined by spaces, the commonest first.
extern const std::string_view kCommonWords;

}  // namespace roomtone::text
