#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "roomtone/client/reader.hpp"

namespace roomtone::client {

namespace {

constexpr std::size_t kKeyFileBytesMax = 4096;
constexpr std::size_t kKeyChars = 40;
// Z85 has neither quotes nor blanks, so that a key is found in a bare line and in `name = "..."` alike.
constexpr std::string_view kZ85 =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

bool is_key(std::string_view text) {
  return text.size() == kKeyChars && text.find_first_not_of(kZ85) == std::string_view::npos;
}

std::string_view trimmed(std::string_view text, std::string_view what) {
  const auto first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

/// `public-key = "..."`, or nothing.
std::string_view named_key(std::string_view line, std::string_view which) {
  const auto sign = line.find('=');
  if (sign == std::string_view::npos) return {};
  std::string name(trimmed(line.substr(0, sign), " \t"));
  std::replace(name.begin(), name.end(), '_', '-');
  std::string_view value = trimmed(line.substr(sign + 1), " \t");
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  return name == std::string(which) + "-key" && is_key(value) ? value : std::string_view();
}

std::string read_key(const std::string& path, std::string_view which, std::string& error) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  struct stat status {};
  if (!file || fstat(fileno(file.get()), &status) != 0) {
    error = path + ": " + std::strerror(errno);
    return {};
  }
  if (which == "secret" && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    error = path + ": others than its owner may read this secret key: chmod 600 it";
    return {};
  }
  std::string text(kKeyFileBytesMax + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (text.size() > kKeyFileBytesMax) {
    error = path + ": larger than " + std::to_string(kKeyFileBytesMax) + " bytes";
    return {};
  }
  std::string bare;
  int bare_count = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(rest.substr(0, end), " \t\r");
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (const auto key = named_key(line, which); !key.empty()) return std::string(key);
    if (is_key(line)) {
      bare = line;
      ++bare_count;
    }
  }
  if (bare_count != 1) {
    error = path + ": no " + std::string(which) + " key of 40 characters in it";
    return {};
  }
  return bare;
}

}  // namespace

CurveFiles read_curve(const std::string& server_key_file, const std::string& public_key_file,
                      const std::string& secret_key_file) {
  CurveFiles result;
  Curve curve;
  curve.server_key = read_key(server_key_file, "public", result.error);
  if (result.error.empty()) curve.public_key = read_key(public_key_file, "public", result.error);
  if (result.error.empty()) curve.secret_key = read_key(secret_key_file, "secret", result.error);
  if (result.error.empty()) result.curve = std::move(curve);
  return result;
}

}  // namespace roomtone::client
