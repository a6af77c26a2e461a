#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "ingest/file_descriptor.hpp"

namespace roomtone::ingest {

/// The port of "127.0.0.1:12345".
inline uint16_t port_of(const std::string& description) {
  return static_cast<uint16_t>(std::stoi(description.substr(description.rfind(':') + 1)));
}

/// A plain blocking connection to a port of this machine. Nothing waits longer than ten seconds.
class SocketClient {
 public:
  explicit SocketClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }

  [[nodiscard]] int fd() const { return fd_.get(); }

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return;  // closed by the other side: the test sees what it answered
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void finish_sending() const { ::shutdown(fd_.get(), SHUT_WR); }

  /// What comes next; empty when the other side has closed.
  [[nodiscard]] std::string receive() const {
    pollfd wait{fd_.get(), POLLIN, 0};
    if (::poll(&wait, 1, 10'000) <= 0) throw std::runtime_error("nothing came within ten seconds");
    std::string bytes(64 * 1024, '\0');
    const ssize_t got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }

 private:
  FileDescriptor fd_;
};

}  // namespace roomtone::ingest
