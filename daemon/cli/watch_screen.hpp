#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "cli/watch_state.hpp"

namespace roomtone::cli {

struct ScreenLook {
  std::size_t columns;
  std::size_t rows;
  bool colour;
  bool unicode;  // else ASCII only
};

/// The whole view, one string for each line, at most `rows` of them and none wider than `columns`. Pure: the same
/// state, look and time give the same screen.
[[nodiscard]] std::vector<std::string> draw_screen(const WatchState& state, const ScreenLook& look, Instant now);

/// -1 .. +1 as a track of `cells`, with a line at its centre, the 95 % interval, and the tone as a marker.
[[nodiscard]] std::string mood_bar(const Reading& reading, std::size_t cells, bool unicode);

/// The last `cells` tones, oldest first, from -0.5 (lowest) to +0.5; a space where nothing could be judged.
[[nodiscard]] std::string tone_spark(const RoomTrail& trail, std::size_t cells, bool unicode);

/// A room's update as a line for a log: fixed columns, no colours.
[[nodiscard]] std::string plain_line(const Atmosphere& atmosphere);

/// A room's update as one JSON object, without a line feed. `sentence` is what the daemon says for people.
[[nodiscard]] std::string json_line(const Atmosphere& atmosphere, std::string_view sentence, uint64_t key_seq,
                                    uint64_t global_seq);

}  // namespace roomtone::cli
