#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roomtone::ingest {

/// What FrameReader::next found.
enum class Split {
  frame,      // a whole line, without its end
  oversized,  // a line over the limit has ended; none of it is kept
  need_more,  // the rest is an unfinished line, and has been taken
};

/// Cuts a stream of bytes, which arrives in pieces of any size, into lines. A line ends in LF or CRLF.
///
/// Holds at most one unfinished line of `frame_bytes_max` bytes: of a longer one it drops what it has and skips to the
/// end. Does not copy a line that lies whole in one piece. Blank lines are frames here; the batcher drops them. Owned
/// by one thread.
class FrameReader {
 public:
  explicit FrameReader(std::size_t frame_bytes_max) : frame_bytes_max_(frame_bytes_max) {}

  /// Takes the next line off the front of `rest`. On Split::frame, `frame` is valid until the next call and for no
  /// longer than the bytes under `rest`.
  [[nodiscard]] Split next(std::string_view& rest, std::string_view& frame);

  /// At the end of a finite stream: what stands there without a line end is the last frame. need_more when nothing
  /// does.
  [[nodiscard]] Split finish(std::string_view& frame);

  /// Forgets the unfinished line, as when a connection or a file begins anew.
  void reset();

  /// Bytes taken of the unfinished line.
  [[nodiscard]] std::size_t pending() const { return pending_; }

 private:
  Split line(std::string_view& frame, std::string_view tail);
  void keep(std::string_view tail);

  const std::size_t frame_bytes_max_;
  std::string partial_;  // the unfinished line; or, after next(), the one just given out
  bool partial_given_out_ = false;
  bool skipping_ = false;  // the unfinished line is over the limit
  std::size_t pending_ = 0;
};

}  // namespace roomtone::ingest
