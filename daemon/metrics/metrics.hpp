#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "metrics/scrape.hpp"

namespace roomtone::metrics {

/// Every metric's name and help in one place. Counts and gauges come with each scrape; only distributions are kept
/// here. Labels come from closed sets or the configuration, never from messages; rooms beyond `series_max` series are
/// folded into topic="other" for counters and left out for gauges. Any thread.
class Metrics {
 public:
  explicit Metrics(std::size_t series_max);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// From the read of a batch to the moment its commit was handed to the feed.
  void observe_ingest_to_publish(double seconds);
  /// The same of a voice event, to the moment when the feed's socket took it.
  void observe_voice(double seconds);
  void observe_commit(double seconds);
  /// A worker's time for one batch.
  void observe_batch(double seconds);

  /// Prometheus text format 0.0.4.
  [[nodiscard]] std::string render(const Scrape& scrape) const;

 private:
  struct Kept;
  const std::size_t series_max_;
  const std::unique_ptr<Kept> kept_;
};

}  // namespace roomtone::metrics
