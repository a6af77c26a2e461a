#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roomtone {

using namespace std::chrono_literals;

/// A moment in wall-clock terms, whole microseconds since 1970 (UTC). Event, seen and publish times.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// Absent time. No message is that old: decoders leave a time they were not given at this value.
inline constexpr Instant kNoInstant{std::chrono::microseconds{INT64_MIN}};

[[nodiscard]] constexpr int64_t micros(Instant at) { return at.time_since_epoch().count(); }
[[nodiscard]] constexpr Instant instant_of_micros(int64_t us) { return Instant{std::chrono::microseconds{us}}; }

/// Largest and smallest moment we accept from outside: years 1970 to 2262, so that arithmetic on
/// accepted times cannot overflow.
inline constexpr int64_t kMicrosMin = 0;
inline constexpr int64_t kMicrosMax = 9'214'646'400'000'000;

/// RFC 3339 / ISO 8601 as the networks write it: `2026-07-04T14:38:08.999Z`, offsets `+02:00` and `+0200`,
/// any number of fraction digits (past six are cut), `T` or a space. Nothing for anything else, a leap second
/// `:60` counts as `:59`, and times outside [kMicrosMin, kMicrosMax] are nothing. Locale-free.
[[nodiscard]] std::optional<Instant> parse_rfc3339(std::string_view text);

/// X v1.1 `Wed Oct 10 20:19:24 +0000 2018`, with fixed English names whatever the locale.
[[nodiscard]] std::optional<Instant> parse_ctime_utc(std::string_view text);

/// `2026-07-04T14:38:08.999000Z`, always six fraction digits.
[[nodiscard]] std::string format_rfc3339(Instant at);

/// `90s`, `5m`, `1h`, `2d`, `250ms`; a whole number with a unit. Nothing for anything else or beyond 10,000 days.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The largest multiple of `width` at or before `at`.
[[nodiscard]] constexpr Instant floor_to(Instant at, std::chrono::microseconds width) {
  const int64_t us = micros(at);
  const int64_t w = width.count();
  const int64_t down = us >= 0 ? us / w : -((-us + w - 1) / w);
  return instant_of_micros(down * w);
}

}  // namespace roomtone
