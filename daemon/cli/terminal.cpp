#include "cli/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace roomtone::cli {
namespace {

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) return;  // the terminal has gone; the loop learns it by a signal
    if (done > 0) bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

}  // namespace

TerminalSize terminal_size(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) return {size.ws_col, size.ws_row};
  const char* columns = std::getenv("COLUMNS");
  const int wanted = columns == nullptr ? 0 : std::atoi(columns);
  return {wanted > 0 && wanted < 10'000 ? static_cast<std::size_t>(wanted) : 100, 40};
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale(value);
    for (const std::string_view spelling : {"UTF-8", "utf-8", "UTF8", "utf8"})
      if (locale.find(spelling) != std::string_view::npos) return true;
    return false;
  }
  return false;
}

struct AlternateScreen::Before {
  termios mode{};
  bool keys = false;  // stdin is a terminal, too
};

AlternateScreen::AlternateScreen() : before_(std::make_unique<Before>()) {
  if (::tcgetattr(STDIN_FILENO, &before_->mode) == 0) {
    before_->keys = true;
    termios mode = before_->mode;
    mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // Ctrl-C keeps its meaning
    ::tcsetattr(STDIN_FILENO, TCSANOW, &mode);
  }
  write_all("\x1b[?1049h\x1b[?25l\x1b[2J");
}

AlternateScreen::~AlternateScreen() {
  write_all("\x1b[0m\x1b[?25h\x1b[?1049l");
  if (before_->keys) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_->mode);
}

void AlternateScreen::show(const std::vector<std::string>& lines) {
  std::string out = "\x1b[H";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out.append("\r\n");
    out.append(lines[i]).append("\x1b[K");
  }
  out.append("\x1b[J");
  write_all(out);
}

char AlternateScreen::take_key() {
  if (!before_->keys) return 0;
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char key = 0;
  if (::poll(&input, 1, 0) != 1 || ::read(STDIN_FILENO, &key, 1) != 1) return 0;
  return key;
}

}  // namespace roomtone::cli
