#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/atmosphere.hpp"
#include "publish/body.hpp"
#include "publish/feed_counters.hpp"
#include "publish/last_value_cache.hpp"
#include "publish/prefix_sums.hpp"
#include "publish/query_service.hpp"
#include "publish/resend_pacer.hpp"
#include "publish/socket.hpp"
#include "publish/wake.hpp"

namespace roomtone::publish {

struct FeedOptions {
  std::string publish_endpoint;  // "tcp://127.0.0.1:5570"; port 0 or *: the system chooses
  std::string query_endpoint;    // "tcp://127.0.0.1:5571"
  BodyFormat body = BodyFormat::json;
  int hwm = 1000;                  // messages queued per subscriber; what comes on top is dropped for that one
  std::size_t keys_max;            // in the last-value cache, about 1 KiB each; updates of more keys are refused
  uint64_t epoch;                  // of the store
  bool insecure_bind = false;      // allow addresses that other machines can reach
  std::size_t queue_max = 64;      // batches of updates that wait for the feed thread
  std::size_t snapshots_max = 64;  // under way at a time
  std::size_t checks_max = 1000;   // prefixes that get a check frame each second
};

/// Publishes what the store has committed: RTN/1, as proto/PROTOCOL.md describes it.
///
/// Owns the ZeroMQ context, the XPUB and the ROUTER socket; one thread calls run() and touches them. Other threads
/// hand in updates and pulses and read the counters. Readers can never slow it down: what does not fit into a
/// subscriber's queue is dropped for that subscriber, which sees the gap in key_seq or in a check frame.
class Feed {
 public:
  /// Binds both sockets. `invalid_argument` for an endpoint that is none or that other machines could reach,
  /// `unavailable` for one that is taken: "bind tcp://127.0.0.1:5570: Address already in use". `clock` outlives it.
  [[nodiscard]] static Result<std::unique_ptr<Feed>> open(FeedOptions options, const Clock& clock);

  /// Where it is bound, with the port the system chose. From the thread that opened, before run().
  [[nodiscard]] std::string publish_endpoint() const { return publish_endpoint_; }
  [[nodiscard]] std::string query_endpoint() const { return query_endpoint_; }

  /// Publishes and answers until `stop` is requested; then publishes what was offered before, says so on
  /// `/ctl/` and closes the sockets. Once, on one thread.
  void run(std::stop_token stop);

  /// Hands over committed updates, in order of global_seq. Waits while queue_max batches are queued; false once the
  /// feed stops, and the updates are not published. From one thread.
  [[nodiscard]] bool offer(std::vector<Update>&& updates);

  /// What the next heartbeats say; epoch and global_seq in it are not looked at. From any thread.
  void set_pulse(Pulse pulse);

  [[nodiscard]] const FeedCounters& counters() const { return counters_; }
  /// Batches of updates waiting.
  [[nodiscard]] std::size_t queue_depth() const { return queue_.size(); }

 private:
  Feed(FeedOptions options, const Clock& clock);
  [[nodiscard]] Result<void> bind();

  void wait_for_work();
  [[nodiscard]] bool publish_offered();
  void publish(const Update& update);
  void resend(std::string_view key);
  void read_subscriptions();
  void answer_queries();
  void watch_connections();
  void tick();
  void send_heartbeat();
  void send_checks();
  void send_shutdown();
  /// A frame outside the sequences of any key; its body is in body_.
  void send_unsequenced(std::string_view key);
  void send(std::string_view key, const Header& header, std::string_view body);
  [[nodiscard]] uint8_t format_flag() const;

  const FeedOptions options_;
  const Clock& clock_;
  FeedCounters counters_;

  BoundedQueue<std::vector<Update>> queue_;
  Wake wake_;
  std::mutex pulse_mutex_;
  Pulse pulse_;  // guarded by pulse_mutex_

  // The feed thread's own.
  Context context_;
  Socket publisher_;
  Socket router_;
  Socket monitor_;
  std::string publish_endpoint_;
  std::string query_endpoint_;
  LastValueCache cache_;
  PrefixSums sums_;
  ResendPacer resends_;
  QueryService queries_;
  std::set<uint32_t> connections_;  // file handles of the subscribers, as the monitor names them
  Mono next_heartbeat_{};
  Mono last_heartbeat_{};
  std::optional<Mono> next_greeting_;  // a heartbeat out of turn, for somebody who just subscribed to it
  bool more_offered_ = false;
  std::string key_;
  std::string body_;
  std::vector<std::string> frames_;
};

}  // namespace roomtone::publish
