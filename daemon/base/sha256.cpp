#include "base/sha256.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace roomtone {

static_assert(SHA256_DIGEST_LENGTH == std::tuple_size_v<Sha256>);

Sha256 sha256(std::string_view bytes) {
  Sha256 hash{};
  ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return hash;
}

bool equal_in_constant_time(const Sha256& a, const Sha256& b) {
  return ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hex_of(const Sha256& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : hash) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

std::optional<Sha256> sha256_of_hex(std::string_view hex) {
  Sha256 hash{};
  if (hex.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const char c = hex[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return std::nullopt;
    hash[i / 2] = static_cast<uint8_t>((hash[i / 2] << 4) | digit);
  }
  return hash;
}

}  // namespace roomtone
