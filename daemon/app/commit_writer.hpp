#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "app/vitals.hpp"
#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "delivery/deliverer.hpp"
#include "metrics/metrics.hpp"
#include "model/commit.hpp"
#include "publish/feed.hpp"
#include "store/space_guard.hpp"
#include "store/store.hpp"

namespace roomtone::app {

/// Sends what a commit that is on disk has to say to those who listen: the feed and, if there is one, the deliverer.
void tell(Commit&& commit, publish::Feed& feed, delivery::Deliverer* deliverer);

/// The thread that writes: one commit after the other, and after each what may happen only then: receipts, publishing.
/// While it writes one, the room gathers the next (double-buffered: one is written, one may wait). While the disk is
/// low it waits with its commit in hand, and everybody before it waits too.
class CommitWriter {
 public:
  /// Everything outlives the writer. `deliverer` may be null. `on_failure` is told of a failed write and does not
  /// return.
  CommitWriter(store::Store& store, store::SpaceGuard& space, publish::Feed& feed, delivery::Deliverer* deliverer,
               Vitals& vitals, metrics::Metrics& metrics, const Clock& clock,
               std::function<void(const Error&)> on_failure);

  /// Until close() and the last commit; commits for which there was no room until the guard was stopped are given up.
  void run();

  /// Waits while one commit is being written and another waits.
  void write(Commit&& commit) { (void)queue_.push(std::move(commit)); }
  /// Without waiting; false, with the commit untouched, when the room had better gather on.
  [[nodiscard]] bool idle() const { return queue_.size() == 0 && !writing_.load(); }
  void close() { queue_.close(); }

  /// The newest commit that is on disk.
  [[nodiscard]] uint64_t durable() const { return durable_.load(); }
  /// Whether commits were given up.
  [[nodiscard]] bool gave_up() const { return gave_up_.load(); }

 private:
  store::Store& store_;
  store::SpaceGuard& space_;
  publish::Feed& feed_;
  delivery::Deliverer* const deliverer_;
  Vitals& vitals_;
  metrics::Metrics& metrics_;
  const Clock& clock_;
  const std::function<void(const Error&)> on_failure_;
  BoundedQueue<Commit> queue_{1};
  std::atomic<bool> writing_{false};
  std::atomic<uint64_t> durable_{0};
  std::atomic<bool> gave_up_{false};
};

}  // namespace roomtone::app
