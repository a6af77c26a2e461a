#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "roomtone/client/events.hpp"

/// Bodies of RTN/1, JSON or protobuf. Nothing where the body is neither, or a known member has another type; unknown
/// members are stepped over.
namespace roomtone::client {

struct Check {
  uint64_t keys = 0;
  uint64_t key_seq_sum = 0;
};

[[nodiscard]] std::optional<Atmosphere> read_atmosphere(std::string_view body, bool protobuf);
[[nodiscard]] std::optional<Heartbeat> read_heartbeat(std::string_view body, bool protobuf);
[[nodiscard]] std::optional<Check> read_check(std::string_view body, bool protobuf);
/// The event of a control frame.
[[nodiscard]] std::optional<std::string> read_control(std::string_view body, bool protobuf);

}  // namespace roomtone::client
