#include "room/pane_table.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "model/key.hpp"

namespace roomtone::room {

namespace {

// How far behind the watermark rollups stay in memory: what the windows and the coarsening of the running minute and
// hour read. See model/atmosphere.hpp for the windows.
constexpr std::chrono::seconds kPaneKeep = 420s;
constexpr std::chrono::seconds kMinuteKeep = 7800s;
constexpr std::chrono::seconds kHourKeep = 93600s;
// Under memory pressure: what the shortest window reads. Longer ones then load from the store.
constexpr std::chrono::seconds kPaneKeepTight = 90s;
constexpr std::chrono::seconds kMinuteKeepTight = 120s;

auto position(std::vector<std::unique_ptr<Slot>>& slots, SpanIndex index) {
  // Almost every touch is of the newest slot or the one before.
  if (slots.empty() || slots.back()->index < index) return slots.end();
  if (slots.back()->index == index) return std::prev(slots.end());
  if (slots.size() > 1 && slots[slots.size() - 2]->index == index) return std::prev(slots.end(), 2);
  return std::lower_bound(slots.begin(), slots.end(), index,
                          [](const std::unique_ptr<Slot>& slot, SpanIndex i) { return slot->index < i; });
}

SaidTotals counts_of(const Rollup& rollup) { return {rollup.pos, rollup.neg, rollup.neutral, rollup.unscored}; }

RoomRow row_of(const RoomState& room) {
  RoomRow row{room.key, room.marks, room.newest_pane, {}, {}};
  for (std::size_t w = 0; w < kWindowSizes; ++w) {
    row.key_seq[w] = room.feeds[w].key_seq;
    row.revisions[w] = room.feeds[w].revisions.entries();
  }
  return row;
}

}  // namespace

PaneTable::PaneTable(PaneTableOptions options, const PaneLoader& loader) : options_(options), loader_(loader) {}

void PaneTable::fail_with(Error error) {
  if (!failure_) failure_ = std::move(error);
}

void PaneTable::account(const Slot& slot, std::size_t before) { memory_bytes_ += slot.rollup.memory_bytes() - before; }

RoomState& PaneTable::add_room(std::string_view key) {
  auto& room = rooms_.emplace_back(std::make_unique<RoomState>());
  room->key = key;
  room->order = sip_hash({}, key);
  by_key_.emplace(room->key, room.get());
  return *room;
}

RoomState& PaneTable::room_for(std::string_view key) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) return *found->second;
  RoomState& room = add_room(key);
  // Nothing of it is stored: what the watermark has passed counts as coarsened, so that a late first
  // message is merged into every tier at once.
  if (watermark_ != kNoInstant) {
    room.marks.minute = span_of(watermark_ - limits::kGrace, Tier::minute);
    room.marks.hour = span_of(watermark_ - limits::kGrace, Tier::hour);
  }
  return room;
}

SpanIndex PaneTable::hot_from(Tier tier) const {
  if (watermark_ == kNoInstant) return std::numeric_limits<SpanIndex>::min();
  const std::chrono::seconds keep = tier == Tier::pane ? kPaneKeep : tier == Tier::minute ? kMinuteKeep : kHourKeep;
  return span_of(watermark_ - keep, tier);
}

Slot& PaneTable::insert_recent(TierSlots& tier, SpanIndex index) {
  const auto at = position(tier.recent, index);
  if (at != tier.recent.end() && (*at)->index == index) return **at;
  auto slot = std::make_unique<Slot>();
  slot->index = index;
  memory_bytes_ += slot->rollup.memory_bytes();
  return **tier.recent.insert(at, std::move(slot));
}

void PaneTable::ensure_known(RoomState& room, Tier which, SpanIndex from) {
  TierSlots& tier = room.tier(which);
  if (from >= tier.known_from) return;
  auto loaded = loader_.load_range(room.key, which, from, tier.known_from);
  if (!loaded) {
    fail_with(std::move(loaded.error()));
    return;
  }
  tier.known_from = from;
  for (StoredRollup& row : *loaded) {
    if (tier.past.contains(row.index) || is_forgotten(tier, row.index)) continue;  // what is in memory is newer
    Slot& slot = insert_recent(tier, row.index);
    const std::size_t before = slot.rollup.memory_bytes();
    slot.covered = row.covered;
    slot.rollup = std::move(row.rollup);
    account(slot, before);
  }
  for (auto it = tier.past.lower_bound(from); it != tier.past.end(); it = tier.past.erase(it))
    tier.recent.insert(position(tier.recent, it->first), std::move(it->second));
}

