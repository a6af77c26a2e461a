#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "base/bytes.hpp"

namespace roomtone::alerts {

/// Floating state goes to bytes and back bit by bit: a detector that was restarted must not differ in the last place,
/// or it would alert at another moment.
inline void put(ByteWriter& out, double v) { out.u64_be(std::bit_cast<uint64_t>(v)); }
inline void put(ByteWriter& out, float v) {
  const auto bits = std::bit_cast<uint32_t>(v);
  for (int shift = 24; shift >= 0; shift -= 8) out.u8(static_cast<uint8_t>(bits >> shift));
}
inline void put(ByteWriter& out, int64_t v) { out.zigzag(v); }

/// Reads one value; false for a number that is not finite, which no detector writes.
[[nodiscard]] inline bool get(ByteReader& in, double& v) {
  v = std::bit_cast<double>(in.u64_be());
  return in.ok() && std::isfinite(v);
}
[[nodiscard]] inline bool get(ByteReader& in, float& v) {
  uint32_t bits = 0;
  for (int i = 0; i < 4; ++i) bits = bits << 8 | in.u8();
  v = std::bit_cast<float>(bits);
  return in.ok() && std::isfinite(v);
}
[[nodiscard]] inline bool get(ByteReader& in, int64_t& v) {
  v = in.zigzag();
  return in.ok();
}

/// Whether a value that was read can be one that a detector wrote. Bytes that pass their checksum and still are not
/// ours must not make a detector reckon with infinities.
[[nodiscard]] inline bool within(double v, double least, double most) { return v >= least && v <= most; }

/// A second of a slice: the year 1970 to 5138, or none yet.
[[nodiscard]] inline bool is_second(int64_t v) { return v == INT64_MIN || (v >= 0 && v <= 100'000'000'000); }

}  // namespace roomtone::alerts
