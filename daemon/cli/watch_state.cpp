#include "cli/watch_state.hpp"

#include <algorithm>
#include <tuple>

#include "model/key.hpp"

namespace roomtone::cli {

void WatchState::apply(const Atmosphere& atmosphere) {
  auto& of_window = rooms[static_cast<std::size_t>(atmosphere.window)];
  const auto found = of_window.find(atmosphere.key);
  RoomTrail& trail = found == of_window.end() ? of_window[atmosphere.key] : found->second;
  if (trail.newest.end != kNoInstant && atmosphere.end < trail.newest.end) return;
  if (trail.points.empty() || trail.points.back().end != atmosphere.end)
    trail.points.push_back({atmosphere.end, std::nullopt});
  trail.points.back().tone = atmosphere.figures.raw.tone;
  if (trail.points.size() > kPointsMax) trail.points.pop_front();
  trail.newest = atmosphere;
}

bool WatchState::past(const RoomTrail& room) const {
  if (!pulse || pulse->watermark == kNoInstant) return false;
  return room.newest.end + spec_of(room.newest.window).size <= pulse->watermark;
}

std::vector<const RoomTrail*> WatchState::sorted() const {
  std::vector<const RoomTrail*> out;
  for (const auto& [key, trail] : rooms[static_cast<std::size_t>(window)]) out.push_back(&trail);
  const auto rank = [&](const RoomTrail* trail) {
    const Atmosphere& a = trail->newest;
    const bool whole = a.key == kRoomKey;
    const double order = by_tone ? a.figures.raw.tone.value_or(2.0) : -a.rate_per_min;
    return std::make_tuple(!whole, past(*trail), order, std::string_view(a.key));
  };
  std::sort(out.begin(), out.end(), [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  return out;
}

}  // namespace roomtone::cli
