#include "base/token_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/limits.hpp"

namespace roomtone {
namespace {

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

bool valid_token_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string reason() { return std::strerror(errno); }

Result<void> check_mode(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return fail(ErrorCode::not_found, "read the tokens " + path + ": " + reason());
  if (!S_ISREG(facts.st_mode)) return fail(ErrorCode::invalid_argument, "read the tokens " + path + ": no plain file");
  if ((facts.st_mode & kOthers) != 0) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("read the tokens {}: got mode {:04o}, expected 0600, so that its owner alone can read it",
                            path, facts.st_mode & 07777));
  }
  return {};
}

}  // namespace

Result<std::vector<SenderToken>> read_tokens(const std::filesystem::path& file) {
  const std::string path = file.string();
  if (auto good = check_mode(path); !good) return tl::unexpected(std::move(good.error()));
  std::ifstream in(file);
  std::vector<SenderToken> tokens;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t space = line.find(' ');
    SenderToken token;
    token.name = line.substr(0, space);
    const auto hash =
        space == std::string::npos ? std::nullopt : sha256_of_hex(std::string_view(line).substr(space + 1));
    // The line itself is not shown: somebody may have put the token there.
    if (!valid_token_name(token.name) || !hash) {
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("read the tokens {}: line {}: expected a name and 64 hexadecimal digits, as 'roomtone token' "
                      "writes them",
                      path, number));
    }
    token.hash = *hash;
    tokens.push_back(std::move(token));
    if (tokens.size() > limits::kTokenFileLines) {
      return fail(ErrorCode::invalid_argument, fmt::format("read the tokens {}: got more than {}, which is the limit",
                                                           path, limits::kTokenFileLines));
    }
  }
  if (!in.eof()) return fail(ErrorCode::io, "read the tokens " + path);
  if (tokens.empty()) {
    return fail(ErrorCode::invalid_argument,
                "read the tokens " + path + ": got none, expected at least one; 'roomtone token' makes them");
  }
  return tokens;
}

Result<std::string> make_token(const std::filesystem::path& file, std::string_view name) {
  const std::string path = file.string();
  if (!valid_token_name(name)) {
    return fail(ErrorCode::invalid_argument, "name a token: got something else, expected 1 to 64 of a-z, 0-9, - and _");
  }
  std::string secret(32, '\0');
  if (::getrandom(secret.data(), secret.size(), 0) != static_cast<ssize_t>(secret.size())) {
    return fail(ErrorCode::io, "take 32 random bytes: " + reason());
  }
  Sha256 bits{};
  std::memcpy(bits.data(), secret.data(), bits.size());
  std::string token = "rt_" + hex_of(bits);

  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return fail(ErrorCode::io, "write the tokens " + path + ": " + reason());
  const std::string line = fmt::format("{} {}\n", name, hex_of(sha256(token)));
  auto mode = check_mode(path);
  const bool written =
      mode && ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(fd) == 0;
  const std::string why = reason();
  ::close(fd);
  if (!mode) return tl::unexpected(std::move(mode.error()));
  if (!written) return fail(ErrorCode::io, "write the tokens " + path + ": " + why);
  return token;
}

}  // namespace roomtone
