#include "room/seconds.hpp"

#include <algorithm>
#include <chrono>

namespace roomtone::room {

bool Seconds::add(RoomState& room, SpanIndex pane, ByteReader& in) {
  const int64_t begin = std::chrono::floor<std::chrono::seconds>(start_of(pane, Tier::pane).time_since_epoch()).count();
  return read_seconds(
      in, [&](std::size_t second, const SecondSums& sums) { add(room, begin + static_cast<int64_t>(second), sums); });
}

void Seconds::add(RoomState& room, int64_t second, const SecondSums& sums) {
  const auto count_to = [&sums](uint64_t& column) { column += sums.n > 0 ? static_cast<uint64_t>(sums.n) : 0; };
  if (second < taken_) {
    count_to(late_);
    return;
  }
  auto& open = room.open_seconds;
  auto at = open.end();
  while (at != open.begin() && std::prev(at)->first > second) --at;  // what comes is mostly of the newest
  if (at != open.begin() && std::prev(at)->first == second) {
    std::prev(at)->second.add(sums);
    return;
  }
  if (count_ == kOpenMax) {
    count_to(left_out_);
    return;
  }
  open.insert(at, {second, sums});
  open_[second].push_back(&room);
  ++count_;
}

/// Detectors share what they learn of all rooms, in floating point: the order has to be the same on every run.
void Seconds::sort(std::vector<RoomState*>& rooms) {
  std::ranges::sort(rooms, [](const RoomState* a, const RoomState* b) {
    return a->order != b->order ? a->order < b->order : a->key < b->key;
  });
}

}  // namespace roomtone::room
