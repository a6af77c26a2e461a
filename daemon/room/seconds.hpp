#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "model/seconds.hpp"
#include "model/tiers.hpp"
#include "room/room_state.hpp"

namespace roomtone::room {

/// One second of one room.
struct RoomSecond {
  std::string_view key;  // the room's own
  int64_t second = 0;    // since 1970
  SecondSums sums;
};

/// The seconds that are still open: what rooms hear of them is gathered until their grace is over; then each is handed
/// out once, in the order of time and within a second in one order of rooms. What comes for a second that was handed
/// out is late, and counted only.
///
/// At most kOpenMax seconds of rooms are open; what would open more, as when one source is hours ahead of another, is
/// counted and left out. Not thread-safe: the room thread owns it.
class Seconds {
 public:
  static constexpr std::size_t kOpenMax = 1u << 20;  // 48 bytes each

  /// Adds a pane's seconds, as a worker wrote them. False: malformed.
  [[nodiscard]] bool add(RoomState& room, SpanIndex pane, ByteReader& in);

  /// Hands out all seconds before `until`.
  template <typename To, typename Done>
  void take(int64_t until, To&& to, Done&& done) {
    while (!open_.empty() && open_.begin()->first < until) {
      auto node = open_.extract(open_.begin());
      hand_out(node.key(), node.mapped(), to);
      done(node.key());
    }
    if (until > taken_) taken_ = until;
  }

  /// What is before `second` was handed out before a restart.
  void skip_until(int64_t second) { taken_ = std::max(taken_, second); }

  [[nodiscard]] uint64_t late() const { return late_; }          // messages
  [[nodiscard]] uint64_t left_out() const { return left_out_; }  // messages
  [[nodiscard]] std::size_t open() const { return count_; }

 private:
  void add(RoomState& room, int64_t second, const SecondSums& sums);
  static void sort(std::vector<RoomState*>& rooms);

  template <typename To>
  void hand_out(int64_t second, std::vector<RoomState*>& rooms, To& to) {
    sort(rooms);
    for (RoomState* const room : rooms) {
      const auto at = room->open_seconds.begin();  // ascending, and all before were handed out
      const SecondSums sums = at->second;
      room->open_seconds.erase(at);
      --count_;
      if (sums.n > 0) to(RoomSecond{room->key, second, sums});
    }
  }

  std::map<int64_t, std::vector<RoomState*>> open_;  // by second: the rooms that have it open
  std::size_t count_ = 0;
  int64_t taken_ = INT64_MIN;  // all before were handed out
  uint64_t late_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace roomtone::room
