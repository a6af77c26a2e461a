#include "room/room.hpp"

#include <algorithm>

#include "base/limits.hpp"
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
      sketch_key_(recovered.sketch_key),
      moved_(options.sources.size(), false),
      sequence_(recovered.sequence),
      global_seq_(recovered.global_seq),
      silences_(recovered.sketch_key, recovered.sequence + 1) {
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
  for (const VoiceRow& row : recovered.voices) voice_seq_[row.list].last = row.key_seq;
  if (!silences_.recover(recovered.silences, recovered.heard, now))
    failure_ = Error{ErrorCode::corrupt, "read who of the lists was heard"};
}

void Room::merge(Tally&& tally, Mono now) {
  const auto at = static_cast<std::size_t>(tally.source);
  SourceRow& source = sources_.at(at);
  watermark_.observe(at, tally.newest_event, now);

  undo_.clear();
  repeats_.clear();
  if (!tally.contributions.empty() && !contributions_.apply(tally.contributions, undo_, tally.ledger, repeats_)) {
    failure_ = Error{ErrorCode::corrupt, "read a contribution block of source '" + source.name + "'"};
    return;
  }
  using Bytes = std::pair<const std::string*, const std::string*>;
  for (const auto& [deltas, seconds] :
       {Bytes{&tally.deltas, &tally.seconds}, Bytes{&undo_, &contributions_.undo_seconds()}}) {
    ByteReader in(*deltas);
    ByteReader beside(*seconds);
    const bool by_second = !tally.seconds.empty();
    while (!in.at_end()) {
      const DeltaView delta = read_delta(in);
      if (!in.ok()) {
        failure_ = Error{ErrorCode::corrupt, "read a delta of source '" + source.name + "'"};
        return;
      }
      RoomState& room = panes_.merge(delta, now);
      if (by_second && !seconds_.add(room, delta.pane, beside)) {
        failure_ = Error{ErrorCode::corrupt, "read the seconds of source '" + source.name + "'"};
        return;
      }
    }
    deltas_ += *deltas;
  }

  for (const Beat& beat : tally.beats) metronomes_.hear(beat);

  if (!tally.voices.empty() && !take_voices(tally, now)) {
    failure_ = Error{ErrorCode::corrupt, "read a voice of source '" + source.name + "'"};
    return;
  }

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

/// False: malformed.
bool Room::take_voices(const Tally& tally, Mono now) {
  ByteReader in(tally.voices);
  while (!in.at_end()) {
    read_voice(in, note_);
    if (!in.ok()) return false;
    if (note_.record != VoiceNote::kNoRecord && std::ranges::binary_search(repeats_, note_.record)) continue;
    if (note_.expected) silences_.heard(note_.list, note_.member, note_.time, now);
    if (!note_.told) continue;
    if (voices_.size() == limits::kVoiceEventsPerCommit) {
      ++voices_dropped_;
      continue;
    }
    voices_.push_back({event_of(note_), 0, 0, tally.arrival});
  }
  return true;
}

/// Gives what gathered its sequences. First of all that a commit publishes, so that nothing holds it up.
void Room::send_voices(Commit& commit) {
  for (VoiceUpdate& voice : voices_) {
    VoiceSequence& sequence = voice_seq_[voice.event.list];
    sequence.moved = true;
    voice.key_seq = ++sequence.last;
    voice.global_seq = ++global_seq_;
  }
  if (!voices_.empty()) {
    for (auto& [list, sequence] : voice_seq_)
      if (std::exchange(sequence.moved, false)) commit.voice_rows.push_back({list, sequence.last});
  }
  commit.voices = std::exchange(voices_, {});
  voices_.reserve(commit.voices.size());  // those of the next commit are about as many
  commit.voices_dropped = voices_dropped_;
}

/// Says with the atmospheres of lists who has stopped speaking.
void Room::tell_silence(Commit& commit, Mono now) {
  constexpr std::chrono::seconds kLookEvery{2};  // all members are looked at, and gaps are minutes at least
  if (silence_told_ == Mono{} || now - silence_told_ >= kLookEvery) {
    silence_told_ = now;
    std::vector<ListSilence> standing = silences_.all(panes_.watermark());
    const auto same = [](const ListSilence& a, const ListSilence& b) {
      return a.list == b.list && a.silence == b.silence;
    };
    if (!std::ranges::equal(standing, silence_, same)) commit.silences = standing;
    silence_ = std::move(standing);
  }
  if (silence_.empty()) return;
  for (Update& update : commit.updates) {
    std::string_view list = update.atmosphere.key;
    if (!list.starts_with("c/")) continue;
    list.remove_prefix(2);
    const auto found = std::ranges::lower_bound(silence_, list, {}, &ListSilence::list);
    if (found != silence_.end() && found->list == list) update.atmosphere.silence = found->silence;
  }
}

Rollup Room::fold(std::string_view key, Instant from, Instant to) {
  RoomState* const room = panes_.find(key);
  return room == nullptr ? Rollup{} : panes_.fold(*room, from, to);
}

void Room::send_alerts(std::vector<AlertUpdate> alerts, Commit& commit) {
  for (AlertUpdate& alert : alerts) alert.global_seq = ++global_seq_;
  commit.alerts = std::move(alerts);
  commit.global_seq = global_seq_;
}

Commit Room::commit(Instant wall, Mono now, uint64_t durable, bool everything) {
  Commit commit;
  commit.sequence = ++sequence_;
  panes_.set_commit(commit.sequence, durable);

  const Instant watermark = watermark_.at(wall, now);
  if (watermark != kNoInstant) panes_.advance(watermark);
  panes_.coarsen(commit);
  send_voices(commit);
  windows_.due(panes_, {watermark, watermark_.drained(), now}, commit, global_seq_);
  silences_.advance(watermark, now);
  tell_silence(commit, now);
  silences_.flush(commit, now, everything);
  panes_.flush(commit, now, everything);

  panes_.forget(floors_, commit, now);

  // When rows hold everything, the journal of this very commit is needed by nobody.
  if (commit.journal_from <= commit.sequence) {
    commit.deltas = std::exchange(deltas_, {});
    deltas_.reserve(commit.deltas.size());  // those of the next commit are about as many
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