Slot& PaneTable::touch(RoomState& room, Tier which, SpanIndex index) {
  TierSlots& tier = room.tier(which);
  if (index < tier.known_from && watermark_ != kNoInstant && index >= hot_from(which))
    ensure_known(room, which, hot_from(which));
  if (index >= tier.known_from) return insert_recent(tier, index);

  auto& slot = tier.past[index];
  if (slot) return *slot;
  slot = std::make_unique<Slot>();
  slot->index = index;
  auto loaded = loader_.load(room.key, which, index);
  if (!loaded) {
    fail_with(std::move(loaded.error()));
  } else if (*loaded && !is_forgotten(tier, index)) {
    slot->covered = (*loaded)->covered;
    slot->rollup = std::move((*loaded)->rollup);
  }
  memory_bytes_ += slot->rollup.memory_bytes();
  return *slot;
}

Slot& PaneTable::assign(RoomState& room, Tier which, SpanIndex index) {
  TierSlots& tier = room.tier(which);
  Slot* slot = nullptr;
  if (index >= tier.known_from) {
    slot = &insert_recent(tier, index);
  } else {
    auto& kept = tier.past[index];
    if (!kept) {
      kept = std::make_unique<Slot>();
      kept->index = index;
      memory_bytes_ += kept->rollup.memory_bytes();
    }
    slot = kept.get();
    past_.push_back({&room, which, index, commit_});
  }
  const std::size_t before = slot->rollup.memory_bytes();
  slot->rollup = Rollup{};
  account(*slot, before);
  return *slot;
}

void PaneTable::mark_dirty(RoomState& room, Tier tier, Slot& slot, uint64_t since, Mono now) {
  if (slot.dirty_since != 0) return;
  slot.dirty_since = since;
  dirty_.push_back({&room, tier, slot.index, since, now});
}

void PaneTable::mark_room_dirty(RoomState& room, uint64_t since, Mono now) {
  if (room.dirty_since != 0) return;
  room.dirty_since = since;
  dirty_.push_back({&room, std::nullopt, 0, since, now});
}

void PaneTable::set_commit(uint64_t sequence, uint64_t durable) {
  commit_ = sequence;
  durable_ = durable;
  for (; !past_.empty() && past_.front().commit <= durable_; past_.pop_front()) {
    TierSlots& tier = past_.front().room->tier(past_.front().tier);
    const auto found = tier.past.find(past_.front().index);
    if (found == tier.past.end() || found->second->dirty_since != 0 || found->second->covered > durable_) continue;
    memory_bytes_ -= found->second->rollup.memory_bytes();
    tier.past.erase(found);
  }
}

void PaneTable::merge_into(RoomState& room, Tier tier, SpanIndex index, std::string_view rollup, uint64_t sequence,
                           Mono now) {
  Slot& slot = touch(room, tier, index);
  if (sequence <= slot.covered) return;  // recovery: the row has it
  const std::size_t before = slot.rollup.memory_bytes();
  const SaidTotals had = counts_of(slot.rollup);
  if (!merge_encoded_rollup(rollup, slot.rollup)) {
    fail_with({ErrorCode::corrupt, "merge a delta of room '" + room.key + "': malformed rollup"});
    return;
  }
  account(slot, before);
  if (tier == Tier::pane) {
    const SaidTotals has = counts_of(slot.rollup);
    room.said.add({has.pos - had.pos, has.neg - had.neg, has.neutral - had.neutral, has.unscored - had.unscored});
  }
  mark_dirty(room, tier, slot, sequence, now);
}

