#pragma once

#include <cstddef>
#include <string_view>

#include "ingest/frame_reader.hpp"

namespace roomtone::ingest {

/// Finds the lines of one stream where it was read to, without moving them: for sources that read straight into the
/// batch. What a line is, and what becomes of one that is too long, is as in FrameReader. Owned by one thread.
class LineScanner {
 public:
  explicit LineScanner(std::size_t frame_bytes_max) : frame_bytes_max_(frame_bytes_max) {}

  struct Line {
    Split what = Split::need_more;
    std::size_t size = 0;   // of the frame
    std::size_t whole = 0;  // bytes that are done with, line end included; also of what is not a frame
  };

  /// The first line of `bytes`: what was read and is not yet done with. Each call is given the rest of the last one's
  /// bytes, and what was read since behind it.
  [[nodiscard]] Line next(std::string_view bytes);

  /// At the end of a finite stream: what stands there without a line end is the last frame. need_more when nothing
  /// does.
  [[nodiscard]] Line finish(std::string_view bytes);

  /// Forgets where it was, as when a file begins anew.
  void reset() {
    scanned_ = 0;
    skipping_ = false;
  }

 private:
  Line line(std::string_view text, std::size_t whole);

  const std::size_t frame_bytes_max_;
  std::size_t scanned_ = 0;  // bytes at the front that hold no line end
  bool skipping_ = false;    // the unfinished line is over the limit, and its first part is gone
};

}  // namespace roomtone::ingest
