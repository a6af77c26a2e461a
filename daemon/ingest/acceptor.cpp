#include "ingest/acceptor.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace roomtone::ingest {
namespace {

using boost::asio::ip::tcp;

constexpr int kBacklog = 128;

}  // namespace

Result<tcp::acceptor> listen(boost::asio::io_context& io, ListenAddress& address, const Reach& reach) {
  const std::string text = address.text();
  if (Result<void> good = check_reach(address.host, text, reach); !good) return tl::unexpected<Error>(good.error());
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(address.host == "localhost" ? "127.0.0.1" : address.host, error);
  if (error) {
    return fail(ErrorCode::invalid_argument, "listen on " + text + ": not a numeric address and not localhost");
  }
  const tcp::endpoint endpoint(ip, address.port);
  tcp::acceptor acceptor(io);
  acceptor.open(endpoint.protocol(), error);
  // So that a restart need not wait for old connections to time out; a live listener still keeps its port.
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (!error) address.port = acceptor.local_endpoint(error).port();
  if (error) return fail(ErrorCode::unavailable, "listen on " + text + ": " + error.message());
  return acceptor;
}

boost::asio::awaitable<void> accept_connections(tcp::acceptor& acceptor, std::function<bool()> full,
                                                std::function<void(tcp::socket)> serve) {
  constexpr auto kNoThrow = boost::asio::as_tuple(boost::asio::use_awaitable);
  constexpr std::chrono::milliseconds kBreath{100};
  boost::asio::steady_timer breather(acceptor.get_executor());
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(kNoThrow);
    if (error == boost::asio::error::operation_aborted || !acceptor.is_open()) co_return;
    if (error) {
      // Out of file descriptors, most likely: some connection has to end first.
      breather.expires_after(kBreath);
      co_await breather.async_wait(kNoThrow);
      continue;
    }
    if (full()) continue;  // closes it
    detect_dead_peer(socket);
    serve(std::move(socket));
  }
}

std::string peer_address(const tcp::socket& socket) {
  boost::system::error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  return error ? std::string() : peer.address().to_string();
}

void detect_dead_peer(tcp::socket& socket) {
  const int fd = socket.native_handle();
  const int on = 1;
  const int idle_s = 15;
  const int interval_s = 5;
  const int probes = 3;
  // A kernel that refuses one of these only finds out later; nothing else depends on them.
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

}  // namespace roomtone::ingest
