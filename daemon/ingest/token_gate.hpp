#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/token_file.hpp"

namespace roomtone::ingest {

/// Lets in who shows a token that is known; with no tokens at all, everybody. An address that showed
/// limits::kWrongTokens wrong ones within limits::kWrongTokenWindow is not heard until that has passed, so that trying
/// costs time and little else. Owned by the source's thread.
class TokenGate {
 public:
  enum class Verdict {
    welcome,
    wrong,  // or none shown
    wait,   // too many wrong ones from there; this one was not looked at
  };
  explicit TokenGate(std::vector<SenderToken> tokens) : tokens_(std::move(tokens)) {}

  [[nodiscard]] bool asks() const { return !tokens_.empty(); }
  /// `peer` is the address that it came from, without its port.
  [[nodiscard]] Verdict judge(std::string_view peer, std::string_view token, Mono now);

 private:
  struct Tries {
    Mono since{};
    std::size_t wrong = 0;
  };
  Tries& tries_of(std::string_view peer, Mono now);

  const std::vector<SenderToken> tokens_;
  std::unordered_map<std::string, Tries> tries_;  // at most kPeers
};

/// The token in "Bearer TOKEN"; empty for anything else.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization);

}  // namespace roomtone::ingest
