#pragma once

#include <string_view>

namespace roomtone {

/// A key is a room: `room` (the whole stream), `t/derby` (a topic). Lower-case ASCII levels of [a-z0-9_-]{1,64}
/// joined by '/'. On the feed it stands between `/a/` and the window: `/a/t/derby/60s/`.
inline constexpr std::string_view kRoomKey = "room";

/// The room around a list's room, or a role's: `room` of `c/handicappers/r/jockey`, `t/derby` of
/// `t/derby/c/handicappers`. Empty for any other key.
[[nodiscard]] std::string_view room_around(std::string_view key);

[[nodiscard]] bool valid_topic_id(std::string_view id);
[[nodiscard]] bool valid_key(std::string_view key);

}  // namespace roomtone
