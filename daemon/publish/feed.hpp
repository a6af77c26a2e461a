#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/alert_state.hpp"
#include "model/atmosphere.hpp"
#include "model/voice.hpp"
#include "publish/allow_list.hpp"
#include "publish/body.hpp"
#include "publish/connection_monitor.hpp"
#include "publish/door.hpp"
#include "publish/feed_counters.hpp"
#include "publish/history_desk.hpp"
#include "publish/last_value_cache.hpp"
#include "publish/prefix_sums.hpp"
#include "publish/query_service.hpp"
#include "publish/recent_updates.hpp"
#include "publish/resend_pacer.hpp"
#include "publish/socket.hpp"
#include "publish/subscriptions.hpp"
#include "publish/wake.hpp"

namespace roomtone::publish {

/// Encryption, and who may read what.
struct CurveOptions {
  std::string secret_key;  // the server's, Z85, valid
  std::vector<AllowedReader> readers;
};

struct FeedOptions {
  std::string publish_endpoint;  // "tcp://127.0.0.1:5570"; port 0 or *: the system chooses
  std::string query_endpoint;    // "tcp://127.0.0.1:5571"
  BodyFormat body = BodyFormat::json;
  int hwm = 1000;                    // messages queued per subscriber; what comes on top is dropped for that one
  std::size_t keys_max;              // in the last-value cache, about 1 KiB each; updates of more keys are refused
  uint64_t epoch;                    // of the store
  bool insecure_bind = false;        // without CURVE: allow addresses that other machines can reach
  std::size_t queue_max = 64;        // batches of updates that wait for the feed thread
  std::size_t snapshots_max = 1000;  // under way at a time; each is a few hundred bytes here
  std::size_t checks_max = 1000;     // prefixes that get a check frame each second
  std::size_t replay_bytes_max = 16u << 20;  // of recent updates, kept for REPLAY
  std::size_t history_queue_max = 16;        // questions about history that wait
  /// Told how long a voice event took from the read of its batch until it was handed to the socket; on the feed thread.
  std::function<void(std::chrono::nanoseconds)> on_voice;
  ReadPast read_past;  // without it HISTORY and EXPLAIN are `unavailable`; called on one thread of their own
  std::optional<CurveOptions> curve;  // without it whoever connects may read everything
};

/// What one commit publishes, in order of global_seq: voices, atmospheres, alerts.
struct Offered {
  std::vector<VoiceUpdate> voices;
  std::vector<Update> updates;
  std::vector<AlertUpdate> alerts = {};
};

/// Publishes what the store has committed: RTN/1, as proto/PROTOCOL.md describes it.
///
/// Owns the ZeroMQ context, the XPUB and the ROUTER socket; one thread calls run() and touches them. Other threads
/// hand in updates and pulses and read the counters. Readers can never slow it down: what does not fit into a
/// subscriber's queue is dropped for that subscriber, which sees the gap in key_seq or in a check frame.
class Feed {
 public:
  /// Binds both sockets. `invalid_argument` for an endpoint that is none, or that other machines could reach while
  /// there is no CURVE, `unavailable` for one that is taken: "bind tcp://127.0.0.1:5570: Address already in use".
  /// `clock` outlives it.
  [[nodiscard]] static Result<std::unique_ptr<Feed>> open(FeedOptions options, const Clock& clock);

  /// Where it is bound, with the port the system chose. From the thread that opened, before run().
  [[nodiscard]] std::string publish_endpoint() const { return publish_endpoint_; }
  [[nodiscard]] std::string query_endpoint() const { return query_endpoint_; }

  /// Publishes and answers until `stop` is requested; then publishes what was offered before, says so on
  /// `/ctl/` and closes the sockets. Once, on one thread.
  void run(std::stop_token stop);

  /// One turn of run(), which waits for work at most `wait_max`. For tests that bring their own clock.
  void turn(std::chrono::milliseconds wait_max);

  /// Hands over committed updates, in order of global_seq. Waits while queue_max batches are queued; false once the
  /// feed stops, and the updates are not published. From one thread.
  [[nodiscard]] bool offer(std::vector<Update>&& updates) { return offer({{}, std::move(updates), {}}); }
  [[nodiscard]] bool offer(Offered&& offered);

  /// What the next heartbeats say; epoch and global_seq in it are not looked at. From any thread.
  void set_pulse(Pulse pulse);

  [[nodiscard]] const FeedCounters& counters() const { return counters_; }
  /// Batches of updates waiting.
  [[nodiscard]] std::size_t queue_depth() const { return queue_.size(); }

 private:
  Feed(FeedOptions options, const Clock& clock);
  [[nodiscard]] Result<void> bind();

  void wait_for_work(std::chrono::milliseconds wait_max);
  [[nodiscard]] bool publish_offered();
  void publish(const Update& update);
  void publish(const VoiceUpdate& voice);
  void publish(const AlertUpdate& update);
  /// What is in key_ and body_. False: refused, since the cache holds no more keys.
  bool publish_sequenced(const Header& header, Instant window_end);
  void resend(std::string_view key);
  void answer_door();
  void read_subscriptions();
  void subscribe(const Sender& sender, std::string_view prefix);
  void answer_queries();
  void watch_connections();
  void tick();
  void send_heartbeat();
  void send_checks();
  void send_shutdown();
  [[nodiscard]] std::vector<std::pair<std::string_view, uint64_t>> limits() const;
  /// A frame outside the sequences of any key; its body is in body_.
  void send_unsequenced(std::string_view key);
  void send(std::string_view key, const Header& header, std::string_view body);
  [[nodiscard]] uint8_t format_flag() const;

  const FeedOptions options_;
  const Clock& clock_;
  FeedCounters counters_;

  BoundedQueue<Offered> queue_;
  Wake wake_;
  std::mutex pulse_mutex_;
  Pulse pulse_;  // guarded by pulse_mutex_

  // The feed thread's own.
  const AllowList allowed_;
  Context context_;
  std::optional<Door> door_;  // before the sockets it guards
  Socket publisher_;
  Socket router_;
  ConnectionMonitor publisher_monitor_;
  ConnectionMonitor router_monitor_;
  std::string publish_endpoint_;
  std::string query_endpoint_;
  LastValueCache cache_;
  RecentUpdates recent_;
  PrefixSums sums_;
  Subscriptions subscriptions_;
  ResendPacer resends_;
  HistoryDesk history_;
  QueryService queries_;
  Sender sender_;  // of the message in frames_
  Mono next_heartbeat_{};
  Mono last_heartbeat_{};
  std::optional<Mono> next_greeting_;  // a heartbeat out of turn, for somebody who just subscribed to it
  bool more_offered_ = false;
  std::string key_;
  std::string body_;
  std::vector<std::string> frames_;
};

}  // namespace roomtone::publish
