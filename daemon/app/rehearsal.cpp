#include "app/rehearsal.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "app/alert_desk.hpp"
#include "app/guarded_thread.hpp"
#include "app/pipeline.hpp"
#include "app/source_factory.hpp"
#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/published.hpp"
#include "base/tickets.hpp"
#include "room/room.hpp"
#include "store/store.hpp"

namespace roomtone::app {

namespace {

/// Frames between two looks at the time: few enough that an alert is judged by little more than what had been said
/// by its second, as when the daemon listens.
constexpr std::size_t kStepFrames = 64;
constexpr std::size_t kTickets = 8;

/// The daemon's insides, in one thread: everything between a frame and an alert.
class Inside {
 public:
  Inside(const Config& config, const Catalog& catalog, const SourceConfig& source, const Recovered& recovered,
         store::Store& store)
      : catalog_(catalog),
        store_(store),
        worker_({pipeline_source(source)}, recovered.sketch_key, config.pipeline.horizon, true),
        room_(options_of(config, source), recovered, store, now()),
        rules_(std::make_shared<const AlertsConfig>(config.alerts)),
        desk_({rules_, nobody_is_silenced_}, {}, room_),
        seasons_({}, store, room_, config.alerts.rules.rooms_max) {
    desk_.set_seasons(seasons_);
    room_.set_scorer(std::string(catalog.scorer.id()));
    room_.set_expectations(catalog.lists.expectations());
    room_.set_weights(catalog.lists.weights(room_.sketch_key()));
  }

  /// Hears a batch, and makes a commit once the recording's time is in another second.
  [[nodiscard]] Result<void> hear(Batch&& batch) {
    batch.sequence = ++batches_;
    const bool last = batch.last;
    Tally tally = worker_.tally(std::move(batch), catalog_, room_.beats_below());
    if (tally.newest_event != kNoInstant) newest_ = std::max(newest_, tally.newest_event);
    room_.merge(std::move(tally), now());
    const int64_t second = std::chrono::floor<std::chrono::seconds>(newest_.time_since_epoch()).count();
    if (second == second_ && !last) return {};
    second_ = second;
    return commit(last);
  }

  [[nodiscard]] Rehearsed take() {
    for (auto& [id, alert] : alerts_) heard_.alerts.push_back(std::move(alert));
    std::ranges::stable_sort(heard_.alerts, {}, &Alert::starts);
    const Ledger& ledger = room_.sources()[0].ledger;
    heard_.counted = ledger[Column::counted];
    heard_.records = ledger.records();
    if (newest_ != kNoInstant) heard_.last = newest_;
    return std::move(heard_);
  }

 private:
  static room::RoomOptions options_of(const Config& config, const SourceConfig& source) {
    room::RoomOptions options;
    options.sources = {{source.name, false}};
    options.panes.memory_bytes_max = config.store.memory_bytes_max;
    options.contributions.horizon = config.store.correction_horizon;
    options.contributions.count_max = config.store.contributions_max;
    return options;
  }

  /// The recording's own time stands for the clock; what is paced by a clock keeps its pace.
  [[nodiscard]] Mono now() const {
    constexpr std::chrono::hours kLater{1};
    if (newest_ == kNoInstant) return Mono(kLater);
    return Mono(kLater + std::max(std::chrono::microseconds(0), newest_.time_since_epoch()));
  }

  [[nodiscard]] Result<void> commit(bool everything) {
    Commit made = room_.commit(newest_, now(), durable_, everything);
    desk_.complete(made, now(), newest_, everything);
    seasons_.complete(made);
    if (auto failure = room_.failure()) return tl::unexpected(std::move(*failure));
    for (AlertUpdate& update : made.alerts) keep(std::move(update.alert));
    if (made.empty()) return {};
    if (auto written = store_.write(made); !written) return written;
    durable_ = made.sequence;
    return {};
  }

  void keep(Alert alert) {
    if (alert.key.starts_with("s/")) return;  // of a source, which a recording is not
    const auto known = alerts_.find(alert.id);
    if (known != alerts_.end()) {
      known->second = std::move(alert);
    } else if (alerts_.size() < Rehearsed::kAlertsMax) {
      std::string id = alert.id;
      alerts_.emplace(std::move(id), std::move(alert));
    } else {
      ++heard_.left_out;
    }
  }

  const Catalog& catalog_;
  store::Store& store_;
  Instant newest_ = kNoInstant;
  Worker worker_;
  room::Room room_;
  const Published<AlertsConfig> rules_;
  const Published<alerts::AlertSilences> nobody_is_silenced_{std::make_shared<const alerts::AlertSilences>()};
  AlertDesk desk_;
  SeasonDesk seasons_;
  std::map<std::string, Alert> alerts_;  // by id
  Rehearsed heard_;
  uint64_t batches_ = 0;
  uint64_t durable_ = 0;
  int64_t second_ = INT64_MIN;
};

/// Cuts the frames of what a source has read into steps.
[[nodiscard]] Result<void> hear_in_steps(const Batch& batch, Inside& inside) {
  std::size_t at = 0;
  do {
    Batch step;
    step.arrival = batch.arrival;
    for (; at < batch.frames.size() && step.frames.size() < kStepFrames; ++at)
      step.append(batch.frame(batch.frames[at]));
    step.seal();
    if (at == batch.frames.size()) {
      step.oversized = batch.oversized;
      step.last = batch.last;
    }
    if (auto heard = inside.hear(std::move(step)); !heard) return heard;
  } while (at < batch.frames.size());
  return {};
}

}  // namespace

Result<Rehearsed> rehearse(const Config& config, const Catalog& catalog, const SourceConfig& source,
                           const std::filesystem::path& folder, const std::function<bool()>& stopped, Log& log) {
  auto files = open_source(source, config.pipeline.batch_frames, log);
  if (!files) return tl::unexpected(std::move(files.error()));
  store::StoreOptions options;
  options.folder = folder;
  options.sync = false;               // it lives as long as the rehearsal
  options.sketch_key = SipKey{1, 2};  // of samples: the same for the same recording
  auto store = store::Store::open(options);
  if (!store) return tl::unexpected(std::move(store.error()));
  auto recovered = (*store)->recover();
  if (!recovered) return tl::unexpected(std::move(recovered.error()));
  Inside inside(config, catalog, source, *recovered, **store);

  const AnchoredClock clock;
  Tickets tickets(kTickets);
  BoundedQueue<Batch> batches(kTickets);
  ingest::Outlet outlet(SourceIndex{}, {}, tickets, batches, clock);
  std::mutex mutex;
  std::optional<Error> broken;  // guarded by mutex
  std::jthread reader = guarded_thread("recording", log, [&](const std::stop_token& stop) {
    if (auto read = (*files)->run(outlet, stop); !read) {
      const std::lock_guard lock(mutex);
      broken = std::move(read.error());
    }
    batches.close();
  });

  bool ended_early = false;
  std::optional<Error> failed;
  while (auto batch = batches.pop()) {
    if (auto heard = hear_in_steps(*batch, inside); !heard) failed = std::move(heard.error());
    batch->ticket = Ticket{};
    outlet.recycle(std::move(*batch));
    ended_early = stopped();
    if (failed || ended_early) break;
  }
  reader.request_stop();
  batches.close();
  reader.join();
  if (failed) return tl::unexpected(std::move(*failed));
  if (broken) return tl::unexpected(std::move(*broken));
  Rehearsed heard = inside.take();
  heard.stopped = ended_early;
  return heard;
}

}  // namespace roomtone::app
