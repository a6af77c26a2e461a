#include "app/toml_place.hpp"

namespace roomtone::app {

namespace {

/// Reads characters and keeps count of lines and columns.
class Walker {
 public:
  Walker(std::string_view file, TextPlace to) : rest_(file) {
    while (!rest_.empty() && place_.line < to.line) step();
    while (!rest_.empty() && place_.column < to.column && rest_.front() != '\n') step();
  }

  [[nodiscard]] TextPlace place() const { return place_; }
  [[nodiscard]] bool at(std::string_view text) const { return rest_.starts_with(text); }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  void step() {
    if (rest_.empty()) return;
    const bool line_ends = rest_.front() == '\n';
    rest_.remove_prefix(1);
    while (!rest_.empty() && (static_cast<unsigned char>(rest_.front()) & 0xC0) == 0x80) rest_.remove_prefix(1);
    place_ = line_ends ? TextPlace{place_.line + 1, 1} : TextPlace{place_.line, place_.column + 1};
  }
  void step(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) step();
  }
  void skip_spaces() {
    while (at(" ") || at("\t") || at("\n") || at("\r")) step();
  }

 private:
  std::string_view rest_;
  TextPlace place_;
};

}  // namespace

TextPlace place_in_string(std::string_view file, TextPlace begin, std::size_t number) {
  Walker walker(file, begin);
  const bool escapes = walker.at("\"");
  const std::string_view quotes = walker.at("'''") ? "'''" : walker.at("\"\"\"") ? "\"\"\"" : escapes ? "\"" : "'";
  walker.step(quotes.size());
  if (quotes.size() == 3) {  // a line end right behind the quotes is not part of the string
    if (walker.at("\r\n")) walker.step();
    if (walker.at("\n")) walker.step();
  }
  while (number > 0 && !walker.at_end() && !walker.at(quotes)) {
    if (escapes && walker.at("\\")) {
      walker.step();
      if (walker.at(" ") || walker.at("\t") || walker.at("\n") || walker.at("\r")) {
        walker.skip_spaces();  // a backslash at the end of a line takes the gap away
        continue;
      }
      walker.step(walker.at("u") ? 5 : walker.at("U") ? 9 : 1);
    } else {
      if (walker.at("\r\n")) walker.step();
      walker.step();
    }
    --number;
  }
  return walker.place();
}

}  // namespace roomtone::app
