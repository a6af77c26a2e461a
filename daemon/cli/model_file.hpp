#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace roomtone::cli {

/// The word list that is used when none is named.
inline constexpr std::string_view kDefaultModel = "en-open.lexicon";

/// Where a model called `name` is looked for, in order: beside the program, in models/ beside it, in the share/ that
/// belongs to its bin/, and in /usr/share/roomtone/models.
[[nodiscard]] std::vector<std::filesystem::path> model_places(const std::filesystem::path& program_folder,
                                                              std::string_view name);

/// The first of the places that exists. `not_found` names them all.
[[nodiscard]] Result<std::filesystem::path> find_model(const std::filesystem::path& program_folder,
                                                       std::string_view name);

/// The folder of the running program; empty where the system does not tell.
[[nodiscard]] std::filesystem::path program_folder();

}  // namespace roomtone::cli
