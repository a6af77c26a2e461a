#include "ingest/listen_address.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>

namespace roomtone::ingest {

std::string ListenAddress::text() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(host), error);
  if (error) return false;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).is_loopback();
  }
  return address.is_loopback();
}

Result<void> check_reach(std::string_view host, std::string_view what, bool insecure_bind) {
  if (insecure_bind || is_loopback(host)) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("listen on {}: other machines could reach it and nobody is asked who they are; "
                          "listen on 127.0.0.1, or set insecure_bind if the network in front of it is trusted",
                          what));
}

}  // namespace roomtone::ingest
