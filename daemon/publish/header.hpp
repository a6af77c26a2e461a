#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace roomtone::publish {

inline constexpr std::size_t kHeaderBytes = 40;
inline constexpr uint16_t kHeaderMagic = 0x5254;  // "RT"
inline constexpr uint8_t kHeaderVersion = 1;

/// Bits of Header::flags. A reader ignores bits it does not know.
enum Flag : uint8_t {
  kFlagResend = 1U << 0,   // published before under the same sequences
  kFlagPartial = 1U << 1,  // the window may still change
  kFlagFinal = 1U << 2,
  kFlagCorrected = 1U << 3,  // was final, and changed afterwards
  kFlagTombstone = 1U << 4,  // the key is gone; reserved, not sent in this release
  kFlagProtobuf = 1U << 5,   // the body is protobuf; JSON otherwise
};

/// The second frame of every message on the feed: 40 bytes, big-endian (proto/PROTOCOL.md has the table).
struct Header {
  uint8_t flags = 0;
  uint64_t epoch = 0;
  uint64_t global_seq = 0;
  uint64_t key_seq = 0;  // from 1; 0 in frames that are not sequenced: heartbeat, check, control
  Instant publish_time = instant_of_micros(0);
  friend bool operator==(const Header&, const Header&) = default;
};

[[nodiscard]] std::array<char, kHeaderBytes> encode_header(const Header& header);

/// `corrupt` for a wrong size or magic, `unsupported` for another version. The reserved field and unknown flags
/// are not looked at, so that they can get a meaning later.
[[nodiscard]] Result<Header> decode_header(std::string_view bytes);

}  // namespace roomtone::publish
