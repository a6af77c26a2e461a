#include "text/tokenize.hpp"

#include "base/limits.hpp"
#include "text/cutter.hpp"
#include "text/html_entities.hpp"

namespace roomtone::text {

namespace {

/// The text up to the limit, cut before a code point rather than inside it.
std::string_view within_limit(std::string_view text) {
  if (text.size() <= limits::kTextBytes) return text;
  std::size_t size = limits::kTextBytes;
  for (int i = 0; i < 3 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80; ++i) --size;
  return text.substr(0, size);
}

}  // namespace

void tokenize(std::string_view text, Tokens& tokens) {
  text = within_limit(text);
  Cutter cutter(text, tokens);
  if (cutter.run()) return;
  undo_html_entities(text, tokens.undone);
  Cutter again(tokens.undone, tokens);
  again.leave_entities();
  static_cast<void>(again.run());
}

}  // namespace roomtone::text
