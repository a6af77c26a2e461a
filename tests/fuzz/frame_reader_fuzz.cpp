// Lines come out the same whatever the pieces the bytes arrive in, and as a plain walk over all bytes finds them.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "ingest/frame_reader.hpp"
#include "ingest/line_scanner.hpp"

namespace {

using roomtone::ingest::FrameReader;
using roomtone::ingest::LineScanner;
using roomtone::ingest::Split;

constexpr std::size_t kMax = 16;
const std::string kOversized = "\n";  // no line holds one

std::vector<std::string> split(std::string_view bytes, std::size_t piece) {
  FrameReader reader(kMax);
  std::vector<std::string> lines;
  std::string_view frame;
  const auto note = [&](Split what) {
    if (what == Split::frame) lines.emplace_back(frame);
    if (what == Split::oversized) lines.push_back(kOversized);
  };
  while (!bytes.empty()) {
    const std::size_t size = std::min(piece, bytes.size());
    const std::string copy(bytes.substr(0, size));  // so that reading past a piece is seen
    std::string_view rest = copy;
    bytes.remove_prefix(size);
    for (Split what = reader.next(rest, frame); what != Split::need_more; what = reader.next(rest, frame)) note(what);
  }
  note(reader.finish(frame));
  return lines;
}

/// The same, found where the bytes are.
std::vector<std::string> scan(std::string_view bytes, std::size_t piece) {
  LineScanner scanner(kMax);
  std::vector<std::string> lines;
  std::size_t done = 0;
  const auto note = [&](const LineScanner::Line& line) {
    if (line.what == Split::frame) lines.emplace_back(bytes.substr(done, line.size));
    if (line.what == Split::oversized) lines.push_back(kOversized);
    done += line.whole;
    return line.what != Split::need_more;
  };
  for (std::size_t end = 0; end < bytes.size();) {
    end = std::min(end + piece, bytes.size());
    while (note(scanner.next(bytes.substr(done, end - done)))) {
    }
    ROOMTONE_ASSERT(end - done <= kMax + 1);
  }
  note(scanner.finish(bytes.substr(done)));
  return lines;
}

std::vector<std::string> walk(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line.size() > kMax ? kOversized : std::string(line));
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] + std::size_t{1};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ROOMTONE_ASSERT(split(bytes, piece) == walk(bytes));
  ROOMTONE_ASSERT(scan(bytes, piece) == walk(bytes));
  return 0;
}
