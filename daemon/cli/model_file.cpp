#include "cli/model_file.hpp"

#include <string>
#include <system_error>

namespace roomtone::cli {

namespace fs = std::filesystem;

std::vector<fs::path> model_places(const fs::path& program_folder, std::string_view name) {
  std::vector<fs::path> places;
  if (!program_folder.empty()) {
    places.push_back(program_folder / name);
    places.push_back(program_folder / "models" / name);
    places.push_back(program_folder.parent_path() / "share/roomtone/models" / name);
  }
  const fs::path system = fs::path("/usr/share/roomtone/models") / name;
  if (places.empty() || places.back() != system) places.push_back(system);
  return places;
}

Result<fs::path> find_model(const fs::path& program_folder, std::string_view name) {
  std::string looked;
  for (const fs::path& place : model_places(program_folder, name)) {
    std::error_code ignored;
    if (fs::is_regular_file(place, ignored)) return place;
    looked.append("\n  ").append(place.string());
  }
  return fail(ErrorCode::not_found,
              "no model " + std::string(name) + "; name one with --model FILE. Looked for it at" + looked);
}

fs::path program_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : program.parent_path();
}

}  // namespace roomtone::cli
