#pragma once

#include <cstdint>
#include <string>

#include "base/tickets.hpp"
#include "base/time.hpp"
#include "model/batch.hpp"
#include "model/delivery.hpp"
#include "model/ledger.hpp"

namespace roomtone {

/// That an author posted, by the hash of the voices sketch, at that event time.
struct Beat {
  uint64_t author = 0;
  Instant at = kNoInstant;
};

/// What one batch adds, and where its source stands after it. Made by a worker, merged by the room in the order of
/// `sequence` within its source. A pure function of batch and catalog but for the fields marked "carried".
struct Tally {
  SourceIndex source{};               // carried
  uint64_t sequence = 0;              // carried
  std::string next_cursor;            // carried
  Instant arrival = kNoInstant;       // carried; for latency only
  bool last = false;                  // carried
  Instant newest_event = kNoInstant;  // latest event time of its messages; moves the watermark
  Ledger ledger;                      // before the room has looked for repeats
  std::string deltas;                 // see model/delta.hpp; every message folded, repeats included
  std::string seconds;        // of each delta, in their order, see model/seconds.hpp; empty where nobody asks for them
  std::string contributions;  // a block, see model/contribution.hpp; empty where the source folds only
  std::vector<Beat> beats;    // of those authors whom the room asked for; not pure, and in no pane
  std::string voices;         // posts of people on lists, see model/voice.hpp; mostly empty
  std::vector<ProducerPosition> positions;  // carried
  std::vector<RequestKey> requests;         // carried
  OnCommitted on_committed;                 // carried
  Ticket ticket;                            // carried
};

}  // namespace roomtone
