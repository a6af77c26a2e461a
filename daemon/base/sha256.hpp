#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roomtone {

/// What is kept of a secret.
using Sha256 = std::array<uint8_t, 32>;

[[nodiscard]] Sha256 sha256(std::string_view bytes);

/// Takes the same time wherever they differ.
[[nodiscard]] bool equal_in_constant_time(const Sha256& a, const Sha256& b);

/// Lower-case hexadecimal digits, and back. Nothing for anything but 64 of those.
[[nodiscard]] std::string hex_of(const Sha256& hash);
[[nodiscard]] std::optional<Sha256> sha256_of_hex(std::string_view hex);

}  // namespace roomtone