RoomState& PaneTable::apply(const DeltaView& delta, uint64_t sequence, Mono now) {
  RoomState& room = room_for(delta.key);
  if (delta.pane > room.newest_pane) {
    room.newest_pane = delta.pane;
    mark_room_dirty(room, sequence, now);
  }
  merge_into(room, Tier::pane, delta.pane, delta.rollup, sequence, now);
  const SpanIndex minute = coarser(delta.pane, Tier::pane, Tier::minute);
  if (minute < room.marks.minute) merge_into(room, Tier::minute, minute, delta.rollup, sequence, now);
  const SpanIndex hour = coarser(delta.pane, Tier::pane, Tier::hour);
  if (hour < room.marks.hour) merge_into(room, Tier::hour, hour, delta.rollup, sequence, now);

  ++room.version;
  if (watermark_ != kNoInstant && start_of(delta.pane + 1, Tier::pane) + limits::kGrace <= watermark_)
    ++room.late_version;
  return room;
}

RoomState& PaneTable::merge(const DeltaView& delta, Mono now) { return apply(delta, commit_, now); }

void PaneTable::recover(const Recovered& recovered, Mono now) {
  for (const RoomRow& row : recovered.rooms) {
    RoomState& room = add_room(row.key);
    room.marks = row.marks;
    room.newest_pane = row.newest_pane;
    for (std::size_t w = 0; w < kWindowSizes; ++w) {
      room.feeds[w].key_seq = row.key_seq[w];
      for (const WindowRevisions::Entry& entry : row.revisions[w]) room.feeds[w].revisions.recall(entry);
    }
    for (TierSlots& tier : room.tiers) tier.known_from = std::numeric_limits<SpanIndex>::max();
  }
  for (const Recovered::JournalRecord& record : recovered.journal) {
    ByteReader in(record.deltas);
    while (!in.at_end()) {
      const DeltaView delta = read_delta(in);
      if (!in.ok()) {
        fail_with({ErrorCode::corrupt, "read journal record " + std::to_string(record.sequence)});
        return;
      }
      apply(delta, record.sequence, now);
    }
    for (const SequenceAdvance& advance : record.advances) {
      RoomState& room = room_for(advance.key);
      WindowFeed& feed = room.feed(advance.window);
      feed.key_seq = std::max(feed.key_seq, advance.key_seq);
      feed.revisions.recall(advance.published);
      mark_room_dirty(room, record.sequence, now);
    }
  }
  for (const auto& room : rooms_) room->said = SaidTotals{};  // that was said before this process
  commit_ = recovered.sequence + 1;
}

int64_t PaneTable::said_in_room() const {
  const auto found = by_key_.find(kRoomKey);
  if (found == by_key_.end()) return 0;
  const SaidTotals& said = found->second->said;
  return said.pos + said.neg + said.neutral + said.unscored;
}

void PaneTable::advance(Instant watermark) {
  if (watermark_ == kNoInstant || watermark > watermark_) watermark_ = watermark;
}

Rollup PaneTable::fold(RoomState& room, Instant from, Instant to) {
  Rollup sum;
  for (const TierRun& run : cover(from, to, room.marks)) {
    ensure_known(room, run.tier, run.from);
    auto& slots = room.tier(run.tier).recent;
    for (auto at = position(slots, run.from); at != slots.end() && (*at)->index < run.to; ++at)
      sum.merge((*at)->rollup);
  }
  return sum;
}

void PaneTable::coarsen_tier(RoomState& room, Tier from, Tier to, SpanIndex& mark, SpanIndex limit, Commit& commit) {
  const SpanIndex ratio = width_of(to) / width_of(from);
  ensure_known(room, from, mark * ratio);
  auto& slots = room.tier(from).recent;
  auto at = position(slots, mark * ratio);
  while (at != slots.end() && (*at)->index < limit * ratio) {
    const SpanIndex target = coarser((*at)->index, from, to);
    Slot& slot = assign(room, to, target);
    const std::size_t before = slot.rollup.memory_bytes();
    for (; at != slots.end() && coarser((*at)->index, from, to) == target; ++at) slot.rollup.merge((*at)->rollup);
    account(slot, before);
    slot.covered = commit_;
    commit.panes.push_back(pane_row(room.key, to, target, commit_, slot.rollup));
  }
  mark = limit;
}

