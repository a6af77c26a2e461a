#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "publish/socket.hpp"

namespace roomtone::publish {

/// What happened to a connection of a bound socket.
struct ConnectionEvent {
  enum class Kind : uint8_t {
    opened,  // accepted; the handshake is still to come
    closed,
    failed,  // its handshake: wrong mechanism or key, not ZMTP, too slow, or gone half way. `closed` follows
  };
  Kind kind = Kind::opened;
  int connection = -1;  // file handle; not of `failed`
};

/// ZeroMQ's events about the connections of one socket. Used by the thread that owns the socket.
class ConnectionMonitor {
 public:
  /// `watched` is not bound yet and outlives the monitor. `name` is unique within the context.
  ConnectionMonitor(const Context& context, const Socket& watched, const std::string& name);

  [[nodiscard]] std::optional<ConnectionEvent> next();
  [[nodiscard]] void* handle() const { return socket_.handle(); }
  void close();

 private:
  void* watched_;
  Socket socket_;
  std::vector<std::string> frames_;
};

}  // namespace roomtone::publish
