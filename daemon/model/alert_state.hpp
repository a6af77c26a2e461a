#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "model/alert.hpp"

namespace roomtone {

/// What is kept of a room's alerts and detectors, as bytes that alerts/ alone reads; with an empty key what all rooms
/// share.
struct AlertStateRow {
  std::string key;
  std::string bytes;
};

/// An alert as it leaves the room, after the commit that holds its state.
struct AlertUpdate {
  Alert alert;
  uint64_t key_seq = 0;     // grows by exactly 1 per rule of a room within an epoch
  uint64_t global_seq = 0;  // of all that is published
};

/// How alerts stand, for metrics.
struct AlertCounts {
  std::array<std::size_t, kAlertKindNames.size()> firing{};  // unknown ones too
  /// Since the process started, by kind and the state that was reached.
  std::array<std::array<uint64_t, kAlertStateNames.size()>, kAlertKindNames.size()> transitions{};
  std::size_t rooms = 0;         // watched
  uint64_t unwatched = 0;        // seconds of rooms beyond the limit
  uint64_t left_out = 0;         // not raised because too many were open
  uint64_t late_messages = 0;    // that came after their second was judged
  uint64_t excess_messages = 0;  // for which no second could be opened
  // Of those who are told of alerts, since the process started:
  uint64_t held_silenced = 0;
  uint64_t held_quiet = 0;
  uint64_t held_over_budget = 0;
  uint64_t digests = 0;
  std::size_t held = 0;  // for a digest now
};

}  // namespace roomtone
