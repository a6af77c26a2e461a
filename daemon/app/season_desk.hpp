#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "alerts/seasonal_baseline.hpp"
#include "model/commit.hpp"
#include "model/pane_loader.hpp"
#include "room/room.hpp"

namespace roomtone::app {

/// What each room's tone usually is at an hour of the week: adds the hours that have ended to the rooms' slow
/// baselines, and puts their rows into commits.
///
/// A room gets a baseline once it was heard a day ago, from all its hours that are kept, up to eight weeks. Hours are
/// read from the room's own rollups, ten minutes after their end, and a row says up to where they have been: so a
/// restart goes on where the last commit stood, and hours in which no daemon ran are made up for. At most
/// kHoursPerCommit hours of rooms are read in a commit, the rest in the next. The room thread owns it.
class SeasonDesk {
 public:
  static constexpr std::size_t kHoursPerCommit = 200;  // some microseconds each, 20 when read from disk
  static constexpr std::chrono::minutes kSettle{10};   // after an hour, for what comes late

  /// `loader` and `room` outlive it. Rows that cannot be read are left out: their rooms are learnt anew.
  SeasonDesk(const std::vector<AlertStateRow>& recovered, const PaneLoader& loader, room::Room& room,
             std::size_t rooms_max);

  /// Completes a commit that the room has just made.
  void complete(Commit& commit);

  /// What a room's tone usually is at the hour of a second of event time; nothing where that is not known yet.
  [[nodiscard]] std::optional<alerts::UsualTone> usual(std::string_view key, int64_t second) const;

  [[nodiscard]] std::size_t rooms() const { return seasons_.size(); }
  [[nodiscard]] std::size_t rows_refused() const { return rows_refused_; }

 private:
  struct Season {
    alerts::SeasonalBaseline baseline;
    SpanIndex until = 0;  // hours below are in it
  };
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };

  [[nodiscard]] Season* season_of(const room::RoomState& room, SpanIndex until);
  [[nodiscard]] bool advance(const room::RoomState& room, std::size_t& hours_left, Commit& commit);
  [[nodiscard]] static std::string encode(const Season& season);
  [[nodiscard]] static std::optional<Season> decode(std::string_view bytes);

  const PaneLoader& loader_;
  room::Room& room_;
  const std::size_t rooms_max_;
  std::unordered_map<std::string, Season, KeyHash, std::equal_to<>> seasons_;
  SpanIndex until_ = INT64_MIN;  // of the round over the rooms: hours below have ended
  std::size_t next_room_ = 0;    // of the round; past the last one: it is over
  std::size_t rows_refused_ = 0;
};

}  // namespace roomtone::app
