#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace roomtone::cli {

/// Text from outside made safe to print: everything but printable ASCII becomes \xNN, byte by byte, so that no name can
/// move the cursor, change colours, or turn the direction of writing. The result is as wide as it is long.
[[nodiscard]] std::string escape_for_terminal(std::string_view text);

/// The same text as the inside of a JSON string: quotes, backslashes and all controls (also those of C1 and DEL)
/// escaped; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string escape_for_json(std::string_view text);

/// Colours by meaning. Empty strings where colours are off.
enum class Paint { none, dim, bold, good, fair, warn, bad, mixed };
[[nodiscard]] std::string_view begin_of(Paint paint);
inline constexpr std::string_view kPaintEnd = "\x1b[0m";

/// One line of a screen, built cell by cell: it knows how wide it is, whatever bytes and colours it takes.
class ScreenLine {
 public:
  ScreenLine(std::size_t columns, bool colour) : columns_(columns), colour_(colour) {}

  /// Adds `text`, of which each code point takes one cell; what does not fit is cut.
  ScreenLine& add(std::string_view text, Paint paint = Paint::none);
  /// Adds spaces up to cell `column`.
  ScreenLine& to(std::size_t column);
  /// Adds `text` so that it ends before cell `column`; cut at its end when it cannot.
  ScreenLine& right(std::string_view text, std::size_t column, Paint paint = Paint::none);

  [[nodiscard]] std::size_t used() const { return used_; }
  /// Without spaces at its end.
  [[nodiscard]] std::string take();

 private:
  const std::size_t columns_;
  const bool colour_;
  std::size_t used_ = 0;
  std::string bytes_;
};

/// Where a text goes that takes several lines.
struct Column {
  std::size_t columns = 80;
  bool colour = false;
  std::size_t indent = 0;  // of all lines but the first
};

/// Adds a text as lines, broken at spaces; a word longer than a line is cut.
void add_wrapped(std::string_view text, const Column& column, Paint paint, std::vector<std::string>& lines);

/// How many cells a text of ours takes: its code points.
[[nodiscard]] std::size_t cells_of(std::string_view text);

}  // namespace roomtone::cli
