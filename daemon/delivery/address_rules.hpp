#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace roomtone::delivery {

/// An address in 16 bytes; one of version 4 as ::ffff:a.b.c.d, so that there is one way to write each.
using IpBytes = std::array<uint8_t, 16>;
[[nodiscard]] std::optional<IpBytes> parse_ip(std::string_view text);

/// The addresses that begin with `bits` bits of `address`.
struct Network {
  IpBytes address{};
  uint8_t bits = 128;  // 0 to 128; of version 4: 96 and those written behind the '/'

  [[nodiscard]] bool contains(const IpBytes& ip) const;
  friend bool operator==(const Network&, const Network&) = default;
};

/// "10.1.0.0/16", "fd00::/8", "127.0.0.1". invalid_argument for anything else, and where bits stand behind the prefix.
[[nodiscard]] Result<Network> parse_network(std::string_view text);

/// Which addresses a URL of the configuration may lead to. Whoever may write a URL there, or answers for a name in it,
/// must not thereby have the daemon talk to what only this machine or its own network can reach.
class AddressRules {
 public:
  /// `allowed`: networks that are fine although they are not public.
  explicit AddressRules(std::vector<Network> allowed);

  /// What the address is when it is not to be connected to: "loopback", "private", "link-local" ...; nothing for a
  /// public one and for one of an allowed network. An address of version 4 inside one of version 6 (mapped, NAT64)
  /// is judged as itself.
  [[nodiscard]] std::optional<std::string_view> refusal(const IpBytes& ip) const;

  /// Whether the address is of an allowed network: those may be reached without TLS too.
  [[nodiscard]] bool named(const IpBytes& ip) const;

 private:
  std::vector<Network> allowed_;
};

}  // namespace roomtone::delivery
