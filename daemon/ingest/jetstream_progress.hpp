#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event_mark.hpp"

namespace roomtone::ingest {

/// Where a Jetstream listener stands: what a commit keeps of it as the source's cursor.
struct JetstreamPosition {
  std::string host;               // whose clock `time` is of
  Instant time = kNoInstant;      // of the newest event handed on
  uint64_t filter = 0;            // fingerprint of the filter under which it was reached
  std::vector<uint64_t> at_time;  // the events of exactly that time, at most kAtTimeMax

  friend bool operator==(const JetstreamPosition&, const JetstreamPosition&) = default;
};

inline constexpr std::size_t kAtTimeMax = 64;

/// "jetstream 1 time_us=1725911162329308 host=wss://... filter=16 digits events=16 digits,..."
[[nodiscard]] std::string encode(const JetstreamPosition& position);
/// Nothing for anything else.
[[nodiscard]] std::optional<JetstreamPosition> parse_jetstream_position(std::string_view text);

/// A stretch of the stream that no host has shown us: after `from`, before `to`.
struct JetstreamGap {
  Instant from;
  Instant to;
  [[nodiscard]] std::chrono::microseconds length() const { return to - from; }
};

/// The events of the last while, so that those sent again are recognised. The oldest is forgotten when it is full.
class RecentEvents {
 public:
  explicit RecentEvents(std::size_t events_max) : events_max_(events_max) {}
  [[nodiscard]] bool knows(uint64_t event) const { return known_.contains(event); }
  void add(uint64_t event);

 private:
  const std::size_t events_max_;
  std::vector<uint64_t> ring_;
  std::size_t next_ = 0;
  boost::unordered_flat_set<uint64_t> known_;
};

/// Half a minute of the whole network several times over; about 3 MiB when full.
inline constexpr std::size_t kRecentEventsMax = 128 * 1024;

/// Keeps the place in a stream that is resumed by time: which cursor to ask for, which events were had before, and
/// whether something is missing. No clock and no socket in it; owned by the source's thread.
///
/// A cursor is a time of one host, and inclusive. So every resumption asks for a little more than it needs, and the
/// first event that comes must be one that was had already, or older than the newest that was. If it is not, the host
/// no longer has the place asked for (it says nothing of that: it begins with the oldest it has), and what lies between
/// is a gap. An event older than what was asked for says that the host took the cursor for the future and began with
/// the present. This holds for a quiet filter as for the whole network: the last event is always sent again.
class JetstreamProgress {
 public:
  struct Options {
    std::chrono::microseconds rewind;             // asked for again on the host that the position is of
    std::chrono::microseconds rewind_other_host;  // on another, or after a stall: hosts differ by seconds
    uint64_t filter = 0;
    std::size_t recent_max = kRecentEventsMax;
  };
  JetstreamProgress(Options options, std::optional<JetstreamPosition> stored);

  /// A connection to this host is about to be made, `now`. The cursor to ask for; nothing: from now on. Whoever
  /// has no position yet listens from the moment of the first call, also when the first connections come to nothing.
  [[nodiscard]] std::optional<Instant> connecting(const std::string& host, bool stalled, Instant now);

  struct Judged {
    bool repeat = false;  // had before: not to be handed on
    std::optional<JetstreamGap> gap;
  };
  /// Judges the next event of that connection and, unless it is a repeat, counts it as handed on. A time more than a
  /// day after `now` does not move the position: nothing would be resumed from there.
  [[nodiscard]] Judged judge(const EventMark& mark, Instant now);

  [[nodiscard]] const JetstreamPosition& position() const { return position_; }

 private:
  [[nodiscard]] bool had_before(const EventMark& mark) const;
  void move(const EventMark& mark, Instant now);

  const Options options_;
  JetstreamPosition position_;
  RecentEvents recent_;
  Instant begun_ = kNoInstant;  // when the first connection was made without a position
  std::string restored_host_;   // of the position that this run began with,
  Instant restored_time_ = kNoInstant;
  std::string host_;                // of the present connection
  Instant requested_ = kNoInstant;  // the cursor that it asked for
  Instant resumed_ = kNoInstant;    // the position when it was made; kNoInstant: it has been judged by its first event
  bool reached_ = true;             // it has come to where this run began
};

}  // namespace roomtone::ingest
