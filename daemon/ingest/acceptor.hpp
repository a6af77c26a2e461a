#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "base/result.hpp"
#include "ingest/listen_address.hpp"

namespace roomtone::ingest {

/// Listens, or says why not: "listen on 127.0.0.1:5575: Address already in use". Puts the real port into `address`.
/// Included by .cpp files only.
[[nodiscard]] Result<boost::asio::ip::tcp::acceptor> listen(boost::asio::io_context& io, ListenAddress& address,
                                                            bool insecure_bind);

/// Lets the kernel find out within half a minute that the peer's machine is gone.
void detect_dead_peer(boost::asio::ip::tcp::socket& socket);

}  // namespace roomtone::ingest
