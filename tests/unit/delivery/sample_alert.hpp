#pragma once

#include <string>

#include "model/alert.hpp"

namespace roomtone::delivery {

inline constexpr Instant kNoon = Instant(std::chrono::seconds(1'795'348'800));  // 2026-11-22T12:00:00Z

/// Of room `key`, begun at noon.
inline Alert sample_alert(std::string key = "t/derby", AlertKind kind = AlertKind::tone_shift) {
  Alert alert;
  alert.kind = kind;
  alert.key = std::move(key);
  alert.rule = "default";
  alert.severity = "warning";
  alert.id = alert.key + "/default/x/1";
  alert.starts = kNoon;
  alert.changed = kNoon;
  alert.tone_before = 0.1;
  alert.tone_now = -0.25;
  alert.ci_low = -0.3125;
  alert.ci_high = -0.1875;
  alert.n = 340;
  alert.voices = 210;
  alert.words_down = {"awful", "disgrace"};
  alert.sentence = "The tone of t/derby fell by 0.35.";
  return alert;
}

inline Alert resolved(Alert alert, Instant at) {
  alert.state = AlertState::resolved;
  alert.ends = at;
  alert.changed = at;
  return alert;
}

}  // namespace roomtone::delivery
