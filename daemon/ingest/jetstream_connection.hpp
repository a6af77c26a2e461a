#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "ingest/jetstream_request.hpp"
#include "ingest/outlet.hpp"
#include "net/host_lookup.hpp"

namespace roomtone::ingest {

/// How a conversation ended, with a sentence for the log. `stopped`: by our own wish.
struct Parting {
  bool stopped = false;
  Loss loss = Loss::closed;
  std::string why = {};
};

/// One WebSocket conversation with a server: name, TCP, TLS, upgrade, the hello where there is one, and then messages
/// until it ends. Everything happens on the thread of `io`. Included by .cpp files only.
class JetstreamConnection {
 public:
  struct Options {
    std::chrono::milliseconds handshake_time;  // each of lookup, TCP, TLS and upgrade within
    std::chrono::milliseconds idle_time;       // without a byte for so long, pings included, the peer is gone
    std::size_t message_bytes_max;             // longer messages are read past, not kept
  };
  struct Handlers {
    std::function<void()> opened;
    /// A whole message; empty with `oversized` for one over the limit. False ends the conversation as `stopped`. What
    /// blocks here is backpressure: nothing is read meanwhile.
    std::function<bool(std::string_view message, bool binary, bool oversized)> message;
  };
  JetstreamConnection(boost::asio::io_context& io, boost::asio::ssl::context& trusted, Options options,
                      Handlers handlers);

  [[nodiscard]] boost::asio::awaitable<Parting> converse(const JetstreamHost& host, const JetstreamRequest& request);

  /// Ends the conversation under way at once, as a loss of this kind.
  void drop(Loss loss, std::string why);

 private:
  template <typename Next>
  [[nodiscard]] boost::asio::awaitable<Parting> talk(Next next, const JetstreamHost& host,
                                                     const JetstreamRequest& request);
  [[nodiscard]] Parting lost(Loss loss, std::string why) const;

  boost::asio::io_context& io_;
  boost::asio::ssl::context& trusted_;
  const Options options_;
  const Handlers handlers_;
  net::HostLookup lookup_;
  // The socket of the conversation under way, or null. Shared with the coroutine, which may be destroyed after this.
  std::shared_ptr<boost::asio::ip::tcp::socket*> open_ = std::make_shared<boost::asio::ip::tcp::socket*>();
  Parting dropped_;  // `why` is set once drop() was called
};

}  // namespace roomtone::ingest
