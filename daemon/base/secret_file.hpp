#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace roomtone {

/// The one line of a file that holds a secret, without its end. Refused: a file that others than its owner may read or
/// write (mode 0600 is expected), an empty one, more than one line or 4096 bytes, and control characters. No error
/// shows anything of what is inside.
[[nodiscard]] Result<std::string> read_secret(const std::filesystem::path& file);

}  // namespace roomtone
