#include "publish/curve_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace roomtone::publish {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kZ85 =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

class File {
 public:
  File(const std::filesystem::path& path, int flags, mode_t mode = 0)
      : handle_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (handle_ >= 0) ::close(handle_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] bool is_open() const { return handle_ >= 0; }
  [[nodiscard]] int handle() const { return handle_; }

 private:
  const int handle_;
};

Result<void> write_new(const std::filesystem::path& path, const std::string& key, mode_t mode) {
  const File file(path, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (!file.is_open()) {
    const ErrorCode code = errno == EEXIST ? ErrorCode::unavailable : ErrorCode::io;
    return fail(code, "write " + path.string() + ": " + std::strerror(errno));
  }
  const std::string line = key + "\n";
  if (::write(file.handle(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
      ::fsync(file.handle()) != 0)
    return fail(ErrorCode::io, "write " + path.string() + ": " + std::strerror(errno));
  return {};
}

Result<std::string> read_key(const std::filesystem::path& path, const std::string& tried, bool secret) {
  const File file(path, O_RDONLY);
  if (!file.is_open()) return fail(ErrorCode::not_found, tried + std::strerror(errno));
  struct stat status {};
  if (::fstat(file.handle(), &status) != 0 || !S_ISREG(status.st_mode))
    return fail(ErrorCode::invalid_argument, tried + "not a file");
  if (secret && (status.st_mode & 077) != 0) {
    return fail(ErrorCode::invalid_argument,
                tried + "others may read it, which makes it no secret; expected mode 0600 (chmod 600)");
  }
  std::array<char, kCurveKeyChars + 2> text{};
  const ssize_t size = ::read(file.handle(), text.data(), text.size());
  if (size < 0) return fail(ErrorCode::io, tried + std::strerror(errno));
  std::string_view key(text.data(), static_cast<std::size_t>(size));
  if (key.ends_with('\n')) key.remove_suffix(1);
  if (!valid_curve_key(key))
    return fail(ErrorCode::invalid_argument,
                tried + "expected 40 characters of Z85 on one line, as 'roomtone keygen' writes it");
  return std::string(key);
}

}  // namespace

Result<CurvePair> make_curve_pair() {
  std::array<char, kCurveKeyChars + 1> public_key{};
  std::array<char, kCurveKeyChars + 1> secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
    return fail(ErrorCode::unsupported, "make a CURVE pair: this ZeroMQ was built without CURVE");
  return CurvePair{public_key.data(), secret_key.data()};
}

bool valid_curve_key(std::string_view key) {
  return key.size() == kCurveKeyChars && key.find_first_not_of(kZ85) == std::string_view::npos;
}

Result<std::string> public_key_of(const std::string& secret_key) {
  std::array<char, kCurveKeyChars + 1> public_key{};
  if (zmq_curve_public(public_key.data(), secret_key.c_str()) != 0)
    return fail(ErrorCode::invalid_argument, "derive a public key: not a CURVE secret key");
  return std::string(public_key.data());
}

std::string z85_of(std::string_view bytes) {
  if (bytes.size() != kKeyBytes) return {};
  std::array<char, kCurveKeyChars + 1> text{};
  zmq_z85_encode(text.data(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return text.data();
}

Result<std::string> read_secret_key(const std::filesystem::path& path) {
  const std::string tried = "read the secret key " + path.string() + ": ";
  auto key = read_key(path, tried, true);
  if (key && !public_key_of(*key)) return fail(ErrorCode::invalid_argument, tried + "not a CURVE secret key");
  return key;
}

Result<std::string> read_public_key(const std::filesystem::path& path) {
  return read_key(path, "read the public key " + path.string() + ": ", false);
}

Result<void> write_curve_pair(const std::filesystem::path& stem, const CurvePair& pair) {
  const auto with = [&stem](const char* ending) {
    std::filesystem::path path = stem;
    path += ending;
    return path;
  };
  if (auto written = write_new(with(".key"), pair.secret_key, 0600); !written) return written;
  return write_new(with(".pub"), pair.public_key, 0644);
}

}  // namespace roomtone::publish
