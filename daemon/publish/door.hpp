#pragma once

#include <string>
#include <vector>

#include "publish/allow_list.hpp"
#include "publish/feed_counters.hpp"
#include "publish/socket.hpp"

namespace roomtone::publish {

/// Asks at the door: lets in the public keys of the allow-list and names their connections after them.
///
/// ZeroMQ asks it about each handshake of a CURVE socket of the same context (ZAP, RFC 27), after the peer has proved
/// that it holds the secret key. Must be made before the sockets it guards are bound. Used by the feed thread.
class Door {
 public:
  /// `context`, `allowed` and `counters` outlive it.
  Door(const Context& context, const AllowList& allowed, FeedCounters& counters);

  /// Makes `socket` speak CURVE and nothing else, with the server's secret key in Z85. Before it is bound.
  static void guard(Socket& socket, const std::string& secret_key);

  /// Answers one handshake that waits; false when none does.
  [[nodiscard]] bool answer();
  [[nodiscard]] void* handle() const { return socket_.handle(); }
  void close() { socket_.close(); }

 private:
  const AllowList& allowed_;
  FeedCounters& counters_;
  Socket socket_;
  std::vector<std::string> frames_;
};

}  // namespace roomtone::publish
