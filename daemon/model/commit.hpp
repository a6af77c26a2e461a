#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "model/alert_digest.hpp"
#include "model/alert_state.hpp"
#include "model/atmosphere.hpp"
#include "model/batch.hpp"
#include "model/delivery.hpp"
#include "model/ledger.hpp"
#include "model/rollup.hpp"
#include "model/tiers.hpp"
#include "model/voice.hpp"
#include "model/window_revisions.hpp"

namespace roomtone {

/// A rollup as a row. `covered` is the newest commit whose journal is inside; later records are merged after it.
struct PaneRow {
  std::string key;
  Tier tier = Tier::pane;
  SpanIndex index = 0;
  uint64_t covered = 0;
  std::string rollup;  // encoded, but for its sample
  std::string sample;  // encoded; empty when there is none
};

[[nodiscard]] PaneRow pane_row(std::string key, Tier tier, SpanIndex index, uint64_t covered, const Rollup& rollup);

/// What is kept of a room beside its rollups.
struct RoomRow {
  std::string key;
  TierMarks marks;
  SpanIndex newest_pane = 0;
  std::array<uint64_t, kWindowSizes> key_seq{};  // last used on the feed, by window size
  std::array<WindowRevisions::Entries, kWindowSizes> revisions{};
};

/// Where a source stands: all that a restart needs to go on counting nothing twice.
struct SourceRow {
  std::string name;
  std::string cursor;
  Ledger ledger;
  Instant newest_event = kNoInstant;
};

/// One update's sequence, as the journal holds it.
struct SequenceAdvance {
  std::string key;
  WindowSize window = WindowSize::minute;
  uint64_t key_seq = 0;
  WindowRevisions::Entry published{};  // which window, and its revision
};

/// A rollup's row that retention takes away.
struct ForgottenRow {
  std::string key;
  Tier tier = Tier::pane;
  SpanIndex index = 0;
};

/// Everything that changes on disk together, made by the room and written by the store in one synced write; and what
/// may happen only after that.
struct Commit {
  uint64_t sequence = 0;  // ascending from 1; one with nothing in it is not written
  uint64_t global_seq = 0;
  std::string deltas;  // the journal's part: all since the last commit
  std::vector<SequenceAdvance> advances;
  std::string contributions;  // blocks with their repeats, see room/contributions.hpp; may be empty
  std::vector<PaneRow> panes;
  std::vector<RoomRow> rooms;
  std::vector<SourceRow> sources;          // those that moved
  std::vector<ForgottenRow> forgotten;     // deleted, before anything else of the commit is put
  int64_t forgotten_said = 0;              // messages of `room` that left with them
  uint64_t journal_from = 0;               // records below are covered by rows and deleted
  uint64_t contributions_from = 0;         // blocks below have passed the correction horizon and are deleted
  std::vector<ProducerRow> producers;      // those that moved; one with no time is deleted
  std::string requests;                    // keys of requests, see room/request_log.hpp; may be empty
  uint64_t requests_from = 0;              // rows of requests below have passed their window and are deleted
  std::vector<SilenceRow> silence_rows;    // of members who were heard a while ago, and of those no longer expected
  std::string heard;                       // Heard since the last commit; may be empty
  uint64_t heard_from = 0;                 // what commits below have heard is in rows, and deleted
  std::vector<AlertStateRow> alert_rows;   // of rooms whose detectors or alerts have moved
  std::vector<AlertStateRow> season_rows;  // of rooms that an hour was added to, see app/season_desk.hpp
  std::vector<VoiceRow> voice_rows;        // of the lists whose voices are in this commit

  // After the write:
  std::vector<VoiceUpdate> voices;  // before the updates: their global sequences are lower
  std::vector<Update> updates;
  std::vector<AlertUpdate> alerts;   // after the updates
  std::vector<AlertDigest> digests;  // to those who are told of alerts, after the alerts
  std::vector<std::pair<OnCommitted, Receipt>> receipts;
  std::vector<Instant> arrivals;  // of the batches inside, for latency
  Instant watermark = kNoInstant;
  double coverage = 1;           // scored share of the newest `room` minute
  int64_t room_total_added = 0;  // messages in `room` since the process started, less those taken back
  std::size_t rooms_known = 0;
  std::size_t panes_memory_bytes = 0;
  std::size_t contributions_known = 0;
  std::optional<std::vector<ListSilence>> silences;  // how the lists stand; only every few seconds
  std::optional<AlertCounts> alert_counts;           // nothing: alerts are off
  uint64_t voices_dropped = 0;  // events that found no room in their commit, since the process started

  /// Nothing to write and nobody to tell.
  [[nodiscard]] bool empty() const {
    return deltas.empty() && advances.empty() && contributions.empty() && panes.empty() && rooms.empty() &&
           sources.empty() && forgotten.empty() && producers.empty() && requests.empty() && updates.empty() &&
           receipts.empty() && voice_rows.empty() && silence_rows.empty() && heard.empty() && alert_rows.empty() &&
           season_rows.empty() && alerts.empty() && digests.empty();
  }
};

/// What a store gives back on open.
struct Recovered {
  uint64_t epoch = 0;     // random when the store was made or restored
  SipKey sketch_key;      // likewise
  uint64_t sequence = 0;  // of the last commit; 0 for a new store
  uint64_t global_seq = 0;
  int64_t forgotten_said = 0;  // messages of `room` that retention has taken away, ever
  std::vector<RoomRow> rooms;
  std::vector<SourceRow> sources;
  struct JournalRecord {
    uint64_t sequence = 0;
    std::string deltas;
    std::vector<SequenceAdvance> advances;
  };
  std::vector<JournalRecord> journal;                           // ascending
  std::vector<std::pair<uint64_t, std::string>> contributions;  // by commit, ascending
  std::vector<ProducerRow> producers;
  std::vector<std::pair<uint64_t, std::string>> requests;  // by commit, ascending
  std::vector<VoiceRow> voices;
  std::vector<SilenceRow> silences;
  std::vector<std::pair<uint64_t, std::string>> heard;  // by commit, ascending
  std::vector<AlertStateRow> alerts;
  std::vector<AlertStateRow> seasons;
};

}  // namespace roomtone
