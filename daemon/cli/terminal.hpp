#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace roomtone::cli {

struct TerminalSize {
  std::size_t columns;
  std::size_t rows;
};

/// The size of the terminal on `fd`; what COLUMNS says, else 100, and 40 rows where there is none.
[[nodiscard]] TerminalSize terminal_size(int fd);

/// Whether the locale of the environment says that texts are UTF-8 (LC_ALL, LC_CTYPE, LANG, in that order).
[[nodiscard]] bool locale_is_utf8();

/// The alternate screen of the terminal on stdout, while one lives: what was there before comes back with its end. Keys
/// typed on stdin arrive at once and are not shown.
class AlternateScreen {
 public:
  AlternateScreen();
  ~AlternateScreen();
  AlternateScreen(const AlternateScreen&) = delete;
  AlternateScreen& operator=(const AlternateScreen&) = delete;

  /// Draws over what is there, without clearing first, so that nothing flickers.
  void show(const std::vector<std::string>& lines);

  /// A key that was typed, or 0.
  [[nodiscard]] char take_key();

 private:
  struct Before;
  const std::unique_ptr<Before> before_;
};

}  // namespace roomtone::cli
