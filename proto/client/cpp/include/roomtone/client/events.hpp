#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a reader of RTN/1 tells its user. Values: they copy freely and belong to whoever holds them.
namespace roomtone::client {

/// One way of averaging a window. `tone`, -1..1, with its 95 % interval is absent when nothing could be scored.
struct Reading {
  std::optional<double> tone;
  std::optional<double> ci_low;
  std::optional<double> ci_high;
  double pos = 0;  // shares of what was scored, 0..1
  double neg = 0;
  double neutral = 0;
};

/// One text that few voices say again and again, in near copies; estimated from a sample of the window.
struct Campaign {
  std::string id;    // 12 hex digits, opaque; the same while the same text is seen
  double share = 0;  // of the messages, 0..1
  int64_t n = 0;     // messages
  int64_t voices = 0;
};

/// A span of event time [start_us, end_us), microseconds since 1970.
struct Window {
  int64_t start_us = 0;
  int64_t end_us = 0;
  uint64_t size_s = 0;
  std::string state;  // "partial", "final" or "corrected"
  uint64_t revision = 0;
};

/// How a room was over a window: the members of section 4.2 of the protocol. Shares are 0..1.
struct Atmosphere {
  uint64_t v = 0;
  std::string room;
  Window window;
  int64_t n = 0;
  int64_t voices = 0;
  int64_t unique_n = 0;
  int64_t pos = 0;
  int64_t neg = 0;
  int64_t neutral = 0;
  int64_t unscored = 0;
  Reading raw;        // one message, one vote
  Reading voice;      // one voice, one vote
  Reading reputable;  // one voice, its weight
  std::optional<double> dispersion;
  double rate_per_min = 0;
  std::string name;  // "calm", "tense", ...
  std::string sentence;
  double coverage = 0;
  double automation_share = 0;
  double reply_share = 0;
  double reshare_share = 0;
  double real_share = 0;            // of voices: not declared automation
  double young_share = 0;           // of voices: account under 30 days old
  double concentration = 0;         // how likely two messages are by one voice, 0..1
  double top_voice_share = 0;       // of messages: by the voice that says most
  std::vector<Campaign> campaigns;  // the largest first
  double periodic_share = 0;        // of voices: post by the clock
  std::string scorer;
  std::vector<std::string> sources;
};

/// What a heartbeat says about a source.
struct SourceHealth {
  std::string state;            // "live", "catching_up", "quiet", "stalled", "down" or "ended"
  std::optional<double> lag_s;  // now minus the newest event time
  std::optional<double> age_s;  // since the last frame

  /// Nothing comes from it, though something should.
  [[nodiscard]] bool deaf() const { return state == "stalled" || state == "down"; }
};

struct Heartbeat {
  uint64_t epoch = 0;
  uint64_t global_seq = 0;
  std::optional<int64_t> watermark_us;
  std::map<std::string, SourceHealth, std::less<>> sources;
  double shed_ratio = 0;
  double coverage = 0;
};

enum Flag : uint8_t { kResend = 1, kPartial = 2, kFinal = 4, kCorrected = 8, kTombstone = 16, kProtobuf = 32 };

struct Header {
  uint8_t flags = 0;
  uint64_t epoch = 0;
  uint64_t global_seq = 0;
  uint64_t key_seq = 0;          // 0 in frames outside the sequences
  uint64_t publish_time_us = 0;  // microseconds since 1970, of the first time it was published

  [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
};

enum class Origin { feed, snapshot, replay };

/// A message of a key.
struct Update {
  std::string key;
  Header header;
  std::string body;                      // JSON, or protobuf where the header has kProtobuf
  std::optional<Atmosphere> atmosphere;  // the body, where the key is an atmosphere's
  Origin origin = Origin::feed;
  bool newest = false;  // it is the key's newest window now; otherwise news about an older one
};

/// The server no longer has the key.
struct Removed {
  std::string key;
};

enum class NoticeKind {
  complete,   // every key is held, from now on (after joining, and after a change of epoch)
  gap,        // updates of `key` are missing; `detail` says which
  loss,       // something is missing, as each check frame or heartbeat that differs shows
  recovered,  // whatever was missed is here again
  lost,       // updates of `key` that will not come any more: only a snapshot could help; `detail` says why
  epoch,      // the server lost its history: all that was held is discarded
  stale,      // silence: what is held may be old
  fresh,      // the silence is over
  shutdown,   // the server stops in good order
  source,     // the state of the source `key` is now `detail`
  slow,       // messages are older than slow_after when they are read
  losing,     // losses go on: this reader is too slow for its prefix
  refused,    // the server does not answer to us; `detail` is its code
  version,    // messages of another version of the protocol arrive, and are dropped
  full,       // keys beyond keys_max are left out
};

/// Something about the feed itself.
struct Notice {
  NoticeKind kind;
  std::string key;
  std::string detail;
};

using Event = std::variant<Update, Removed, Notice>;

enum class State {
  joining,     // subscribed, and not yet known to be
  filling,     // not every key is held yet
  live,        // every key is held and nothing is known to be missing
  recovering,  // something was missed
  refused,     // the server does not let us read this
};

[[nodiscard]] std::string_view name_of(NoticeKind kind);
[[nodiscard]] std::string_view name_of(Origin origin);
[[nodiscard]] std::string_view name_of(State state);

struct Counters {
  uint64_t updates = 0;  // applied from the feed
  uint64_t repeats = 0;  // dropped: known already
  uint64_t gaps = 0;     // holes in the sequences of keys
  uint64_t missed = 0;   // messages in those holes
  uint64_t losses = 0;   // check frames and heartbeats that differed
  uint64_t silences = 0;
  uint64_t epochs = 0;  // changes of epoch
  uint64_t snapshots_asked = 0;
  uint64_t snapshots = 0;  // that came whole
  uint64_t replays_asked = 0;
  uint64_t replays = 0;  // that came whole
  uint64_t garbage = 0;  // frames that are not RTN/1
  uint64_t ignored = 0;  // well-formed, and of a kind that is not known
  uint64_t other_version = 0;
  uint64_t refused_keys = 0;  // beyond keys_max
};

}  // namespace roomtone::client
