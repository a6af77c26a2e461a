#include "decode/plain_text.hpp"

#include "base/limits.hpp"

namespace roomtone::decode {

namespace {

/// Length of the blank code point at `text[at]`, 0 when what stands there can be read.
std::size_t blank_length(std::string_view text, std::size_t at) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(at);
  if (first <= 0x20 || first == 0x7F) return 1;
  const unsigned second = byte(at + 1);
  if (first == 0xC2 && ((second >= 0x80 && second <= 0xA0) || second == 0xAD)) return 2;  // C1, NBSP, soft hyphen
  const unsigned third = byte(at + 2);
  if (first == 0xE1 && second == 0x9A && third == 0x80) return 3;  // U+1680
  if (first == 0xE2 && second == 0x80 && ((third >= 0x80 && third <= 0x8F) || (third >= 0xA8 && third <= 0xAF)))
    return 3;                                                                       // U+2000..200F, 2028..202F
  if (first == 0xE2 && second == 0x81 && third >= 0x9F && third <= 0xAF) return 3;  // U+205F..206F
  if (first == 0xE3 && second == 0x80 && third == 0x80) return 3;                   // U+3000
  if (first == 0xEF && second == 0xBB && third == 0xBF) return 3;                   // U+FEFF
  return 0;
}

}  // namespace

bool is_blank(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = blank_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

Decoded finish_with_text(Message& message, std::string_view text) {
  if (is_blank(text)) return Decoded::end(Column::no_text);
  message.text = cut(text, limits::kTextBytes);
  return Decoded::message();
}

}  // namespace roomtone::decode
