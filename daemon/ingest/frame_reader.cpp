#include "ingest/frame_reader.hpp"

#include <cstring>

namespace roomtone::ingest {

Split FrameReader::next(std::string_view& rest, std::string_view& frame) {
  if (partial_given_out_) {
    partial_.clear();
    partial_given_out_ = false;
  }
  const void* found = rest.empty() ? nullptr : std::memchr(rest.data(), '\n', rest.size());
  if (found == nullptr) {
    keep(rest);
    rest = {};
    return Split::need_more;
  }
  const auto size = static_cast<std::size_t>(static_cast<const char*>(found) - rest.data());
  const std::string_view tail = rest.substr(0, size);
  rest.remove_prefix(size + 1);
  return line(frame, tail);
}

Split FrameReader::finish(std::string_view& frame) {
  if (partial_given_out_) {
    partial_.clear();
    partial_given_out_ = false;
  }
  if (pending_ == 0) return Split::need_more;
  return line(frame, {});
}

void FrameReader::reset() {
  partial_.clear();
  partial_given_out_ = false;
  skipping_ = false;
  pending_ = 0;
}

Split FrameReader::line(std::string_view& frame, std::string_view tail) {
  if (!skipping_ && pending_ > 0) {
    keep(tail);
    tail = partial_;
  }
  pending_ = 0;
  if (skipping_) {
    skipping_ = false;
    return Split::oversized;
  }
  if (!tail.empty() && tail.back() == '\r') tail.remove_suffix(1);
  partial_given_out_ = true;
  if (tail.size() > frame_bytes_max_) return Split::oversized;
  frame = tail;
  return Split::frame;
}

void FrameReader::keep(std::string_view tail) {
  pending_ += tail.size();
  if (skipping_) return;
  // One byte more than a frame may have: it could be the CR of the line's end.
  if (partial_.size() + tail.size() > frame_bytes_max_ + 1) {
    partial_.clear();
    skipping_ = true;
    return;
  }
  partial_.append(tail);
}

}  // namespace roomtone::ingest
