#pragma once

#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "people/lists.hpp"
#include "people/spec.hpp"

namespace roomtone::app {

class TomlTable;

/// One `[[list]]`. See deploy/LISTS.md.
struct ListConfig {
  people::ListSpec spec;
  std::filesystem::path file;  // of its members; empty: they are in `spec` already
};

/// Reads the `[[list]]` tables; the files they name are not opened.
void read_lists(TomlTable& root, const std::string& file, std::vector<ListConfig>& lists);

/// Reads the files, checks all lists together and compiles them. Errors name file and line, and of CSV the column.
[[nodiscard]] Result<people::Lists> load_lists(const std::vector<ListConfig>& lists);

}  // namespace roomtone::app
