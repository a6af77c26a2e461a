#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/atmosphere.hpp"

namespace roomtone::cli {

/// How the connection fares, in the order of how bad it is.
enum class Link : uint8_t {
  waiting,  // nothing has been heard yet
  filling,  // heard, and the rooms are being fetched
  live,
  stale,    // silence for 3 s: what is shown may be old
  stopped,  // the daemon said that it stops
};

/// One room over one window: the newest atmosphere, and its tone a little back.
struct RoomTrail {
  Atmosphere newest;
  struct Point {
    Instant end;
    std::optional<double> tone;
  };
  std::deque<Point> points;  // oldest first, one for each window end
};

/// All that `roomtone watch` shows. A value: it is fed by the loop and drawn by a pure function.
struct WatchState {
  static constexpr std::size_t kPointsMax = 120;

  std::string endpoint;
  Link link = Link::waiting;
  WindowSize window = WindowSize::minute;
  bool by_tone = false;  // lowest tone first, instead of most messages first
  std::optional<Pulse> pulse;
  std::array<std::map<std::string, RoomTrail, std::less<>>, kWindowSizes> rooms;  // by window, by key

  /// Takes an update in; an older window than the newest one of its key is history and changes nothing.
  void apply(const Atmosphere& atmosphere);

  /// The rooms of the chosen window in the order in which they are shown: `room` first, then by volume or by tone.
  /// Rooms whose newest window is past, by the watermark, come last: they say nothing about now.
  [[nodiscard]] std::vector<const RoomTrail*> sorted() const;

  /// Whether nothing was said in this room for a whole window.
  [[nodiscard]] bool past(const RoomTrail& room) const;
};

}  // namespace roomtone::cli
