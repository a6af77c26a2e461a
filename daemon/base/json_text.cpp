#include "base/json_text.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>

namespace roomtone {

namespace {

/// Bytes of the UTF-8 sequence that `at` begins with; 0 when it is none.
std::size_t sequence_bytes(std::string_view at) {
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xc2 && lead < 0xe0   ? 2
                           : lead >= 0xe0 && lead < 0xf0 ? 3
                           : lead >= 0xf0 && lead < 0xf5 ? 4
                                                         : 0;
  if (size == 0 || at.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Too long a form, a surrogate, beyond the last code point.
  if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) >= 0xa0) || (lead == 0xf0 && byte(1) < 0x90) ||
      (lead == 0xf4 && byte(1) >= 0x90))
    return 0;
  return size;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_utf8_string(std::string& out, std::string_view value) {
  std::string clean;
  clean.reserve(value.size());
  while (!value.empty()) {
    const std::size_t size = sequence_bytes(value);
    if (size == 0) {
      clean.append("\xef\xbf\xbd");
    } else {
      clean.append(value.substr(0, size));
    }
    value.remove_prefix(size == 0 ? 1 : size);
  }
  append_json_string(out, clean);
}

}  // namespace roomtone
