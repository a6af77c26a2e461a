#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "alerts/room_detectors.hpp"

namespace roomtone::alerts {

/// The rules of this release, by AlertKind.
inline constexpr std::array<std::string_view, 7> kRuleNames = {
    "tone-shift", "polarised", "volume-spike", "volume-drop", "divergence", "voice-silent", "source-blind"};

/// What an operator says of alerts: the table `[alerts]`. Times are seconds of event time.
struct AlertRules {
  Budget budget{.days_between_false_alarms = 30};
  int64_t min_messages = 20;  // scored, in the window by which an alert is raised
  int64_t min_voices = 5;     // distinct, in the same window
  int64_t hold_s = 3600;      // at the new level, until that is the normal one and the alert is over
  int64_t cool_down_s = 600;  // after an alert, until the room may raise another of its kind
  double coverage_min = 0.1;  // scored share of the stream below which nothing is known
  std::string severity = "warning";
  std::size_t rooms_max = 100'000;  // watched; further ones are counted and raise nothing
  std::size_t open_max = 1'000;     // firing or unknown at a time; further ones are counted and not raised
};

}  // namespace roomtone::alerts
