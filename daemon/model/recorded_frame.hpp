#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace roomtone {

/// A line of a recording: `@`, when the frame was seen in whole microseconds since 1970, a space, the frame as it came.
/// No format that we read begins like that.
struct RecordedFrame {
  Instant seen = kNoInstant;
  std::string_view frame;
};

inline constexpr char kRecordedMark = '@';

/// Nothing when `line` is not such a line; the frame is a view into it.
[[nodiscard]] inline std::optional<RecordedFrame> read_recorded(std::string_view line) {
  if (line.empty() || line.front() != kRecordedMark) return std::nullopt;
  int64_t us = 0;
  const char* const end = line.data() + line.size();
  const auto [at, error] = std::from_chars(line.data() + 1, end, us);
  if (error != std::errc{} || at == end || *at != ' ' || us < kMicrosMin || us > kMicrosMax) return std::nullopt;
  return RecordedFrame{instant_of_micros(us), line.substr(static_cast<std::size_t>(at - line.data()) + 1)};
}

/// Appends the line, its end included. A line end inside of the frame can only be white space between two tokens of
/// JSON, and becomes a space.
inline void append_recorded(Instant seen, std::string_view frame, std::string& lines) {
  if (seen != kNoInstant) {
    lines.push_back(kRecordedMark);
    lines += std::to_string(micros(seen));
    lines.push_back(' ');
  }
  const std::size_t begin = lines.size();
  lines += frame;
  for (std::size_t at = lines.find('\n', begin); at != std::string::npos; at = lines.find('\n', at)) lines[at] = ' ';
  lines.push_back('\n');
}

}  // namespace roomtone
