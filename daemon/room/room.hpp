#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "model/commit.hpp"
#include "model/tally.hpp"
#include "model/voice.hpp"
#include "model/weights.hpp"
#include "room/contributions.hpp"
#include "room/metronomes.hpp"
#include "room/pane_table.hpp"
#include "room/request_log.hpp"
#include "room/seconds.hpp"
#include "room/silences.hpp"
#include "room/watermark.hpp"
#include "room/windows.hpp"

namespace roomtone::room {

struct RoomSource {
  std::string name;
  bool live = false;  // a network source, whose events are of the present
};

struct RoomOptions {
  std::vector<RoomSource> sources;  // by SourceIndex
  PaneTableOptions panes;
  ContributionOptions contributions;
  RequestLogOptions requests;
};

/// Everything with state, between the workers and the store: merges tallies in the order they are given, and makes
/// commits of what has gathered. No thread, no clock and no I/O of its own but for the loader's reads; one thread owns
/// it.
class Room {
 public:
  Room(RoomOptions options, const Recovered& recovered, const PaneLoader& loader, Mono now);

  /// Takes a tally in; its ticket goes back at once.
  void merge(Tally&& tally, Mono now);

  /// Whether somebody waits for the next commit.
  [[nodiscard]] bool awaited() const { return !receipts_.empty(); }

  /// Whether somebody on a list has spoken since the last commit: it had better come soon.
  [[nodiscard]] bool hurried() const { return !voices_.empty(); }

  /// Bytes gathered for the next commit.
  [[nodiscard]] std::size_t pending_bytes() const { return deltas_.size(); }

  /// Makes the next commit. `durable` is the newest commit known to be on disk. With `everything`, rows of all changes
  /// are in it and no journal is left over.
  [[nodiscard]] Commit commit(Instant wall, Mono now, uint64_t durable, bool everything);

  /// What retention keeps from now on; the commits to come take the rest away, bit by bit.
  void keep_from(const RetentionFloors& floors) { floors_ = floors; }

  void set_scorer(std::string id);

  /// What single voices weigh in windows composed from now on.
  void set_weights(Weights weights) { windows_.set_weights(std::move(weights)); }
  /// Who is expected to speak from now on.
  void set_expectations(const std::vector<Expectation>& all) { silences_.expect(all); }
  /// The seconds that alerts step on, where tallies tell of them.
  [[nodiscard]] Seconds& seconds() { return seconds_; }
  /// The merge of [from, to) of a room, both multiples of 10 s; nothing for one that was never heard.
  [[nodiscard]] Rollup fold(std::string_view key, Instant from, Instant to);
  /// Puts alerts into the commit just made, behind its updates.
  void send_alerts(std::vector<AlertUpdate> alerts, Commit& commit);

  /// The store's, by which voices are known.
  [[nodiscard]] const SipKey& sketch_key() const { return sketch_key_; }

  /// What went wrong for good, if anything: the caller ends the process.
  [[nodiscard]] std::optional<Error> failure() const;

  /// True once all sources have ended: the next commit publishes every window as final.
  [[nodiscard]] bool drained() const { return watermark_.drained(); }

  [[nodiscard]] const std::vector<SourceRow>& sources() const { return sources_; }
  [[nodiscard]] const PaneTable& panes() const { return panes_; }
  /// What workers make beats of, see Metronomes::below().
  [[nodiscard]] uint64_t beats_below() const { return metronomes_.below(); }
  [[nodiscard]] std::size_t contributions() const { return contributions_.size(); }

 private:
  [[nodiscard]] bool take_voices(const Tally& tally, Mono now);
  void send_voices(Commit& commit);
  void tell_silence(Commit& commit, Mono now);

  PaneTable panes_;
  ContributionIndex contributions_;
  RequestLog requests_;
  Watermark watermark_;
  Metronomes metronomes_;
  Windows windows_;
  const SipKey sketch_key_;
  std::vector<SourceRow> sources_;  // by SourceIndex
  std::vector<bool> moved_;         // since the last commit
  uint64_t sequence_ = 0;           // of the last commit made
  uint64_t global_seq_ = 0;

  std::string deltas_;  // since the last commit
  std::vector<std::pair<OnCommitted, Receipt>> receipts_;
  std::map<std::pair<std::size_t, uint64_t>, ProducerPosition> producers_;  // that moved, by source and name
  std::vector<Instant> arrivals_;
  RetentionFloors floors_;
  std::optional<Error> failure_;

  struct VoiceSequence {
    uint64_t last = 0;   // that was used
    bool moved = false;  // since the last commit
  };
  std::vector<VoiceUpdate> voices_;                              // since the last commit, without their sequences
  std::map<std::string, VoiceSequence, std::less<>> voice_seq_;  // by list
  uint64_t voices_dropped_ = 0;
  Seconds seconds_;
  Silences silences_;
  std::vector<ListSilence> silence_;  // as it was at silence_told_
  Mono silence_told_{};

  // Scratch.
  std::string undo_;
  std::vector<uint32_t> repeats_;
  VoiceNote note_;
};

}  // namespace roomtone::room
