#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "roomtone/client/events.hpp"

/// The frames of RTN/1 that are no body: keys and the header. See proto/PROTOCOL.md, sections 3 and 4.1.
namespace roomtone::client {

inline constexpr std::string_view kHeartbeatKey = "/hb/";
inline constexpr std::string_view kControlKey = "/ctl/";
inline constexpr std::string_view kCheckSuffix = "~/";
inline constexpr std::string_view kAtmospherePrefix = "/a/";
inline constexpr std::string_view kProtocol = "RTN1";

inline constexpr std::size_t kPrefixBytesMax = 256;  // of a subscription and of a query's prefix
inline constexpr std::size_t kKeyBytesMax = 1024;    // of a key that we take; the deepest known have five levels of 64

enum class HeaderResult { header, garbage, other_version };

/// Writes `out` when it is a header, and `version` when it is one of another version.
[[nodiscard]] HeaderResult parse_header(std::string_view frame, Header& out, unsigned& version);
[[nodiscard]] bool valid_key(std::string_view frame);
/// Whether a snapshot may be asked for it: empty, or from '/' to '/'.
[[nodiscard]] bool valid_prefix(std::string_view prefix);

}  // namespace roomtone::client
