#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace roomtone {

/// How far a producer has come that numbers what it sends. It travels with the batch that holds what was sent and is
/// committed with it, so that what is on disk is counted once whatever is sent again.
struct ProducerPosition {
  uint64_t producer = 0;       // keyed hash of its name
  uint64_t epoch = 0;          // the producer's own; a greater one begins a new numbering
  uint64_t sequence = 0;       // the last one taken, from 1
  Instant heard = kNoInstant;  // when; the longest silent are forgotten first. kNoInstant: forget this producer

  friend bool operator==(const ProducerPosition&, const ProducerPosition&) = default;
};

/// A request that is counted once as a whole, by the key its client gave it.
struct RequestKey {
  uint64_t key = 0;          // keyed hash of source and key
  uint64_t fingerprint = 0;  // keyed hash of the body, so that a key used twice for different bodies is seen

  friend bool operator==(const RequestKey&, const RequestKey&) = default;
};

/// A producer's position as a row.
struct ProducerRow {
  std::string source;
  ProducerPosition position;
};

}  // namespace roomtone
