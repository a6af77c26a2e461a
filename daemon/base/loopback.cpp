#include "base/loopback.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

namespace roomtone {

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  const std::string text(host);  // inet_pton wants an end
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

std::string_view without_port(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  const std::size_t bracket = authority.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return authority;
  return authority.substr(0, colon);
}

bool names_this_machine(std::string_view authority) {
  const std::string_view host = without_port(authority);
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return host == "127.0.0.1" || host == "[::1]" || std::ranges::equal(host, std::string_view("localhost"), same);
}

}  // namespace roomtone
