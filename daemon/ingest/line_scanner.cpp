#include "ingest/line_scanner.hpp"

namespace roomtone::ingest {

LineScanner::Line LineScanner::next(std::string_view bytes) {
  const std::size_t end = bytes.find('\n', scanned_);
  if (end != std::string_view::npos) return line(bytes.substr(0, end), end + 1);
  scanned_ = bytes.size();
  // One byte more than a frame may have: it could be the CR of the line's end.
  if (!skipping_ && scanned_ <= frame_bytes_max_ + 1) return {};
  skipping_ = true;
  scanned_ = 0;
  return {Split::need_more, 0, bytes.size()};
}

LineScanner::Line LineScanner::finish(std::string_view bytes) {
  if (bytes.empty() && !skipping_) return {};
  return line(bytes, bytes.size());
}

LineScanner::Line LineScanner::line(std::string_view text, std::size_t whole) {
  const bool skipped = skipping_;
  reset();
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (skipped || text.size() > frame_bytes_max_) return {Split::oversized, 0, whole};
  return {Split::frame, text.size(), whole};
}

}  // namespace roomtone::ingest
