#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "model/commit.hpp"
#include "model/ledger.hpp"

namespace roomtone::app {

/// What the last commit said, for heartbeat, metrics and health. Written by the commit writer, read by any thread;
/// guarded by one mutex, once a commit and once a scrape.
class Vitals {
 public:
  struct Values {
    std::vector<SourceRow> sources;  // by SourceIndex; cursors left out
    uint64_t global_seq = 0;
    Instant watermark = kNoInstant;
    double coverage = 1;
    int64_t room_total_added = 0;
    std::size_t rooms = 0;
    std::size_t panes_memory_bytes = 0;
    std::size_t contributions = 0;
    uint64_t voices_dropped = 0;
    std::vector<ListSilence> silences;
    std::optional<AlertCounts> alerts;  // nothing: they are off
  };

  explicit Vitals(std::vector<SourceRow> sources) {
    values_.sources = std::move(sources);
    for (SourceRow& source : values_.sources) source.cursor.clear();
  }

  void update(const Commit& commit) {
    const std::lock_guard lock(mutex_);
    for (const SourceRow& row : commit.sources) {
      for (SourceRow& source : values_.sources) {
        if (source.name != row.name) continue;
        source.ledger = row.ledger;
        source.newest_event = row.newest_event;
      }
    }
    for (const Update& update : commit.updates) {
      Update& newest = minutes_[update.atmosphere.key];
      const bool newer = newest.key_seq == 0 || update.atmosphere.end >= newest.atmosphere.end;
      if (update.atmosphere.window == WindowSize::minute && newer) newest = update;
      newest.atmosphere.key = update.atmosphere.key;
      newest.said = update.said;  // a late message shows in the longer windows only, and counts all the same
    }
    values_.global_seq = commit.global_seq;
    values_.watermark = commit.watermark;
    values_.coverage = commit.coverage;
    values_.room_total_added = commit.room_total_added;
    values_.rooms = commit.rooms_known;
    values_.panes_memory_bytes = commit.panes_memory_bytes;
    values_.contributions = commit.contributions_known;
    values_.voices_dropped = commit.voices_dropped;
    if (commit.alert_counts) values_.alerts = commit.alert_counts;
    if (commit.silences) values_.silences = *commit.silences;
  }

  [[nodiscard]] Values read() const {
    const std::lock_guard lock(mutex_);
    return values_;
  }

  /// The newest 60s window of each room, by key. A copy of them all: for a scrape, not for a heartbeat.
  [[nodiscard]] std::vector<Update> minutes() const {
    const std::lock_guard lock(mutex_);
    std::vector<Update> all;
    all.reserve(minutes_.size());
    for (const auto& [key, update] : minutes_) all.push_back(update);
    return all;
  }

 private:
  mutable std::mutex mutex_;
  Values values_;
  std::map<std::string, Update> minutes_;
};

}  // namespace roomtone::app
