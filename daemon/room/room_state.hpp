#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "model/atmosphere.hpp"
#include "model/rollup.hpp"
#include "model/seconds.hpp"
#include "model/tiers.hpp"
#include "model/window_revisions.hpp"

namespace roomtone::room {

/// A rollup in memory.
struct Slot {
  SpanIndex index = 0;
  uint64_t covered = 0;      // the commit whose row holds it; what came later is in the journal
  uint64_t dirty_since = 0;  // the first commit whose journal holds a change that no row has yet; 0: none
  Rollup rollup;
};

/// One tier of one room: the recent past complete, and single slots of the far past while they are dirty.
struct TierSlots {
  std::vector<std::unique_ptr<Slot>> recent;  // ascending; every slot at or after known_from that exists
  SpanIndex known_from = std::numeric_limits<SpanIndex>::min();
  std::map<SpanIndex, std::unique_ptr<Slot>> past;  // before known_from

  /// The portion that retention took away last; until its commit is on disk the store still shows the rows.
  SpanIndex forgotten_from = 0;
  SpanIndex forgotten_to = 0;
  uint64_t forgotten_by = 0;
};

/// What the feed knows of one window size of one room.
struct WindowFeed {
  uint64_t key_seq = 0;
  Instant end = kNoInstant;        // of the newest window sent
  Instant final_end = kNoInstant;  // of the last window sent as final
  WindowRevisions revisions;
  uint64_t digest = 0;        // of what was last sent for `end`
  uint64_t final_digest = 0;  // and for `final_end`
  uint64_t version = 0;       // of the room when it was last composed
  uint64_t late_version = 0;
  Mono composed{};
  Mono sent{};
  bool empty = true;        // the newest window sent had no messages
  bool final_empty = true;  // nor had the last final one
};

/// One room as the room thread holds it: panes and feed state. Under 1 KiB without slots.
struct RoomState {
  std::string key;
  uint64_t order = 0;  // by the key, the same everywhere
  TierMarks marks;
  uint64_t dirty_since = 0;   // of the room's own row
  uint64_t version = 0;       // grows with every merge
  uint64_t late_version = 0;  // grows with every merge into a pane that was already final
  SaidTotals said;            // since the process started
  SpanIndex newest_pane = std::numeric_limits<SpanIndex>::min();
  std::array<TierSlots, kTiers> tiers;
  std::array<WindowFeed, kWindowSizes> feeds;
  std::vector<std::pair<int64_t, SecondSums>> open_seconds;  // ascending, see Seconds

  [[nodiscard]] TierSlots& tier(Tier which) { return tiers[static_cast<std::size_t>(which)]; }
  [[nodiscard]] WindowFeed& feed(WindowSize which) { return feeds[static_cast<std::size_t>(which)]; }
};

}  // namespace roomtone::room
