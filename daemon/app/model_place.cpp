#include "app/model_place.hpp"

#include <string>
#include <system_error>

namespace roomtone::app {

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
    looked.append(looked.empty() ? "" : ", ").append(place.string());
  }
  return fail(ErrorCode::not_found, "no model " + std::string(name) + ": looked for " + looked +
                                        "; name one with --model FILE, or mood.model in the configuration");
}

Result<fs::path> find_model(const fs::path& asked) {
  std::error_code error;
  if (!asked.empty()) {
    if (fs::exists(asked, error) && !fs::is_directory(asked, error)) return asked;  // a pipe will do
    return fail(ErrorCode::not_found, "no model at " + asked.string());
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return find_model(error ? fs::path() : program.parent_path(), kDefaultModel);
}

}  // namespace roomtone::app
