#include "room/room.hpp"

#include <algorithm>

#include "model/delta.hpp"

namespace roomtone::room {

namespace {

std::vector<bool> live_flags(const RoomOptions& options) {
  std::vector<bool> live;
  for (const RoomSource& source : options.sources) live.push_back(source.live);
  return live;
}

std::vector<std::string> names(const RoomOptions& options) {
  std::vector<std::string> out;
  for (const RoomSource& source : options.sources) out.push_back(source.name);
  return out;
}

}  // namespace

Room::Room(RoomOptions options, const Recovered& recovered, const PaneLoader& loader, Mono now)
    : panes_(options.panes, loader),
      contributions_(options.contributions),
      requests_(options.requests),
      watermark_(live_flags(options)),
      windows_(names(options), metronomes_),
      moved_(options.sources.size(), false),
      sequence_(recovered.sequence),
      global_seq_(recovered.global_seq) {
  for (const RoomSource& source : options.sources) sources_.emplace_back().name = source.name;
  for (const SourceRow& row : recovered.sources) {
    const auto known = std::ranges::find(sources_, row.name, &SourceRow::name);
    if (known == sources_.end()) continue;  // no longer configured: its row stays as it is
    *known = row;
    if (row.newest_event != kNoInstant)
      watermark_.restore(static_cast<std::size_t>(known - sources_.begin()), row.newest_event);
  }
  panes_.recover(recovered, now);
  for (const auto& [commit, row] : recovered.contributions) {
    if (!contributions_.recover(commit, row, now)) {
      failure_ = Error{ErrorCode::corrupt, "read the contributions of commit " + std::to_string(commit)};
      return;
    }
  }
  for (const auto& [commit, row] : recovered.requests) requests_.recover(commit, row, now);
}

void Room::merge(Tally&& tally, Mono now) {
  const auto at = static_cast<std::size_t>(tally.source);
  SourceRow& source = sources_.at(at);
  watermark_.observe(at, tally.newest_event, now);

  undo_.clear();
  if (!tally.contributions.empty() && !contributions_.apply(tally.contributions, undo_, tally.ledger)) {
    failure_ = Error{ErrorCode::corrupt, "read a contribution block of source '" + source.name + "'"};
    return;
  }
  for (const std::string* deltas : {&tally.deltas, &undo_}) {
    ByteReader in(*deltas);
    while (!in.at_end()) {
      const DeltaView delta = read_delta(in);
      if (!in.ok()) {
        failure_ = Error{ErrorCode::corrupt, "read a delta of source '" + source.name + "'"};
        return;
      }
      panes_.merge(delta, now);
    }
    deltas_ += *deltas;
  }

  for (const Beat& beat : tally.beats) metronomes_.hear(beat);

  for (const ProducerPosition& position : tally.positions) producers_[{at, position.producer}] = position;
  requests_.add(tally.requests);

  source.ledger.add(tally.ledger);
  if (!tally.next_cursor.empty()) source.cursor = std::move(tally.next_cursor);
  if (tally.newest_event != kNoInstant) source.newest_event = std::max(source.newest_event, tally.newest_event);
  moved_[at] = true;
  if (tally.last) watermark_.end(at);
  if (tally.arrival != kNoInstant && tally.ledger[Column::counted] > 0) arrivals_.push_back(tally.arrival);
  if (tally.on_committed) receipts_.emplace_back(std::move(tally.on_committed), Receipt{true, tally.ledger});
}

Commit Room::commit(Instant wall, Mono now, uint64_t durable, bool everything) {
  Commit commit;
  commit.sequence = ++sequence_;
  panes_.set_commit(commit.sequence, durable);

  const Instant watermark = watermark_.at(wall, now);
  if (watermark != kNoInstant) panes_.advance(watermark);
  panes_.coarsen(commit);
  windows_.due(panes_, {watermark, watermark_.drained(), now}, commit, global_seq_);
  panes_.flush(commit, now, everything);

  panes_.forget(floors_, commit, now);

  // When rows hold everything, the journal of this very commit is needed by nobody.
  if (commit.journal_from <= commit.sequence) {
    commit.deltas = std::move(deltas_);
  } else {
    commit.advances.clear();
  }
  deltas_.clear();
  commit.contributions = contributions_.take_row(commit.sequence, now);
  commit.contributions_from = contributions_.expire(now);
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (moved_[i]) commit.sources.push_back(sources_[i]);
    moved_[i] = false;
  }
  for (const auto& [place, position] : producers_) commit.producers.push_back({sources_[place.first].name, position});
  producers_.clear();
  commit.requests = requests_.take_row(commit.sequence, now);
  commit.requests_from = requests_.expire(now);
  commit.global_seq = global_seq_;
  commit.receipts = std::exchange(receipts_, {});
  commit.arrivals = std::exchange(arrivals_, {});
  commit.watermark = watermark;
  commit.coverage = windows_.coverage();
  commit.room_total_added = panes_.said_in_room();
  commit.rooms_known = panes_.rooms().size();
  commit.panes_memory_bytes = panes_.memory_bytes();
  commit.contributions_known = contributions_.size();
  // What is merged from now on belongs to the next commit.
  panes_.set_commit(sequence_ + 1, durable);
  return commit;
}

void Room::set_scorer(std::string id) { windows_.set_scorer(std::move(id), panes_.watermark()); }

std::optional<Error> Room::failure() const { return failure_ ? failure_ : panes_.failure(); }

}  // namespace roomtone::room
