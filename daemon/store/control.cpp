#include "store/control.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <sstream>

namespace roomtone::store {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSocket = "control";
constexpr const char* kCheckpoint = "checkpoint";
constexpr int kLookMs = 250;             // how soon a stop is noticed
constexpr int kRequestMs = 5000;         // for the line to come
constexpr std::size_t kLineBytes = 512;  // of a request or an answer

/// A folder of any depth: a socket's path has at most 107 bytes, the way through its descriptor always fits.
class Folder {
 public:
  explicit Folder(const fs::path& folder) : fd_(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}
  ~Folder() {
    if (fd_ >= 0) ::close(fd_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] sockaddr_un socket() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", fd_, kSocket);
    return address;
  }

 private:
  const int fd_;
};

bool readable(int fd, int milliseconds) {
  pollfd waits{fd, POLLIN, 0};
  return ::poll(&waits, 1, milliseconds) > 0;
}

/// A line without its end; nothing when the peer does not send one in time.
std::optional<std::string> read_line(int fd, int milliseconds) {
  std::string line;
  while (line.size() < kLineBytes && readable(fd, milliseconds)) {
    char c = 0;
    if (::recv(fd, &c, 1, 0) != 1) break;
    if (c == '\n') return line;
    line.push_back(c);
  }
  return std::nullopt;
}

void send_line(int fd, std::string line) {
  line += '\n';
  (void)!::send(fd, line.data(), line.size(), MSG_NOSIGNAL);  // a peer that has gone is noticed when it is read from
}

/// The N of a line's last word "+N", which is taken off.
std::optional<std::size_t> take_size(std::string& line) {
  const std::size_t plus = line.rfind(" +");
  if (plus == std::string::npos) return std::nullopt;
  std::size_t size = 0;
  const char* const end = line.data() + line.size();
  const auto [rest, error] = std::from_chars(line.data() + plus + 2, end, size);
  if (error != std::errc{} || rest != end) return std::nullopt;
  line.resize(plus);
  return size;
}

/// That many bytes; nothing when the peer does not send them in time.
std::optional<std::string> read_bytes(int fd, std::size_t size, int milliseconds) {
  std::string bytes(size, '\0');
  for (std::size_t at = 0; at < size;) {
    if (!readable(fd, milliseconds)) return std::nullopt;
    const ssize_t got = ::recv(fd, bytes.data() + at, size - at, 0);
    if (got <= 0) return std::nullopt;
    at += static_cast<std::size_t>(got);
  }
  return bytes;
}

void send_with_size(int fd, const std::string& line, std::string_view bytes) {
  std::string all = line + " +" + std::to_string(bytes.size()) + "\n";
  all += bytes;
  for (std::size_t at = 0; at < all.size();) {
    const ssize_t sent = ::send(fd, all.data() + at, all.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return;  // gone, or not reading
    at += static_cast<std::size_t>(sent);
  }
}

void discard(const fs::path& folder) {
  std::error_code ignored;  // what stays behind is removed at the next start
  fs::remove_all(folder, ignored);
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::open(const fs::path& folder, Store& store, Refuse refuse,
                                                           Answer answer) {
  const std::string name = (folder / kSocket).string();
  const auto failed = [&name] { return fail(ErrorCode::io, "listen on " + name + ": " + std::strerror(errno)); };
  discard(folder / kCheckpoint);  // of a backup under way when a daemon was killed
  const Folder here(folder);
  ::unlinkat(here.fd(), kSocket, 0);  // of a daemon before us: the store is ours, so that one has ended
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return failed();
  const sockaddr_un address = here.socket();
  // Made without rights for others: there is no moment in which they could connect.
  const mode_t before = ::umask(0177);
  const int bound = ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0 || ::listen(listener, 4) != 0) {
    auto error = failed();
    ::close(listener);
    return error;
  }
  return std::unique_ptr<ControlServer>(
      new ControlServer(folder, store, std::move(refuse), std::move(answer), listener));
}

ControlServer::~ControlServer() {
  ::close(listener_);
  ::unlink((folder_ / kSocket).c_str());
}

void ControlServer::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!readable(listener_, kLookMs)) continue;
    const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) continue;
    serve(peer, stop);
    ::close(peer);
  }
}

