#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::ingest {

/// Where a server of ours listens: a numeric address or `localhost`, never a name that somebody else resolves.
struct ListenAddress {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  // 0: any free one

  /// "127.0.0.1:5575", "[::1]:5575".
  [[nodiscard]] std::string text() const;
};

/// Whether only this machine can reach it.
[[nodiscard]] bool is_loopback(std::string_view host);

/// Nobody is asked who they are, so listening where other machines can reach us is refused unless the operator
/// insists. `what` is how the address is written in the configuration.
[[nodiscard]] Result<void> check_reach(std::string_view host, std::string_view what, bool insecure_bind);

}  // namespace roomtone::ingest
