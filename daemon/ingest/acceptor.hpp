#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "ingest/listen_address.hpp"

namespace roomtone::ingest {

/// Listens, or says why not: "listen on 127.0.0.1:5575: Address already in use". Puts the real port into `address`.
/// Included by .cpp files only.
[[nodiscard]] Result<boost::asio::ip::tcp::acceptor> listen(boost::asio::io_context& io, ListenAddress& address,
                                                            const Reach& reach);

/// Hands every connection to `serve` until the acceptor is closed; one that comes while `full` is closed at once.
boost::asio::awaitable<void> accept_connections(boost::asio::ip::tcp::acceptor& acceptor, std::function<bool()> full,
                                                std::function<void(boost::asio::ip::tcp::socket)> serve);

/// Lets the kernel find out within half a minute that the peer's machine is gone.
void detect_dead_peer(boost::asio::ip::tcp::socket& socket);

/// The address at the other end, without its port; empty when it is gone.
[[nodiscard]] std::string peer_address(const boost::asio::ip::tcp::socket& socket);

}  // namespace roomtone::ingest
