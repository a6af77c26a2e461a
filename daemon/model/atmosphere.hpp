#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/campaigns.hpp"
#include "model/silence.hpp"

namespace roomtone {

/// The windows that are published, by their size. Named by seconds on the feed: `60s`.
enum class WindowSize : uint8_t { minute, five_minutes, hour, day };
inline constexpr std::size_t kWindowSizes = 4;

struct WindowSpec {
  std::string_view name;
  std::chrono::seconds size;
  std::chrono::seconds hop;                // windows end at multiples of this
  std::chrono::milliseconds partial_pace;  // a partial window is published at most this often
};
/// A window [end - size, end) hops by `hop`. A long window moves little in a second, so its partials come
/// slower: about a sixtieth of its size, at least a second.
inline constexpr std::array<WindowSpec, kWindowSizes> kWindows = {{
    {"60s", std::chrono::seconds(60), std::chrono::seconds(10), std::chrono::milliseconds(1000)},
    {"300s", std::chrono::seconds(300), std::chrono::seconds(10), std::chrono::milliseconds(5000)},
    {"3600s", std::chrono::seconds(3600), std::chrono::seconds(60), std::chrono::milliseconds(30000)},
    {"86400s", std::chrono::seconds(86400), std::chrono::seconds(600), std::chrono::milliseconds(60000)},
}};
[[nodiscard]] constexpr const WindowSpec& spec_of(WindowSize size) { return kWindows[static_cast<std::size_t>(size)]; }

enum class WindowState : uint8_t { partial, final, corrected };

/// One way of averaging a window. All in -1..1 or shares 0..1; nothing where no message or voice could be scored.
struct Reading {
  std::optional<double> tone;    // mean valence
  std::optional<double> ci_low;  // 95 % interval of the tone, within -1..1
  std::optional<double> ci_high;
  double pos = 0;  // shares of what was scored
  double neg = 0;
  double neutral = 0;
  friend bool operator==(const Reading&, const Reading&) = default;
};

/// Everything derived from one rollup, by one function (model/figures.hpp), so that feed, history and alerts agree.
struct Figures {
  int64_t n = 0;  // messages
  int64_t pos = 0;
  int64_t neg = 0;
  int64_t neutral = 0;
  int64_t unscored = 0;  // counted, not judged
  int64_t voices = 0;    // distinct authors; an estimate above the sketch's size (standard error 1/sqrt(254), 6.3 %)
  int64_t unique_n = 0;  // messages, near-identical ones counted once; an estimate likewise
  Reading raw;           // one message, one vote
  Reading voice;         // one voice, one vote
  Reading reputable;     // one voice, its weight: see model/figures.hpp
  std::optional<double> dispersion;  // standard deviation of valence, 0..1
  double coverage = 0;               // share of the messages seen that were scored, 0..1
  double automation_share = 0;       // share of messages by declared automation
  double reply_share = 0;
  double reshare_share = 0;
  double real_share = 0;            // share of voices that are not declared automation
  double periodic_share = 0;        // share of voices that post by the clock; set by the room, which knows their past
  double young_share = 0;           // share of voices whose account was under 30 days old
  double concentration = 0;         // how likely two messages are by one voice, 0..1; from the sample
  double top_voice_share = 0;       // share of messages by the voice that says most in the sample, 0..1
  std::vector<Campaign> campaigns;  // the largest first
  friend bool operator==(const Figures&, const Figures&) = default;
};

/// How far a list lies from everybody else in the room around it, see model/divergence.hpp.
struct Divergence {
  std::string against;  // the key of the room around
  double tone = 0;      // the list's less the others', -2..2
  double ci_low = 0;    // 95 % interval
  double ci_high = 0;
  bool claimed = false;  // beyond what chance does
  friend bool operator==(const Divergence&, const Divergence&) = default;
};

/// What the atmosphere of a room is called. `unknown`: too little could be judged; `quiet`: hardly anybody speaks.
enum class AtmosphereName : uint8_t { unknown, quiet, calm, buoyant, uneasy, tense, divided };
inline constexpr std::array<std::string_view, 7> kAtmosphereNames = {"unknown", "quiet", "calm",   "buoyant",
                                                                     "uneasy",  "tense", "divided"};

/// Mood and volume of one key over one window [start, end).
struct Atmosphere {
  std::string key;  // "room", "t/derby"
  WindowSize window = WindowSize::minute;
  Instant start = kNoInstant;
  Instant end = kNoInstant;
  WindowState state = WindowState::partial;
  uint32_t revision = 0;  // grows with every update of the same window, from 1
  Figures figures;
  std::optional<Divergence> divergence;  // only of rooms of lists, where there is somebody to compare
  std::optional<Silence> silence;        // only of a list's own room, where somebody is expected to speak
  double rate_per_min = 0;               // messages per minute of the window's elapsed time
  AtmosphereName name = AtmosphereName::unknown;
  std::string scorer;  // id of the scorer whose figures these are; two joined by '+' when it changed inside
  std::vector<std::string> sources;
};

/// Messages of a room since the process started, by how they were judged. For counters; the store keeps no such sum.
struct SaidTotals {
  int64_t pos = 0;
  int64_t neg = 0;
  int64_t neutral = 0;
  int64_t unscored = 0;

  void add(const SaidTotals& other) {
    pos += other.pos;
    neg += other.neg;
    neutral += other.neutral;
    unscored += other.unscored;
  }
  friend bool operator==(const SaidTotals&, const SaidTotals&) = default;
};

/// One update as it leaves the room, after the commit that holds its sequence.
struct Update {
  Atmosphere atmosphere;
  uint64_t key_seq = 0;     // grows by exactly 1 per key and window within an epoch
  uint64_t global_seq = 0;  // grows by 1 per update
  SaidTotals said;          // of the room; not on the feed
};

/// How a source fares, for heartbeat, metrics and /readyz.
enum class SourceState : uint8_t {
  live,         // frames arrive and are recent
  catching_up,  // frames arrive and are old
  quiet,        // connected or listening, nothing expected yet
  stalled,      // had frames, has had none for longer than its limit
  down,         // gave up
  ended,        // finite and read to its end
};
inline constexpr std::array<std::string_view, 6> kSourceStateNames = {"live",    "catching_up", "quiet",
                                                                      "stalled", "down",        "ended"};

struct SourceHealth {
  std::string name;
  SourceState state = SourceState::quiet;
  std::optional<double> lag_s;  // now minus the newest event time; nothing before the first message
  std::optional<double> age_s;  // since the last frame
};

/// What the heartbeat says of the whole.
struct Pulse {
  uint64_t epoch = 0;
  uint64_t global_seq = 0;
  Instant watermark = kNoInstant;
  double coverage = 1;  // scored share of the newest `room` minute
  double shed_ratio = 0;
  std::vector<SourceHealth> sources;
};

}  // namespace roomtone
