#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/alert_state.hpp"
#include "model/atmosphere.hpp"
#include "model/ledger.hpp"

namespace roomtone::metrics {

/// A counter by one closed label.
struct LabelledCount {
  std::string label;
  uint64_t count = 0;
};

/// One source at the moment of a scrape.
struct SourceSample {
  SourceHealth health;
  Ledger ledger;
  uint64_t frames = 0;
  uint64_t bytes = 0;
  uint64_t repeats = 0;
  uint64_t gaps = 0;
  double gap_s = 0;
  std::vector<LabelledCount> losses;  // of connections that the source makes, by reason; empty for others
  bool connected = false;
  uint64_t refused_tokens = 0;
  uint64_t limited_peers = 0;
  uint64_t producers = 0;
  std::string promise;                           // of a closed set: exactly_once, at_least_once, at_most_once
  std::optional<double> last_event_timestamp_s;  // unix time
};

/// A length that has a limit.
struct QueueSample {
  std::string name;
  uint64_t depth = 0;
  uint64_t depth_max = 0;
};

/// The recording of raw frames.
struct RecordSample {
  uint64_t frames = 0;
  uint64_t bytes = 0;
  uint64_t segments = 0;
  uint64_t segments_removed = 0;
  uint64_t failed = 0;
};

/// How the delivery of alerts to one receiver stands.
struct DeliverySample {
  bool webhook = false;                // otherwise an Alertmanager
  std::string name;                    // of the configuration
  std::vector<LabelledCount> sends;    // requests by result
  std::vector<LabelledCount> dropped;  // alerts or messages that it will never hear of, by why
  uint64_t waiting = 0;                // messages for a webhook, alerts that an Alertmanager is told of
};

/// Everything that is told at a scrape and kept nowhere between: removed topics vanish by themselves.
struct Scrape {
  std::vector<SourceSample> sources;
  std::vector<QueueSample> queues;
  std::vector<DeliverySample> deliveries;     // of alerts, by receiver
  std::optional<RecordSample> record;         // absent when nothing is recorded
  std::vector<Update> minutes;                // the newest `60s` window of each room, in the order rooms appeared
  std::vector<LabelledCount> published;       // messages by family
  std::vector<LabelledCount> snapshots;       // requests by result
  std::vector<LabelledCount> replays;         // requests by result
  std::vector<LabelledCount> histories;       // requests by result
  std::vector<LabelledCount> refused;         // what readers asked and did not get, by why
  std::vector<ListSilence> silences;          // of lists of whom somebody is expected to speak
  std::optional<AlertCounts> alerts;          // absent when they are off
  std::vector<LabelledCount> voices_dropped;  // events that were not published, by why
  uint64_t queries = 0;
  uint64_t subscribers = 0;
  uint64_t keys = 0;
  int64_t ledger_imbalance = 0;
  double shed_ratio = 0;
  uint64_t panes_memory_bytes = 0;
  uint64_t rooms = 0;
  uint64_t contributions = 0;
  uint64_t store_live_bytes = 0;
  uint64_t store_wal_bytes = 0;
  uint64_t store_compaction_pending_bytes = 0;
  uint64_t store_free_bytes = 0;  // on its disk
  uint64_t store_disk_bytes = 0;
  uint64_t retention_pressure = 0;
  uint64_t store_errors = 0;
  std::vector<LabelledCount> store_states;  // 1 for the present one
  bool reload_successful = true;
  double reload_timestamp_s = 0;
  double wall_step_seconds = 0;
  std::string scorer;
};

}  // namespace roomtone::metrics
