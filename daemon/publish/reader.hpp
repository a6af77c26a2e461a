#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/atmosphere.hpp"
#include "publish/curve_key.hpp"
#include "publish/header.hpp"
#include "publish/json_body.hpp"
#include "publish/room_view.hpp"
#include "publish/socket.hpp"

namespace roomtone::publish {

/// What a reader needs to be let in by a server that speaks CURVE. Z85, valid.
struct ReaderKeys {
  std::string server_public_key;
  CurvePair own;
};

struct ReaderOptions {
  std::string publish_endpoint;         // "tcp://127.0.0.1:5570"
  std::string query_endpoint;           // "tcp://127.0.0.1:5571"
  std::optional<ReaderKeys> keys = {};  // for a server that speaks CURVE
  std::string prefix = "/a/";           // begins with "/a/" and ends with '/'
  int hwm = 10'000;                     // messages queued for us before the server's side fills
  std::size_t keys_max = 100'000;
  std::chrono::milliseconds stale_after{3000};        // silence, heartbeats included
  std::chrono::milliseconds snapshot_patience{2000};  // without an answer, before asking again
};

struct ReaderCounters {
  uint64_t updates = 0;           // applied from the feed
  uint64_t repeats = 0;           // dropped: already known
  uint64_t gaps = 0;              // updates of a key that never came
  uint64_t check_mismatches = 0;  // losses that a check frame showed
  uint64_t epochs = 0;            // changes of epoch
  uint64_t snapshots_asked = 0;
  uint64_t snapshots = 0;    // completed
  uint64_t undecodable = 0;  // frames that are not RTN/1
  uint64_t refused = 0;      // keys beyond keys_max
};

/// A subscriber of RTN/1: holds the newest window of every key under a prefix and says what changes.
///
/// Subscribes first, waits until a heartbeat proves that the server knows the subscription, then takes a snapshot
/// and applies what is newer. After a gap, a failed check, a change of epoch or a silence it takes another
/// snapshot, at first at once and then at growing intervals. Used by one thread; `clock` outlives it.
class Reader {
 public:
  /// Nothing waits for the server here: it may come later. `invalid_argument` for an endpoint or prefix that is none.
  [[nodiscard]] static Result<std::unique_ptr<Reader>> connect(ReaderOptions options, const Clock& clock);

  /// Waits for messages up to `timeout` and returns the rooms that changed, in order of arrival; empty when the
  /// time passes, or earlier when only other messages came. Call it again and again: it also keeps the timers.
  [[nodiscard]] std::vector<RoomView> poll(std::chrono::milliseconds timeout);

  /// By feed key, "/a/t/derby/60s/".
  using Rooms = std::map<std::string, RoomView, std::less<>>;
  [[nodiscard]] const Rooms& rooms() const { return rooms_; }

  /// Every key under the prefix is held: a snapshot is complete and no loss has been seen since.
  [[nodiscard]] bool complete() const { return phase_ == Phase::live && !snapshot_needed_; }
  /// Nothing was heard for stale_after, not even a heartbeat: what is held may be old.
  [[nodiscard]] bool stale() const { return clock_.mono() - last_heard_ >= options_.stale_after; }
  /// The server said that it stops. Until it is heard again.
  [[nodiscard]] bool server_stopped() const { return server_stopped_; }

  [[nodiscard]] std::optional<uint64_t> epoch() const { return epoch_; }
  [[nodiscard]] const std::optional<Pulse>& heartbeat() const { return heartbeat_; }
  [[nodiscard]] const ReaderCounters& counters() const { return counters_; }

 private:
  enum class Phase {
    joining,  // subscribed, and not yet known to be
    filling,  // a snapshot is under way
    live,
  };

  Reader(ReaderOptions options, const Clock& clock);
  [[nodiscard]] Result<void> connect();

  [[nodiscard]] bool take_published(std::vector<RoomView>& changed);
  [[nodiscard]] bool take_answer(std::vector<RoomView>& changed);
  void on_heartbeat(const Header& header, std::string_view body);
  void on_check(const Header& header, std::string_view body);
  void on_epoch(uint64_t epoch);
  void apply(std::string_view key, const Header& header, std::string_view body, bool from_snapshot,
             std::vector<RoomView>& changed);
  void on_snapshot_end(std::string_view json);
  void keep_timers();
  void ask_snapshot(Mono now);
  void ask(std::string_view verb, std::string_view arguments);

  const ReaderOptions options_;
  const Clock& clock_;
  ReaderCounters counters_;

  Context context_;
  Socket subscriber_;
  Socket dealer_;
  std::vector<std::string> frames_;
  std::string check_key_;

  Phase phase_ = Phase::joining;
  std::optional<uint64_t> epoch_;
  std::optional<Pulse> heartbeat_;
  bool server_stopped_ = false;
  Mono last_heard_;

  Rooms rooms_;
  std::set<std::string, std::less<>> confirmed_;  // keys of the snapshot under way
  PrefixSum sum_;                                 // over rooms_, as a check frame has it
  uint64_t complete_seq_ = 0;  // global_seq of the last snapshot's end: check frames before it do not apply

  bool snapshot_needed_ = true;
  uint64_t snapshot_id_ = 0;
  Mono asked_at_{};
  Mono answered_at_{};
  std::chrono::milliseconds pause_{0};  // before the next snapshot
};

}  // namespace roomtone::publish
