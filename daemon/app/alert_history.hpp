#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "alerts/alert_rules.hpp"
#include "base/result.hpp"
#include "model/alert.hpp"
#include "store/store.hpp"

namespace roomtone::app {

/// What of a store's past is heard again.
struct ReplayRequest {
  std::vector<std::string> keys;  // rooms whose alerts are wanted; none: those of all rooms
  Instant from = kNoInstant;      // alerts that begin in [from, to); kNoInstant: all that can be replayed
  Instant to = kNoInstant;
  alerts::AlertRules rules;
};

/// What came of it.
struct Replayed {
  std::vector<Alert> alerts;       // of the rooms wanted, each in its last state, by their begin
  Instant heard_from{};            // the first span that was heard; detectors learn for an hour from there on
  Instant panes_from{};            // from here on in spans of 10 s, before in minutes
  Instant from{};                  // alerts are told from here
  Instant to{};                    // to here
  std::size_t rooms = 0;           // heard; those beside the rooms wanted teach how restless rooms are
  std::size_t rooms_known = 0;     // of the store
  bool hours_only_before = false;  // there is more before heard_from, of which only hours are left
  bool stopped = false;            // before the end
};

/// Steps the daemon's detectors and the life of alerts over what a store has kept. A pane of 10 s, or a minute where
/// panes have gone, stands for the second at its end: what it tells is the same messages as the seconds did, up to one
/// span later. Hours are too coarse for detectors. A day before `from` is heard too, where it is kept, for learning.
///
/// Beside the rooms wanted `room` is heard, and up to kTeachersMax others. What is not in a store takes no part: which
/// sources were blind, whether lists diverged, who on a list was silent. Memory is bounded by kSpansMax spans.
/// `stopped` is asked now and then.
[[nodiscard]] Result<Replayed> replay_alerts(const store::Store& store, const ReplayRequest& request,
                                             const std::function<bool()>& stopped);

inline constexpr std::size_t kTeachersMax = 200;
inline constexpr std::size_t kSpansMax = 500'000;

}  // namespace roomtone::app
