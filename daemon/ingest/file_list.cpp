#include "ingest/file_list.hpp"

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <unordered_set>

namespace roomtone::ingest {
namespace {

constexpr std::size_t kFilesMax = 4096;  // each stands in the cursor once it is done

bool is_glob(const std::string& path) { return path.find_first_of("*?[") != std::string::npos; }

}  // namespace

Result<std::vector<std::string>> list_files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  std::unordered_set<std::string> seen;
  for (const std::string& path : paths) {
    std::vector<std::string> matched;
    if (!is_glob(path)) {
      struct stat about {};
      if (::stat(path.c_str(), &about) == 0) matched.push_back(path);
    } else {
      glob_t found{};
      const int status = ::glob(path.c_str(), GLOB_NOSORT, nullptr, &found);
      for (std::size_t i = 0; status == 0 && i < found.gl_pathc; ++i) matched.emplace_back(found.gl_pathv[i]);
      ::globfree(&found);
      if (status == GLOB_NOSPACE) return fail(ErrorCode::io, "list " + path + ": out of memory");
      // By bytes, not by the locale's letters: the reading order is part of the result.
      std::sort(matched.begin(), matched.end());
    }
    for (std::string& file : matched) {
      if (seen.insert(file).second) files.push_back(std::move(file));
    }
    if (files.size() > kFilesMax) {
      return fail(ErrorCode::invalid_argument, fmt::format("{} matches more than {} files", path, kFilesMax));
    }
  }
  return files;
}

}  // namespace roomtone::ingest
