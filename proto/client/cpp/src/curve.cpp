#include <sys/stat.h>
#include <zmq.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "roomtone/client/reader.hpp"

namespace roomtone::client {

namespace {

constexpr std::size_t kKeyChars = 40;
constexpr std::string_view kZ85 =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

std::string read_key(const std::string& path, bool secret, std::string& error) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  struct stat status {};
  if (!file || fstat(fileno(file.get()), &status) != 0) {
    error = path + ": " + std::strerror(errno);
    return {};
  }
  if (secret && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    error = path + ": others than its owner may read this secret key; chmod 600 it";
    return {};
  }
  std::string text(kKeyChars + 3, '\0');  // longer than a key with its line's end
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.size() == kKeyChars && text.find_first_not_of(kZ85) == std::string::npos) return text;
  error = path + ": expected 40 characters of Z85 on one line, as 'roomtone keygen' writes it";
  return {};
}

}  // namespace

CurveFiles read_curve(const std::string& server_pub, const std::string& own_key) {
  CurveFiles result;
  Curve curve;
  curve.server_key = read_key(server_pub, false, result.error);
  if (result.error.empty()) curve.secret_key = read_key(own_key, true, result.error);
  std::array<char, kKeyChars + 1> public_key{};
  if (result.error.empty() && zmq_curve_public(public_key.data(), curve.secret_key.c_str()) != 0)
    result.error = own_key + ": not a CURVE secret key";
  curve.public_key = public_key.data();
  if (result.error.empty()) result.curve = std::move(curve);
  return result;
}

}  // namespace roomtone::client
