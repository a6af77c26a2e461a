#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace roomtone {

/// What an alert is about.
enum class AlertKind : uint8_t {
  tone_shift,    // the mean tone of a room has moved to another level
  polarised,     // its tones lie further apart (up) or closer together (down) than they did
  volume_spike,  // far more is said than ever in so many days
  volume_drop,   // far less
  divergence,    // the voices of a list lie apart from everybody around them
  voice_silent,  // somebody on a list who is expected to speak does not
  source_blind,  // a source brings nothing, so that nothing can be said of any room
};

/// As on the wire, in metrics and in configurations.
inline constexpr std::array<std::string_view, 7> kAlertKindNames = {
    "tone_shift", "polarised", "volume_spike", "volume_drop", "divergence", "voice_silent", "source_blind"};

/// As Alertmanager knows them, its label `alertname`.
inline constexpr std::array<std::string_view, 7> kAlertNames = {
    "RoomtoneToneShift",  "RoomtonePolarised",   "RoomtoneVolumeSpike", "RoomtoneVolumeDrop",
    "RoomtoneDivergence", "RoomtoneVoiceSilent", "RoomtoneSourceBlind"};

enum class AlertState : uint8_t {
  firing,
  unknown,   // was firing, and too little is heard now to tell whether it still is
  resolved,  // over since `ends`
};
inline constexpr std::array<std::string_view, 3> kAlertStateNames = {"firing", "unknown", "resolved"};

/// Whether those whom `[alerts]` names, Alertmanagers and webhooks, hear of an alert; and if not, why not.
enum class AlertTelling : uint8_t {
  told,         // on its own; whoever was told of its beginning is told of its end
  silenced,     // an operator wanted to hear nothing of it
  quiet_hours,  // it was raised in quiet hours, and waits for their end
  over_budget,  // it was raised when enough had been told, and waits for a digest
  in_digest,    // it was told in a digest, and only there
};
inline constexpr std::array<std::string_view, 5> kAlertTellingNames = {"told", "silenced", "quiet_hours", "over_budget",
                                                                       "in_digest"};

/// One alert in its newest state. A value; times are event time unless said otherwise. No ids of people and no texts of
/// messages: all of it may be published.
struct Alert {
  AlertKind kind = AlertKind::tone_shift;
  AlertState state = AlertState::firing;
  bool up = false;       // direction; for volume, silence and blindness it follows from the kind
  std::string key;       // of the room: "room", "t/derby", "c/experts", "t/derby/c/experts"; "s/<name>" of a source
  std::string rule;      // 1 to 64 of a-z, 0-9, - and _: the name of the rule that raised it
  std::string severity;  // as configured; "warning" unless told otherwise
  /// Names this alert in all its states, also after a restart: key, rule, kind and begin. At most 256 bytes.
  std::string id;
  Instant starts = kNoInstant;   // of the slice that decided it
  Instant ends = kNoInstant;     // kNoInstant until resolved
  Instant changed = kNoInstant;  // when it came to its newest state

  std::optional<double> tone_before;  // valence, -1..1
  std::optional<double> tone_now;
  std::optional<double> ci_low;  // of tone_now, 95 %
  std::optional<double> ci_high;
  int64_t n = 0;                      // messages scored in the window at `starts`
  int64_t voices = 0;                 // distinct, in the same window
  std::optional<double> rate_before;  // messages a minute
  std::optional<double> rate_now;
  std::vector<std::string> words_up;     // that moved the tone up, the strongest first; at most kAlertWordsMax
  std::vector<std::string> words_down;   // likewise down
  std::vector<std::string> communities;  // those whose rooms moved with it, by key; at most kAlertWordsMax
  std::string sentence;                  // plain English, for people; one line, at most 400 bytes
  AlertTelling telling = AlertTelling::told;
  std::string silenced_by;  // the silence that it is under, or was when it ended; empty: none

  friend bool operator==(const Alert&, const Alert&) = default;
};

inline constexpr std::size_t kAlertWordsMax = 5;

}  // namespace roomtone