void PaneTable::coarsen(Commit& commit) {
  if (watermark_ == kNoInstant || rooms_.empty()) return;
  const SpanIndex minute_limit = span_of(watermark_ - limits::kGrace, Tier::minute);
  const SpanIndex hour_limit = span_of(watermark_ - limits::kGrace, Tier::hour);
  std::size_t done = 0;
  for (std::size_t looked = 0; looked < rooms_.size() && done < options_.rooms_coarsened_per_commit; ++looked) {
    RoomState& room = *rooms_[coarsen_next_++ % rooms_.size()];
    // A room that said nothing since its marks has nothing to coarsen; its marks may stay behind.
    const bool minutes_due = room.marks.minute < minute_limit &&
                             room.newest_pane >= room.marks.minute * (width_of(Tier::minute) / width_of(Tier::pane));
    const bool hours_due = room.marks.hour < hour_limit &&
                           room.newest_pane >= room.marks.hour * (width_of(Tier::hour) / width_of(Tier::pane));
    if (!minutes_due && !hours_due) continue;
    ++done;
    if (minutes_due) coarsen_tier(room, Tier::pane, Tier::minute, room.marks.minute, minute_limit, commit);
    const SpanIndex whole_hours = std::min(hour_limit, room.marks.minute / 60);
    if (hours_due && whole_hours > room.marks.hour)
      coarsen_tier(room, Tier::minute, Tier::hour, room.marks.hour, whole_hours, commit);
    // The marks must change on disk together with the rows that they announce.
    commit.rooms.push_back(row_of(room));
  }
  coarsen_next_ %= rooms_.size();
}

void PaneTable::flush(Commit& commit, Mono now, bool everything) {
  std::size_t bytes = 0;
  while (!dirty_.empty()) {
    const Dirty& next = dirty_.front();
    if (!everything && (now - next.at < options_.row_age || bytes >= options_.flush_bytes_per_commit)) break;
    RoomState& room = *next.room;
    if (!next.tier) {
      commit.rooms.push_back(row_of(room));
      room.dirty_since = 0;
      bytes += room.key.size() + 64;
    } else {
      TierSlots& tier = room.tier(*next.tier);
      Slot* slot = nullptr;
      if (const auto past = tier.past.find(next.index); past != tier.past.end()) {
        slot = past->second.get();
        past_.push_back({&room, *next.tier, next.index, commit_});
      } else {
        const auto at = position(tier.recent, next.index);
        ROOMTONE_ASSERT(at != tier.recent.end() && (*at)->index == next.index);  // dirty slots are never evicted
        slot = at->get();
      }
      slot->covered = commit_;
      slot->dirty_since = 0;
      commit.panes.push_back(pane_row(room.key, *next.tier, next.index, commit_, slot->rollup));
      bytes += commit.panes.back().rollup.size() + commit.panes.back().sample.size();
    }
    dirty_.pop_front();
  }
  commit.journal_from = dirty_.empty() ? commit_ + 1 : dirty_.front().since;

  // A round over some rooms each time: all are looked at every few commits.
  const std::size_t round = std::min<std::size_t>(rooms_.size(), 1024);
  const bool tight = memory_bytes_ > options_.memory_bytes_max;
  for (std::size_t i = 0; i < round && watermark_ != kNoInstant; ++i) {
    evict(*rooms_[evict_next_++ % rooms_.size()], tight ? kPaneKeepTight : kPaneKeep,
          tight ? kMinuteKeepTight : kMinuteKeep);
  }
  if (!rooms_.empty()) evict_next_ %= rooms_.size();
}

