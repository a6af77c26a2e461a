#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace roomtone::app {

/// The model that is used when none is named.
inline constexpr std::string_view kDefaultModel = "social.mood";

/// Where a model called `name` is looked for, in order: beside the program, in models/ beside it, in the share/
/// that belongs to its bin/, and in /usr/share/roomtone/models.
[[nodiscard]] std::vector<std::filesystem::path> model_places(const std::filesystem::path& program_folder,
                                                              std::string_view name);

/// The first of the places that has a file. `not_found` names them all.
[[nodiscard]] Result<std::filesystem::path> find_model(const std::filesystem::path& program_folder,
                                                       std::string_view name);

/// `asked` if it is not empty and there, else the default list for the running program.
[[nodiscard]] Result<std::filesystem::path> find_model(const std::filesystem::path& asked);

}  // namespace roomtone::app
