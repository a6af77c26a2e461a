#include "delivery/signing_key.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace roomtone::delivery {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kBytesMin = 24;
constexpr std::size_t kBytesMax = 64;

const unsigned char* unsigned_data(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and OpenSSL's ending zero
  const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), unsigned_data(bytes),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

Result<SigningKey> SigningKey::parse(std::string_view text) {
  const auto refuse = [] {
    return fail(ErrorCode::invalid_argument, "expected whsec_ and 24 to 64 random bytes in base64 behind it");
  };
  if (!text.starts_with(kPrefix)) return refuse();
  text.remove_prefix(kPrefix.size());
  if (text.empty() || text.size() % 4 != 0 || text.size() > (kBytesMax + 2) / 3 * 4) return refuse();
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), unsigned_data(text),
                                     static_cast<int>(text.size()));
  if (size < 0) return refuse();
  bytes.resize(static_cast<std::size_t>(size) - static_cast<std::size_t>(std::ranges::count(text, '=')));
  // Written again it must be the same: OpenSSL reads past some of what is no base64.
  if (bytes.size() < kBytesMin || bytes.size() > kBytesMax || base64(bytes) != text) return refuse();
  return SigningKey(std::move(bytes));
}

std::string SigningKey::sign(std::string_view id, int64_t unix_seconds, std::string_view body) const {
  std::string signed_text;
  signed_text.append(id).append(".").append(std::to_string(unix_seconds)).append(".").append(body);
  std::array<char, EVP_MAX_MD_SIZE> code{};
  unsigned size = 0;
  const auto* made = ::HMAC(::EVP_sha256(), bytes_.data(), static_cast<int>(bytes_.size()), unsigned_data(signed_text),
                            signed_text.size(), reinterpret_cast<unsigned char*>(code.data()), &size);
  ROOMTONE_ASSERT(made != nullptr);
  return "v1," + base64({code.data(), size});
}

}  // namespace roomtone::delivery