void PaneTable::evict(RoomState& room, std::chrono::seconds pane_keep, std::chrono::seconds minute_keep) {
  const auto drop_before = [&](Tier which, SpanIndex keep_from) {
    TierSlots& tier = room.tier(which);
    auto last = tier.recent.begin();
    while (last != tier.recent.end() && (*last)->index < keep_from && (*last)->dirty_since == 0 &&
           (*last)->covered <= durable_) {
      memory_bytes_ -= (*last)->rollup.memory_bytes();
      ++last;
    }
    if (last == tier.recent.begin()) return;
    tier.known_from = std::max(tier.known_from, (*std::prev(last))->index + 1);
    tier.recent.erase(tier.recent.begin(), last);
  };
  drop_before(Tier::pane, span_of(watermark_ - pane_keep, Tier::pane));
  drop_before(Tier::minute, span_of(watermark_ - minute_keep, Tier::minute));
  drop_before(Tier::hour, span_of(watermark_ - kHourKeep, Tier::hour));
}

bool PaneTable::is_forgotten(const TierSlots& tier, SpanIndex index) const {
  return tier.forgotten_by > durable_ && index >= tier.forgotten_from && index < tier.forgotten_to;
}

void PaneTable::forget(const RetentionFloors& floors, Commit& commit, Mono now) {
  if (now < forget_again_) return;
  std::size_t rows = 0;
  for (std::size_t looked = 0; looked < options_.rooms_forgotten_per_commit; ++looked) {
    if (forget_next_ >= rooms_.size()) {
      forget_next_ = 0;
      forget_again_ = now + options_.forget_every;
      return;
    }
    RoomState& room = *rooms_[forget_next_++];
    for (const Tier tier : {Tier::pane, Tier::minute, Tier::hour})
      if (const auto& floor = floors[static_cast<std::size_t>(tier)]) rows += forget_tier(room, tier, *floor, commit);
    if (rows >= options_.rows_forgotten_per_commit) return;
  }
}

std::size_t PaneTable::forget_tier(RoomState& room, Tier which, SpanIndex floor, Commit& commit) {
  constexpr SpanIndex kPortion = 360;  // spans
  if (which == Tier::pane) floor = std::min(floor, room.marks.minute * 6);
  if (which == Tier::minute) floor = std::min(floor, room.marks.hour * 60);
  TierSlots& tier = room.tier(which);
  if (tier.forgotten_by > durable_) return 0;
  const auto first = loader_.first(room.key, which, floor);
  if (!first) {
    fail_with(first.error());
    return 0;
  }
  if (!*first) return 0;
  const SpanIndex from = **first;
  const SpanIndex to = std::min(floor, from + kPortion);

  // All of the portion or nothing, so that whatever is merged there later begins from nothing.
  const auto stays = [this](const Slot& slot) { return slot.dirty_since != 0 || slot.covered > durable_; };
  const auto recent_end = position(tier.recent, to);
  const auto past_end = tier.past.lower_bound(to);
  for (auto slot = tier.recent.begin(); slot != recent_end; ++slot)
    if (stays(**slot)) return 0;
  for (auto slot = tier.past.begin(); slot != past_end; ++slot)
    if (stays(*slot->second)) return 0;
  auto loaded = loader_.load_range(room.key, which, from, to);
  if (!loaded) {
    fail_with(std::move(loaded.error()));
    return 0;
  }
  // A delta in the journal would be merged again once the row that covers it is gone.
  const uint64_t journal_from = std::min(commit.journal_from, commit.sequence);
  for (const StoredRollup& row : *loaded)
    if (row.covered >= journal_from) return 0;

  for (const StoredRollup& row : *loaded) {
    commit.forgotten.push_back({room.key, which, row.index});
    // The account of `room` is of its hours: what finer rows say is in them.
    if (which == Tier::hour && room.key == kRoomKey) commit.forgotten_said += row.rollup.n;
  }
  for (auto slot = tier.recent.begin(); slot != recent_end; ++slot) memory_bytes_ -= (*slot)->rollup.memory_bytes();
  for (auto slot = tier.past.begin(); slot != past_end; ++slot) memory_bytes_ -= slot->second->rollup.memory_bytes();
  tier.recent.erase(tier.recent.begin(), recent_end);
  tier.past.erase(tier.past.begin(), past_end);
  tier.known_from = std::max(tier.known_from, to);
  tier.forgotten_from = from;
  tier.forgotten_to = to;
  tier.forgotten_by = commit_;
  return loaded->size();
}

}  // namespace roomtone::room
