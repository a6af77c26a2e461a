#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::delivery {

/// Where a request goes: "https://hooks.example/roomtone", "http://127.0.0.1:9093".
struct HttpUrl {
  bool tls = true;
  std::string host;  // a name or an address, without brackets
  uint16_t port = 443;
  std::string target;  // path and query; begins with '/'

  /// "hooks.example", "127.0.0.1:9093", "[::1]:8080": as the Host header has it, without the usual port.
  [[nodiscard]] std::string authority() const;
  /// Without the target, which may hold a secret of its receiver's.
  [[nodiscard]] std::string origin() const { return (tls ? "https://" : "http://") + authority(); }
  /// Another path behind this one's, which loses its last '/': "/am" and "/api/v2/alerts" give "/am/api/v2/alerts".
  [[nodiscard]] std::string below(std::string_view path) const;

  friend bool operator==(const HttpUrl&, const HttpUrl&) = default;
};

/// invalid_argument for anything but http:// and https:// with a host, for credentials in it (they would end up in logs
/// and process lists), for a fragment, and beyond 2,048 bytes. The error does not show what stands behind the host.
[[nodiscard]] Result<HttpUrl> parse_http_url(std::string_view text);

}  // namespace roomtone::delivery
