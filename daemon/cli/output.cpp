#include "cli/output.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace roomtone::cli {

namespace {

std::string reason() { return std::strerror(errno); }

/// A file descriptor: a file, a pipe or a connected socket.
class DescriptorOutput final : public Output {
 public:
  DescriptorOutput(int fd, std::string name, bool owned) : fd_(fd), name_(std::move(name)), owned_(owned) {}
  ~DescriptorOutput() override {
    if (owned_ && fd_ >= 0) ::close(fd_);
  }

  Result<bool> write(std::string_view lines) override {
    while (!lines.empty()) {
      const ssize_t done = ::write(fd_, lines.data(), lines.size());
      if (done >= 0) {
        lines.remove_prefix(static_cast<std::size_t>(done));
      } else if (errno == EPIPE && !owned_) {
        return false;
      } else if (errno == EPIPE || errno == ECONNRESET) {
        return fail(ErrorCode::unavailable, "write to " + name_ + ": the other side closed the connection");
      } else if (errno == EINTR) {
        return false;  // only a signal that asks us to stop interrupts
      } else {
        return fail(ErrorCode::io, "write to " + name_ + ": " + reason());
      }
    }
    return true;
  }

  Result<void> finish() override {
    if (!owned_) return {};
    const int fd = std::exchange(fd_, -1);
    // Half-closing first lets the peer read everything before it sees the end.
    if (::shutdown(fd, SHUT_WR) != 0 && errno != ENOTSOCK && errno != ENOTCONN) {
      const std::string why = reason();
      ::close(fd);
      return fail(ErrorCode::io, "close " + name_ + ": " + why);
    }
    if (::close(fd) != 0) return fail(ErrorCode::io, "close " + name_ + ": " + reason());
    return {};
  }

 private:
  int fd_;
  const std::string name_;
  const bool owned_;
};

Result<int> connect_tcp(const HostPort& peer, const std::string& where) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int rc = ::getaddrinfo(peer.host.c_str(), peer.port.c_str(), &hints, &found); rc != 0)
    return fail(ErrorCode::unavailable, "look up " + peer.host + ": " + ::gai_strerror(rc));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
  int why = ECONNREFUSED;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    const int fd = ::socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
    if (fd < 0) {
      why = errno;
      continue;
    }
    if (::connect(fd, address->ai_addr, address->ai_addrlen) == 0) return fd;
    why = errno;
    ::close(fd);
  }
  return fail(ErrorCode::unavailable, "connect to " + where + ": " + std::strerror(why) +
                                          ". Is roomtoned running, with a source that listens there?");
}

}  // namespace

HostPort split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return {};
  const bool digits = std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (host.empty() || port.empty() || port.size() > 5 || !digits) return {};
  return {std::string(host), std::string(port)};
}

bool is_port(std::string_view where) { return where.starts_with("tcp://") || where.starts_with("http://"); }

Result<std::unique_ptr<Output>> open_output(const std::string& where) {
  if (where == "-") return std::make_unique<DescriptorOutput>(STDOUT_FILENO, "stdout", false);
  if (is_port(where)) {
    const bool http = where.starts_with("http://");
    const std::string_view rest = std::string_view(where).substr(http ? 7 : 6);
    const std::size_t slash = rest.find('/');
    const HostPort peer = split_host_port(rest.substr(0, slash));
    const std::string path(slash == std::string_view::npos ? "" : rest.substr(slash));
    if (peer.host.empty() || (!http && !path.empty()) || (http && path.empty()))
      return fail(ErrorCode::invalid_argument,
                  "'" + where + "' is no address; write tcp://HOST:PORT or http://HOST:PORT/v1/messages");
    const auto fd = connect_tcp(peer, where);
    if (!fd) return tl::unexpected(fd.error());
    if (http) return make_http_output(*fd, peer, path);
    return std::make_unique<DescriptorOutput>(*fd, where, true);
  }
  if (where.find("://") != std::string::npos)
    return fail(ErrorCode::invalid_argument,
                "'" + where + "' is no address that can be written to; use a file, -, tcp:// or http://");
  const int fd = ::open(where.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return fail(ErrorCode::unavailable, "open " + where + " for writing: " + reason());
  return std::make_unique<DescriptorOutput>(fd, where, true);
}

}  // namespace roomtone::cli
