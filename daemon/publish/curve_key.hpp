#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::publish {

/// CURVE keys as text: Z85, 40 characters.
inline constexpr std::size_t kCurveKeyChars = 40;

struct CurvePair {
  std::string public_key;
  std::string secret_key;
};

/// A new pair, from the system's random numbers. `unsupported` when ZeroMQ was built without CURVE.
[[nodiscard]] Result<CurvePair> make_curve_pair();

/// Whether this is the text of a key.
[[nodiscard]] bool valid_curve_key(std::string_view key);

/// The public key that belongs to a valid secret one.
[[nodiscard]] Result<std::string> public_key_of(const std::string& secret_key);

/// 32 bytes as Z85; empty for any other size.
[[nodiscard]] std::string z85_of(std::string_view bytes);

/// Reads a secret key from a file that holds it alone, on one line. `invalid_argument` for a file that anybody but its
/// owner may read, or that holds something else; the error never quotes what is inside.
[[nodiscard]] Result<std::string> read_secret_key(const std::filesystem::path& file);

/// Reads a public key from a file that holds it alone, on one line. `invalid_argument` for one that holds something
/// else.
[[nodiscard]] Result<std::string> read_public_key(const std::filesystem::path& file);

/// Writes `<stem>.key` (mode 0600) and `<stem>.pub`. Never replaces a file: `unavailable` when one is there.
[[nodiscard]] Result<void> write_curve_pair(const std::filesystem::path& stem, const CurvePair& pair);

}  // namespace roomtone::publish
