#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/token_file.hpp"

namespace roomtone::ingest {

/// Where a server of ours listens: a numeric address or `localhost`, never a name that somebody else resolves.
struct ListenAddress {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  // 0: any free one

  /// "127.0.0.1:5575", "[::1]:5575".
  [[nodiscard]] std::string text() const;
};

/// Who may send to a server of ours.
struct Reach {
  std::vector<SenderToken> tokens;  // whoever shows one; with none, whoever can reach us
  bool insecure_bind = false;       // the operator insists on listening for other machines without tokens
  bool takes_tokens = true;         // it could ask for tokens, so that is worth saying
};

/// Without tokens nobody is asked who they are, so listening where other machines can reach us is refused unless the
/// operator insists. `what` is how the address is written in the configuration.
[[nodiscard]] Result<void> check_reach(std::string_view host, std::string_view what, const Reach& reach);

/// The host of "tcp://HOST:PORT", without brackets; empty for transports that stay on this machine.
[[nodiscard]] std::string tcp_host(std::string_view endpoint);

}  // namespace roomtone::ingest
