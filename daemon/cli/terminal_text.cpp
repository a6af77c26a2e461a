#include "cli/terminal_text.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace roomtone::cli {
namespace {

/// The length of the UTF-8 character that begins `text`, or 0 when none does.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xc2 ? 0
                           : first < 0xe0 ? 2
                           : first < 0xf0 ? 3
                           : first < 0xf5 ? 4
                                          : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Overlong forms, surrogates and what is beyond U+10FFFF.
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) || (first == 0xf0 && byte(1) < 0x90) ||
      (first == 0xf4 && byte(1) > 0x8f))
    return 0;
  return size;
}

}  // namespace

std::string escape_for_terminal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7f)
      out.push_back(c);
    else
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string escape_for_json(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = character_bytes(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (size == 0) {
      out.append("\xef\xbf\xbd");
    } else if (first < 0x20 || first == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", first);
    } else if (first == '"' || first == '\\') {
      out.append({'\\', text.front()});
    } else if (first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(text[1]));
    } else {
      out.append(text.substr(0, size));
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::string_view begin_of(Paint paint) {
  switch (paint) {
    case Paint::none: return "";
    case Paint::dim: return "\x1b[2m";
    case Paint::bold: return "\x1b[1m";
    case Paint::good: return "\x1b[32m";
    case Paint::fair: return "\x1b[36m";
    case Paint::warn: return "\x1b[33m";
    case Paint::bad: return "\x1b[31m";
    case Paint::mixed: return "\x1b[35m";
  }
  return "";
}

std::size_t cells_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

ScreenLine& ScreenLine::add(std::string_view text, Paint paint) {
  std::size_t end = 0;
  while (end < text.size() && used_ < columns_) {
    do ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80);
    ++used_;
  }
  const bool painted = colour_ && paint != Paint::none && end > 0;
  if (painted) bytes_.append(begin_of(paint));
  bytes_.append(text.substr(0, end));
  if (painted) bytes_.append(kPaintEnd);
  return *this;
}

ScreenLine& ScreenLine::to(std::size_t column) {
  if (column > used_) add(std::string(column - used_, ' '));
  return *this;
}

ScreenLine& ScreenLine::right(std::string_view text, std::size_t column, Paint paint) {
  const std::size_t cells = cells_of(text);
  if (column >= cells) to(column - cells);
  return add(text, paint);
}

std::string ScreenLine::take() {
  while (!bytes_.empty() && bytes_.back() == ' ') bytes_.pop_back();
  return std::move(bytes_);
}

void add_wrapped(std::string_view text, const Column& column, Paint paint, std::vector<std::string>& lines) {
  bool first = true;
  while (!text.empty()) {
    const std::size_t room = column.columns - std::min(column.columns - 1, first ? 0 : column.indent);
    std::size_t cut = 0;
    std::size_t cells = 0;
    std::size_t at = 0;
    for (; at < text.size() && cells <= room; ++cells) {
      if (text[at] == ' ') cut = at;
      do ++at;
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80);
    }
    if (at == text.size() && cells <= room) cut = at;
    if (cut == 0) cut = at;  // one long word: the line cuts it
    ScreenLine line(column.columns, column.colour);
    if (!first) line.to(column.indent);
    lines.push_back(line.add(text.substr(0, cut), paint).take());
    text.remove_prefix(std::min(text.size(), cut + 1));
    first = false;
  }
}

}  // namespace roomtone::cli