void ControlServer::serve(int peer, const std::stop_token& stop) {
  const timeval patience{kRequestMs / 1000, 0};  // a peer that does not read holds up the next one no longer
  ::setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  auto line = read_line(peer, kRequestMs);
  if (!line) return;
  if (*line == kCheckpoint) return lend_checkpoint(peer, stop);
  const std::size_t size = take_size(*line).value_or(0);
  if (size > kBodyBytes) return send_with_size(peer, "error", "a request of more than 1 MiB");
  const auto body = read_bytes(peer, size, kRequestMs);
  if (!body) return;
  if (const auto answer = answer_(*line, *body)) {
    send_with_size(peer, "ok", *answer);
  } else {
    send_with_size(peer, "error", answer.error().context);
  }
}

void ControlServer::lend_checkpoint(int peer, const std::stop_token& stop) {
  if (const auto reason = refuse_()) return send_line(peer, "error " + *reason);
  const fs::path made = folder_ / kCheckpoint;
  discard(made);
  if (auto checkpoint = store_.checkpoint(made)) {
    send_line(peer, "ok " + std::to_string(checkpoint->epoch) + " " + std::to_string(checkpoint->sequence) + " " +
                        kCheckpoint);
    // Until the peer closes; whatever else it sends is not looked at.
    std::array<char, kLineBytes> unread{};
    while (!stop.stop_requested())
      if (readable(peer, kLookMs) && ::recv(peer, unread.data(), unread.size(), 0) <= 0) break;
  } else {
    send_line(peer, "error " + checkpoint.error().context.substr(0, kLineBytes - 16));
  }
  discard(made);
}

Result<std::string> ask_daemon(const fs::path& store_folder, std::string request, std::string_view body) {
  constexpr std::size_t kAnswerBytes = 64 * 1024 * 1024;
  const Folder there(store_folder);
  const sockaddr_un address = there.socket();
  const int daemon = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto failed = [&](const std::string& what) {
    if (daemon >= 0) ::close(daemon);
    return fail(ErrorCode::unavailable, "ask the daemon of " + store_folder.string() + ": " + what);
  };
  if (daemon < 0 || ::connect(daemon, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed(std::strerror(errno));
  if (body.empty()) {
    send_line(daemon, std::move(request));
  } else {
    send_with_size(daemon, request, body);
  }
  auto verdict = read_line(daemon, -1);  // unlimited in time, as for a checkpoint
  const auto size = verdict ? take_size(*verdict) : std::nullopt;
  if (!size || *size > kAnswerBytes) return failed("it went away");
  auto answer = read_bytes(daemon, *size, kRequestMs);
  if (!answer) return failed("it went away");
  ::close(daemon);
  if (*verdict != "ok") return fail(ErrorCode::invalid_argument, std::move(*answer));
  return std::move(*answer);
}

Result<std::unique_ptr<BorrowedCheckpoint>> BorrowedCheckpoint::of(const fs::path& store_folder) {
  if (!fs::exists(store_folder / "CURRENT")) return fail(ErrorCode::not_found, "no store in " + store_folder.string());
  std::unique_ptr<BorrowedCheckpoint> borrowed(new BorrowedCheckpoint());
  borrowed->folder_ = store_folder / kCheckpoint;
  const Folder there(store_folder);
  const sockaddr_un address = there.socket();
  borrowed->daemon_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(borrowed->daemon_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    send_line(borrowed->daemon_, kCheckpoint);
    // Unlimited in time: a daemon that is busy with another backup answers when that is done.
    const auto answer = read_line(borrowed->daemon_, -1);
    std::istringstream words(answer.value_or("error the daemon went away"));
    std::string verdict;
    std::string name;
    if (words >> verdict; verdict != "ok" || !(words >> borrowed->facts_.epoch >> borrowed->facts_.sequence >> name) ||
                          name != kCheckpoint) {
      borrowed->folder_.clear();
      return fail(ErrorCode::unavailable, "ask the daemon for a checkpoint: " + answer.value_or("it went away"));
    }
    return borrowed;
  }
  // Nobody listens: the store is ours for the moment, or open() says who has it.
  ::close(std::exchange(borrowed->daemon_, -1));
  StoreOptions options;
  options.folder = store_folder;
  borrowed->folder_.clear();
  auto store = Store::open(options);
  if (!store) return tl::unexpected(std::move(store.error()));
  borrowed->folder_ = store_folder / kCheckpoint;
  discard(borrowed->folder_);
  auto made = (*store)->checkpoint(borrowed->folder_);
  if (!made) return tl::unexpected(std::move(made.error()));
  borrowed->facts_ = *made;
  return borrowed;
}

BorrowedCheckpoint::~BorrowedCheckpoint() {
  if (daemon_ >= 0) {
    ::close(daemon_);  // the daemon removes it
  } else if (!folder_.empty()) {
    discard(folder_);
  }
}

}  // namespace roomtone::store
