#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/catalog.hpp"
#include "app/config.hpp"
#include "app/store_health.hpp"
#include "app/vitals.hpp"
#include "base/clock.hpp"
#include "base/published.hpp"
#include "gateway/admin_server.hpp"
#include "ingest/outlet.hpp"
#include "ingest/recorder.hpp"
#include "metrics/metrics.hpp"
#include "model/atmosphere.hpp"
#include "publish/feed.hpp"
#include "store/store.hpp"

namespace roomtone::app {

/// How the last reading of the configuration went.
struct ReloadState {
  std::atomic<bool> successful{true};
  std::atomic<int64_t> at_us{0};  // when the rules in force were read
};

/// Looks at the running parts and says how they are: for the heartbeat, the metrics page and the health pages. Holds
/// references only, which outlive it; any thread.
class Observer {
 public:
  struct Parts {
    const Config& config;
    const AnchoredClock& clock;
    const Vitals& vitals;
    const std::vector<std::unique_ptr<ingest::Outlet>>& outlets;  // by SourceIndex
    const ingest::RecorderStatus* recorder;                       // null: nothing is recorded
    const publish::Feed& feed;
    const store::Store& store;
    const metrics::Metrics& metrics;
    const Published<Catalog>& catalog;
    const ReloadState& reload;
    uint64_t epoch;
    int64_t ledger_base;  // messages in `room` when the process started, and those that retention had taken by then
    const StoreHealth& health;
    std::function<uint64_t()> free_bytes;
    std::function<int()> retention_pressure;
    std::function<std::vector<metrics::QueueSample>()> queues;
    std::function<Mono()> room_turn;
    std::function<std::vector<metrics::DeliverySample>()> deliveries = {};  // none: nobody is told of alerts
  };
  explicit Observer(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] std::vector<SourceHealth> sources(const Vitals::Values& values) const;
  [[nodiscard]] Pulse pulse() const;
  [[nodiscard]] gateway::AdminAnswer metrics_page() const;
  [[nodiscard]] gateway::AdminAnswer health_page() const;
  [[nodiscard]] gateway::AdminAnswer ready_page(bool json) const;

 private:
  const Parts parts_;
};

}  // namespace roomtone::app
