#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "decode/decoder.hpp"

namespace roomtone {

/// How a test failure shows a Decoded.
inline std::ostream& operator<<(std::ostream& out, const Decoded& decoded) {
  return out << kColumnNames[static_cast<std::size_t>(decoded.column)] << '/'
             << kIgnoredNames[static_cast<std::size_t>(decoded.ignored)];
}

namespace decode {

inline constexpr Decoded kMessage = Decoded::message();
inline constexpr Decoded kRetraction = Decoded::end(Column::retraction);
inline constexpr Decoded kMalformed = Decoded::end(Column::malformed);
inline constexpr Decoded kNoText = Decoded::end(Column::no_text);
inline constexpr Decoded kNotPublic = Decoded::end(Column::not_public);

/// A decoder with the frame that its message points into. The bytes behind a frame are no part of it: they are filled
/// with what would make another document of it, if they were read.
class Reading {
 public:
  explicit Reading(Format format) : decoder_(format) {}
  Reading(Format format, std::string_view frame) : decoder_(format) { (void)read(frame); }

  Decoded read(std::string_view frame) {
    bytes_.assign(frame);
    bytes_.append(limits::kFramePaddingBytes, '}');
    decoded = decoder_.decode(std::string_view(bytes_).substr(0, frame.size()), message);
    return decoded;
  }

  Decoded decoded;
  Message message;

 private:
  Decoder decoder_;
  std::string bytes_;
};

/// `text` as a JSON string, with its quotes.
inline std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// A row of a table whose outcome is all that matters.
struct Row {
  std::string name;
  std::string frame;
  Decoded expected;
};
inline std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }
inline std::string name_of(const auto& row) { return row.param.name; }

}  // namespace decode
}  // namespace roomtone
