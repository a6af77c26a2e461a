#include "app/position.hpp"

#include "base/log.hpp"
#include "ingest/file_cursor.hpp"

namespace roomtone::app {

std::string describe_position(std::string_view cursor) {
  constexpr std::size_t kShownBytes = 200;
  if (cursor.empty()) return "has no position: what it said in dropped commits is lost, unless its senders repeat it";
  if (const auto file = ingest::decode_file_cursor(cursor)) {
    if (file->at)
      return "resumes in " + printable(file->at->path, kShownBytes) + " at byte " + std::to_string(file->offset);
    return "resumes behind " + std::to_string(file->done.size()) + " files";
  }
  return "resumes at " + printable(cursor, kShownBytes);
}

}  // namespace roomtone::app
