#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::delivery {

/// With the padding.
[[nodiscard]] std::string base64(std::string_view bytes);

/// What a webhook's receiver and we know and nobody else. Signs as Standard Webhooks 1.0 does, for which there are
/// verifiers in most languages.
class SigningKey {
 public:
  /// "whsec_" and 24 to 64 bytes in base64. The error shows nothing of it.
  [[nodiscard]] static Result<SigningKey> parse(std::string_view text);

  /// The value of `webhook-signature`: "v1," and the HMAC-SHA256 of "ID.SECONDS.BODY" in base64.
  [[nodiscard]] std::string sign(std::string_view id, int64_t unix_seconds, std::string_view body) const;

 private:
  explicit SigningKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

}  // namespace roomtone::delivery
