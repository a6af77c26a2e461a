#pragma once

#include <string_view>

namespace roomtone {

/// Whether only this machine can reach an address: `localhost`, 127.0.0.0/8, ::1, and 127.0.0.0/8 written as IPv6.
/// Without brackets. Any other name is false: somebody else may resolve it.
[[nodiscard]] bool is_loopback(std::string_view host);

/// Whether the authority of a Host or Origin header ("localhost:5574", "[::1]") names this machine.
[[nodiscard]] bool names_this_machine(std::string_view authority);

/// "localhost:5574" -> "localhost", "[::1]:5574" -> "[::1]".
[[nodiscard]] std::string_view without_port(std::string_view authority);

}  // namespace roomtone
