#include "base/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace roomtone {
namespace {

constexpr std::size_t kSecretBytes = 4096;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& file)
      : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  const int fd_;
};

}  // namespace

Result<std::string> read_secret(const std::filesystem::path& file) {
  const std::string tried = "read the secret " + file.string() + ": ";
  const Descriptor opened(file);
  if (opened.get() < 0) return fail(ErrorCode::not_found, tried + std::strerror(errno));
  // Of what was opened, so that nobody can put another file there in between.
  struct stat facts {};
  if (::fstat(opened.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return fail(ErrorCode::invalid_argument, tried + "no plain file");
  if ((facts.st_mode & kOthers) != 0) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}got mode {:04o}, expected 0600, so that its owner alone can read it", tried,
                            facts.st_mode & 07777));
  }
  std::string text(kSecretBytes + 1, '\0');
  const ssize_t size = ::read(opened.get(), text.data(), text.size());
  if (size < 0) return fail(ErrorCode::io, tried + std::strerror(errno));
  text.resize(static_cast<std::size_t>(size));
  if (text.size() > kSecretBytes)
    return fail(ErrorCode::invalid_argument, fmt::format("{}expected at most {} bytes", tried, kSecretBytes));
  if (text.ends_with('\n')) text.pop_back();
  const bool one_line =
      std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (text.empty() || !one_line) return fail(ErrorCode::invalid_argument, tried + "expected one line with the secret");
  return text;
}

}  // namespace roomtone
