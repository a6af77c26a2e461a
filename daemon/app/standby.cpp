#include "app/standby.hpp"

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "app/guarded_thread.hpp"
#include "app/store_health.hpp"
#include "store/history.hpp"

namespace roomtone::app {

namespace {

constexpr std::chrono::milliseconds kLookEvery{250};

uint64_t passing_epoch() {
  std::random_device device;
  return ((static_cast<uint64_t>(device()) << 32) | device()) >> 11;  // below 2^53, as a store's
}

}  // namespace

Result<StoodBy> stand_by(StandbyParts parts) {
  auto opened = store::Store::open_read_only(parts.config.store.path);
  if (!opened) {
    const std::string why = store::obstacle(parts.space).value_or("the store cannot be written");
    return fail(std::move(opened.error()), why);
  }
  const store::Store& store = **opened;
  auto history = store::History::open(store);
  if (!history) return tl::unexpected(std::move(history.error()));
  const auto audited = store::audit(*history);
  if (!audited) return tl::unexpected(audited.error());
  if (auto balanced = audited->balanced(parts.config.store.path.string()); !balanced)
    return tl::unexpected(std::move(balanced.error()));
  const Recovered recovered = std::move(*history).take();

  parts.feed.epoch = passing_epoch();
  auto feed_opened = publish::Feed::open(parts.feed, parts.clock);
  if (!feed_opened) return tl::unexpected(std::move(feed_opened.error()));
  publish::Feed& feed = **feed_opened;

  const metrics::Metrics metrics(parts.config.admin.series_max);
  room::Room room(parts.room, recovered, store, parts.clock.mono());
  Vitals vitals(room.sources());
  StoreHealth health;
  const std::vector<std::unique_ptr<ingest::Outlet>> no_outlets;
  const Observer observer({parts.config, parts.clock, vitals, no_outlets, nullptr, feed, store, metrics, parts.catalog,
                           parts.reload, parts.feed.epoch, audited->room_total + audited->forgotten, health,
                           [&] { return store::free_in(parts.space.folder); }, [] { return 0; },
                           [] { return std::vector<metrics::QueueSample>(); }, [&] { return parts.clock.mono(); }});
  auto admin_opened = gateway::AdminServer::open(
      parts.admin, {[&] { return observer.metrics_page(); }, [&] { return observer.health_page(); },
                    [&](bool json) { return observer.ready_page(json); }});
  if (!admin_opened) return tl::unexpected(std::move(admin_opened.error()));

  std::string reason = store::obstacle(parts.space).value_or("");
  health.set(StoreState::unwritable, reason);
  feed.set_pulse(observer.pulse());
  auto feed_runs = guarded_thread("feed", parts.log, [&](const std::stop_token& stop) { feed.run(stop); });
  auto admin_runs =
      guarded_thread("admin", parts.log, [&](const std::stop_token& stop) { (*admin_opened)->run(stop); });
  for (bool more = recovered.sequence > 0; more;) {
    Commit commit = room.commit(parts.clock.wall(), parts.clock.mono(), recovered.sequence, false);
    if (auto failure = room.failure()) return tl::unexpected(std::move(*failure));
    more = !commit.updates.empty();
    vitals.update(commit);
    if (more) (void)feed.offer(std::move(commit.updates));
  }
  parts.log.error("the store cannot be written: reading only, nothing is heard", {{"reason", reason}});
  parts.log.info(
      "standing by",
      {{"feed", feed.publish_endpoint()}, {"query", feed.query_endpoint()}, {"admin", (*admin_opened)->address()}});

  parts.manager.ready("reading only: the store cannot be written");
  std::optional<StoodBy> how;
  while (!how) {
    if (parts.signals.wait(kLookEvery) == Signals::Event::terminate) how = StoodBy::told_to_stop;
    if (auto now = store::obstacle(parts.space)) {
      health.set(StoreState::unwritable, *now);
    } else if (!how) {
      how = StoodBy::writable;
    }
    feed.set_pulse(observer.pulse());
    parts.manager.alive(parts.clock.mono());
  }
  if (*how == StoodBy::told_to_stop) parts.manager.stopping();
  feed_runs.request_stop();
  feed_runs.join();
  admin_runs.request_stop();
  admin_runs.join();
  if (*how == StoodBy::writable) parts.log.info("the store can be written again, beginning");
  return *how;
}

}  // namespace roomtone::app
