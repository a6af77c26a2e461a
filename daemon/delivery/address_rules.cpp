#include "delivery/address_rules.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

#include "base/assert.hpp"

namespace roomtone::delivery {
namespace {

struct Special {
  std::string_view network;
  std::string_view what;
};

// The special-purpose registries of IANA (RFC 6890 and later), as far as they are not reachable for everybody or lead
// back to another of these.
constexpr Special kSpecial[] = {
    {"0.0.0.0/8", "unspecified"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared by a carrier"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved"},
    {"192.0.2.0/24", "for documentation"},
    {"192.88.99.0/24", "reserved"},
    {"192.168.0.0/16", "private"},
    {"198.18.0.0/15", "for benchmarks"},
    {"198.51.100.0/24", "for documentation"},
    {"203.0.113.0/24", "for documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"fc00::/7", "private"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "private"},
    {"ff00::/8", "multicast"},
    {"2001::/23", "reserved"},  // Teredo among them, which holds an address of version 4
    {"2001:db8::/32", "for documentation"},
    {"2002::/16", "6to4"},  // holds an address of version 4
    {"3fff::/20", "for documentation"},
};

const Network& mapped_v4() {
  static const Network network{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
  return network;
}
/// All that is given out of version 6; what lies outside is reserved.
const Network& global_v6() {
  static const Network network{{0x20}, 3};
  return network;
}
const Network& nat64() {
  static const Network network{{0x00, 0x64, 0xff, 0x9b}, 96};
  return network;
}

/// The address that is meant: behind NAT64's prefix stands one of version 4.
IpBytes meant(IpBytes ip) {
  if (nat64().contains(ip)) std::copy_n(mapped_v4().address.begin(), 12, ip.begin());
  return ip;
}

const std::vector<std::pair<Network, std::string_view>>& special_networks() {
  static const auto table = [] {
    std::vector<std::pair<Network, std::string_view>> networks;
    for (const Special& special : kSpecial) {
      auto network = parse_network(special.network);
      ROOMTONE_ASSERT(network.has_value());
      networks.emplace_back(*network, special.what);
    }
    return networks;
  }();
  return table;
}

}  // namespace

std::optional<IpBytes> parse_ip(std::string_view text) {
  const std::string ended(text);
  IpBytes ip = mapped_v4().address;
  if (::inet_pton(AF_INET, ended.c_str(), ip.data() + 12) == 1) return ip;
  if (::inet_pton(AF_INET6, ended.c_str(), ip.data()) == 1) return ip;
  return std::nullopt;
}

bool Network::contains(const IpBytes& ip) const {
  const std::size_t whole = bits / 8;
  if (!std::equal(ip.begin(), ip.begin() + static_cast<std::ptrdiff_t>(whole), address.begin())) return false;
  const unsigned left = bits % 8;
  return left == 0 || ((ip[whole] ^ address[whole]) >> (8 - left)) == 0;
}

Result<Network> parse_network(std::string_view text) {
  const auto refuse = [] {
    return fail(ErrorCode::invalid_argument, "expected a network such as 10.1.0.0/16, fd00::/8 or 127.0.0.1");
  };
  const std::size_t slash = text.find('/');
  const auto ip = parse_ip(text.substr(0, slash));
  if (!ip) return refuse();
  Network network{*ip, 128};
  if (slash != text.npos) {
    const std::string_view digits = text.substr(slash + 1);
    const unsigned before = text.substr(0, slash).find(':') == text.npos ? 96 : 0;
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || bits > 128 - before)
      return refuse();
    network.bits = static_cast<uint8_t>(before + bits);
  }
  for (unsigned bit = network.bits; bit < 128; ++bit) {
    if ((network.address[bit / 8] >> (7 - bit % 8) & 1) != 0)
      return fail(ErrorCode::invalid_argument, "expected nothing but zeros behind the bits of the network");
  }
  return network;
}

AddressRules::AddressRules(std::vector<Network> allowed) : allowed_(std::move(allowed)) {}

bool AddressRules::named(const IpBytes& ip) const {
  return std::ranges::any_of(allowed_, [&](const Network& network) { return network.contains(meant(ip)); });
}

std::optional<std::string_view> AddressRules::refusal(const IpBytes& given) const {
  const IpBytes ip = meant(given);
  if (named(ip)) return std::nullopt;
  for (const auto& [network, what] : special_networks())
    if (network.contains(ip)) return what;
  if (!mapped_v4().contains(ip) && !global_v6().contains(ip)) return "reserved";
  return std::nullopt;
}

}  // namespace roomtone::delivery
