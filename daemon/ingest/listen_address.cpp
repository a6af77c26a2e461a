#include "ingest/listen_address.hpp"

#include <fmt/format.h>

#include "base/loopback.hpp"

namespace roomtone::ingest {

std::string ListenAddress::text() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<void> check_reach(std::string_view host, std::string_view what, const Reach& reach) {
  if (reach.insecure_bind || !reach.tokens.empty() || is_loopback(host)) return {};
  return fail(
      ErrorCode::invalid_argument,
      fmt::format("listen on {}: got an address that other machines can reach, and nobody is asked who they are; "
                  "expected a loopback address such as 127.0.0.1{}, or insecure_bind where the network in front of "
                  "it is trusted",
                  what, reach.takes_tokens ? ", or tokens" : ""));
}

std::string tcp_host(std::string_view endpoint) {
  constexpr std::string_view kTcp = "tcp://";
  if (!endpoint.starts_with(kTcp)) return {};
  std::string_view host = endpoint.substr(kTcp.size());
  host = host.substr(0, host.rfind(':'));
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return std::string(host);
}

}  // namespace roomtone::ingest
