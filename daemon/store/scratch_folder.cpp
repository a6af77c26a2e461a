#include "store/scratch_folder.hpp"

#include <cstdlib>
#include <string>
#include <system_error>

namespace roomtone::store {

ScratchFolder::ScratchFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "roomtone-reader-XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;  // a temporary folder that stays behind harms nobody
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace roomtone::store
