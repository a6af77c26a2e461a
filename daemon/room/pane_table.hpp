#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/commit.hpp"
#include "model/delta.hpp"
#include "model/pane_loader.hpp"
#include "room/room_state.hpp"

namespace roomtone::room {

struct PaneTableOptions {
  std::size_t memory_bytes_max = 256 * 1024 * 1024;  // of rollups; clean ones beyond it are evicted to the store
  std::size_t flush_bytes_per_commit =
      4 * 1024 * 1024;  // rows written beside a journal record, so that commits stay short
  std::chrono::milliseconds row_age = std::chrono::seconds(10);  // how long a change may stand in the journal alone
  std::size_t rooms_coarsened_per_commit = 512;
  std::size_t rooms_forgotten_per_commit = 32;                   // looked at, with a seek in the store for each tier
  std::size_t rows_forgotten_per_commit = 512;                   // reading them costs up to 20 us each
  std::chrono::seconds forget_every = std::chrono::seconds(60);  // from the end of a round over the rooms to the next
};

/// The recent past of every room: panes, the minutes and hours made of them, and which of it the store's rows do not
/// have yet.
///
/// Time comes only from arguments; the same merges give the same rollups in any order. A rollup that is not in memory
/// is loaded on touch; one that is clean and old is dropped. Not thread-safe: the room thread owns it. A failed load
/// makes the table fail for good (`failure()`): the process must not go on with figures it could not read.
class PaneTable {
 public:
  PaneTable(PaneTableOptions options, const PaneLoader& loader);

  /// Takes over what the store gave back: rooms, then the journal on top of the rows.
  void recover(const Recovered& recovered, Mono now);

  /// Merges one delta of the coming commit into its pane, and into the minute and hour that stand already. Returns its
  /// room.
  RoomState& merge(const DeltaView& delta, Mono now);

  /// The watermark, moved before merging and coarsening; decides what is late, and what is old enough to evict.
  void advance(Instant watermark);

  /// The merge of [from, to) of a room; both multiples of 10 s.
  [[nodiscard]] Rollup fold(RoomState& room, Instant from, Instant to);

  /// Null when nothing was ever said there.
  [[nodiscard]] RoomState* find(std::string_view key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : found->second;
  }

  /// Merges closed panes into minutes and closed minutes into hours, for a bounded number of rooms; rows go to
  /// `commit`.
  void coarsen(Commit& commit);

  /// Adds to `commit` the rows whose changes have stood in the journal long enough (all with `everything`), then says
  /// which journal records are still needed. Evicts what is clean and old.
  void flush(Commit& commit, Mono now, bool everything);

  /// After flush(): adds to `commit` the rows below the floors that go now, a bounded portion, and drops them from
  /// memory. A row stays while a coarser one does not hold it yet, while it is dirty, and while the journal has a delta
  /// of it.
  void forget(const RetentionFloors& floors, Commit& commit, Mono now);

  /// The commit that merges and flushes now belong to, and the newest one known to be on disk: what it does not hold
  /// yet is not evicted, because it could not be read back.
  void set_commit(uint64_t sequence, uint64_t durable);

  /// The room's own row must follow within `row_age`.
  void mark_room_dirty(RoomState& room, Mono now) { mark_room_dirty(room, commit_, now); }

  /// Messages merged into `room` since recover(), less those taken back.
  [[nodiscard]] int64_t said_in_room() const;
  [[nodiscard]] const std::vector<std::unique_ptr<RoomState>>& rooms() const { return rooms_; }
  [[nodiscard]] std::size_t memory_bytes() const { return memory_bytes_; }
  [[nodiscard]] Instant watermark() const { return watermark_; }
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  [[nodiscard]] std::size_t dirty() const { return dirty_.size(); }

 private:
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };
  struct Past {
    RoomState* room;
    Tier tier;
    SpanIndex index;
    uint64_t commit;
  };
  struct Dirty {
    RoomState* room;
    std::optional<Tier> tier;  // nothing: the room's own row
    SpanIndex index;
    uint64_t since;
    Mono at;
  };

  RoomState& room_for(std::string_view key);
  RoomState& add_room(std::string_view key);
  Slot& touch(RoomState& room, Tier tier, SpanIndex index);
  Slot& assign(RoomState& room, Tier tier, SpanIndex index);
  Slot& insert_recent(TierSlots& tier, SpanIndex index);
  void ensure_known(RoomState& room, Tier tier, SpanIndex from);
  void merge_into(RoomState& room, Tier tier, SpanIndex index, std::string_view rollup, uint64_t sequence, Mono now);
  RoomState& apply(const DeltaView& delta, uint64_t sequence, Mono now);
  void mark_dirty(RoomState& room, Tier tier, Slot& slot, uint64_t since, Mono now);
  void mark_room_dirty(RoomState& room, uint64_t since, Mono now);
  void coarsen_tier(RoomState& room, Tier from, Tier to, SpanIndex& mark, SpanIndex limit, Commit& commit);
  void evict(RoomState& room, std::chrono::seconds pane_keep, std::chrono::seconds minute_keep);
  [[nodiscard]] std::size_t forget_tier(RoomState& room, Tier which, SpanIndex floor, Commit& commit);
  [[nodiscard]] bool is_forgotten(const TierSlots& tier, SpanIndex index) const;
  [[nodiscard]] SpanIndex hot_from(Tier tier) const;
  void fail_with(Error error);
  void account(const Slot& slot, std::size_t before);

  const PaneTableOptions options_;
  const PaneLoader& loader_;
  boost::unordered_flat_map<std::string, RoomState*, KeyHash, std::equal_to<>> by_key_;
  std::vector<std::unique_ptr<RoomState>> rooms_;
  std::deque<Dirty> dirty_;  // in order of `since`
  std::deque<Past> past_;    // slots of the far past that are written and go once that is on disk
  uint64_t commit_ = 1;
  uint64_t durable_ = 0;
  Instant watermark_ = kNoInstant;
  std::size_t memory_bytes_ = 0;
  std::size_t coarsen_next_ = 0;  // where the round over the rooms goes on
  std::size_t evict_next_ = 0;
  std::size_t forget_next_ = 0;
  Mono forget_again_{};
  std::optional<Error> failure_;
};

}  // namespace roomtone::room
