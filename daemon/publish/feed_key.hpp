#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "model/atmosphere.hpp"

namespace roomtone::publish {

/// Longest subscription and longest prefix of a query, in bytes.
inline constexpr std::size_t kPrefixBytes = 256;

inline constexpr std::string_view kHeartbeatKey = "/hb/";
inline constexpr std::string_view kControlKey = "/ctl/";

/// Ends a check frame's key behind the prefix it is about. '~' is in no key, so nothing else can collide.
inline constexpr std::string_view kCheckSuffix = "~/";

/// What the first frame of an atmosphere names: `/a/t/derby/60s/` is key `t/derby`, window minute.
struct FeedKey {
  std::string_view key;
  WindowSize window = WindowSize::minute;
  friend bool operator==(const FeedKey&, const FeedKey&) = default;
};

/// Puts the feed key of (key, window) into `out`, whose memory is reused. `key` is a valid model key.
void write_feed_key(std::string& out, std::string_view key, WindowSize window);
[[nodiscard]] std::string feed_key(std::string_view key, WindowSize window);

/// Under which all windows of a room are: `/a/t/derby/`.
[[nodiscard]] std::string room_prefix(std::string_view key);

/// The way back; nothing for anything but the feed key of an atmosphere. Views into `bytes`.
[[nodiscard]] std::optional<FeedKey> parse_feed_key(std::string_view bytes);

/// Puts the feed key of a list's voice events into `out`: `/v/c/handicappers/`.
void write_voice_key(std::string& out, std::string_view list);

/// Puts the feed key of a rule's alert in a room into `out`: `/al/t/derby/tone-shift/`.
void write_alert_key(std::string& out, std::string_view key, std::string_view rule);

/// Whether `bytes` are the feed key of something that is published in a sequence of its own: an atmosphere, a list's
/// voice events or an alert.
[[nodiscard]] bool is_sequenced_key(std::string_view bytes);

/// Whether a query may name this prefix: empty, or from '/' to '/', of key characters, at most kPrefixBytes.
/// The final '/' keeps `/a/t/derby` from meaning `/a/t/derby2/` too.
[[nodiscard]] bool valid_prefix(std::string_view prefix);

}  // namespace roomtone::publish
