#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::store {

/// Writes a small file so that after any crash it is there whole with its old or its new content: written beside,
/// synced, renamed, and the folder synced.
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& file, std::string_view bytes);

/// Makes the names in a folder last.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace roomtone::store
