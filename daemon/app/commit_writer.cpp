#include "app/commit_writer.hpp"

namespace roomtone::app {

namespace {

double seconds(std::chrono::nanoseconds ns) { return static_cast<double>(ns.count()) / 1e9; }

}  // namespace

void tell(Commit&& commit, publish::Feed& feed, delivery::Deliverer* deliverer) {
  if (deliverer != nullptr && !commit.alerts.empty()) {
    std::vector<Alert> alerts;
    alerts.reserve(commit.alerts.size());
    for (const AlertUpdate& update : commit.alerts)
      if (update.alert.telling == AlertTelling::told) alerts.push_back(update.alert);
    if (!alerts.empty()) deliverer->update(std::move(alerts));
  }
  if (deliverer != nullptr)
    for (AlertDigest& digest : commit.digests) deliverer->tell(std::move(digest));
  // False only when the feed has stopped, and then nobody listens.
  (void)feed.offer({std::move(commit.voices), std::move(commit.updates), std::move(commit.alerts)});
}

CommitWriter::CommitWriter(store::Store& store, store::SpaceGuard& space, publish::Feed& feed,
                           delivery::Deliverer* deliverer, Vitals& vitals, metrics::Metrics& metrics,
                           const Clock& clock, std::function<void(const Error&)> on_failure)
    : store_(store),
      space_(space),
      feed_(feed),
      deliverer_(deliverer),
      vitals_(vitals),
      metrics_(metrics),
      clock_(clock),
      on_failure_(std::move(on_failure)) {}

void CommitWriter::run() {
  while (auto commit = queue_.pop()) {
    writing_ = true;
    if (gave_up_ || !space_.wait_for_room()) {
      gave_up_ = true;  // those behind it build on it
      for (const auto& [on_committed, receipt] : commit->receipts) on_committed(Receipt{});
      continue;
    }
    const Mono begun = clock_.mono();
    if (auto written = store_.write(*commit); !written) {
      for (const auto& [on_committed, receipt] : commit->receipts) on_committed(Receipt{});
      on_failure_(written.error());
      return;
    }
    metrics_.observe_commit(seconds(clock_.mono() - begun));
    durable_ = commit->sequence;

    // On disk: now those who wait may know, and the world.
    for (const auto& [on_committed, receipt] : commit->receipts) on_committed(receipt);
    vitals_.update(*commit);
    const std::vector<Instant> arrivals = std::move(commit->arrivals);
    tell(std::move(*commit), feed_, deliverer_);
    const Instant published = clock_.wall();
    for (const Instant arrival : arrivals) metrics_.observe_ingest_to_publish(seconds(published - arrival));
    writing_ = false;
  }
}

}  // namespace roomtone::app
