#include "app/daemon.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "app/catalog.hpp"
#include "app/commit_writer.hpp"
#include "app/history_reader.hpp"
#include "app/observer.hpp"
#include "app/pipeline.hpp"
#include "app/reorder_buffer.hpp"
#include "app/room_thread.hpp"
#include "app/signals.hpp"
#include "app/source_factory.hpp"
#include "publish/curve_key.hpp"
#include "store/history.hpp"

namespace roomtone::app {

namespace {

/// Runs a thread's outermost function. What escapes it is a bug of ours: the process ends rather than go on without
/// one of its threads.
template <typename Function>
std::jthread guarded_thread(const char* name, Log& log, Function function) {
  return std::jthread([name, &log, function = std::move(function)](std::stop_token stop) mutable {
    try {
      function(stop);
    } catch (const std::exception& error) {
      log.error("thread failed", {{"thread", name}, {"error", error.what()}});
      ::_exit(status_of(ExitCode::bug));
    }
  });
}

ExitCode refuse(Log& log, ExitCode code, const Error& error) {
  log.error("cannot start", {{"error", error.context}});
  return code;
}

ExitCode code_for(const Error& error) {
  return error.code == ErrorCode::invalid_argument ? ExitCode::config : ExitCode::unavailable;
}

std::size_t worker_count(const Config& config) {
  if (config.pipeline.workers > 0) return config.pipeline.workers;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
}

room::RoomOptions room_options(const Config& config) {
  room::RoomOptions options;
  for (const SourceConfig& source : config.sources) options.sources.push_back({source.name, source.live()});
  options.panes.memory_bytes_max = config.store.memory_bytes_max;
  options.contributions.horizon = config.store.correction_horizon;
  options.contributions.count_max = config.store.contributions_max;
  return options;
}

/// Reads the feed's secret key, if it has one.
Result<std::optional<publish::CurveOptions>> curve_options(const PublishConfig& publish) {
  if (!publish.secured()) return std::nullopt;
  auto key = publish::read_secret_key(publish.secret_key_file);
  if (!key) return fail(std::move(key.error()), "publish.secret_key_file");
  return publish::CurveOptions{std::move(*key), publish.readers};
}

publish::FeedOptions feed_options(const Config& config, uint64_t epoch) {
  publish::FeedOptions options;
  options.publish_endpoint = config.publish.feed;
  options.query_endpoint = config.publish.query;
  options.body = config.publish.protobuf ? publish::BodyFormat::protobuf : publish::BodyFormat::json;
  options.hwm = config.publish.hwm;
  options.keys_max = (config.topics_max + 1) * kWindowSizes;
  options.epoch = epoch;
  options.insecure_bind = config.publish.insecure_bind;
  options.replay_bytes_max = config.publish.replay_bytes_max;
  options.snapshots_max = config.publish.snapshots_max;
  return options;
}

/// One worker's loop: batch in, tally out, until the queue is closed and empty.
void work(Worker& worker, BoundedQueue<Batch>& batches, ReorderBuffer& tallies, const Published<Catalog>& catalog,
          const std::vector<std::unique_ptr<ingest::Outlet>>& outlets, metrics::Metrics& metrics, const Clock& clock) {
  while (auto batch = batches.pop()) {
    const Mono begun = clock.mono();
    const std::shared_ptr<const Catalog> current = catalog.load();
    Tally tally = worker.tally(std::move(*batch), *current);
    outlets[static_cast<std::size_t>(tally.source)]->recycle(std::move(*batch));
    metrics.observe_batch(std::chrono::duration<double>(clock.mono() - begun).count());
    tallies.push(std::move(tally));
  }
}

/// Reads the configuration again and takes over its rules and word list, or keeps the old ones and says why.
void reload(const DaemonOptions& options, Published<Catalog>& catalog, ReloadState& state, const Clock& clock,
            Log& log) {
  auto config = load_config(options.config_file);
  auto loaded = config ? load_catalog(*config) : Result<std::shared_ptr<const Catalog>>(tl::unexpected(config.error()));
  state.successful = loaded.has_value();
  if (!loaded) {
    log.error("reload refused, the old rules stay", {{"error", loaded.error().context}});
    return;
  }
  log.info("reloaded", {{"topics", (*loaded)->rules.size()}, {"scorer", (*loaded)->scorer.id()}});
  catalog.store(std::move(*loaded));
  state.at_us = micros(clock.wall());
}

}  // namespace

ExitCode run_daemon(Config config, const DaemonOptions& options, Log& log) {
  // Before any thread, so that all of them leave signals to us.
  Signals signals;
  const AnchoredClock clock;

  // What workers read: rules and word list.
  auto loaded = load_catalog(config);
  if (!loaded) return refuse(log, ExitCode::config, loaded.error());
  Published<Catalog> catalog(std::move(*loaded));
  config.topics = {};  // compiled; the text of ten thousand rules need not stay
  ::malloc_trim(0);
  ReloadState reload_state;
  reload_state.at_us = micros(clock.wall());

  // The store, and whether it adds up.
  store::StoreOptions store_options;
  store_options.folder = config.store.path;
  store_options.sync = config.store.sync;
  store_options.sketch_key = config.store.sketch_key;
  auto opened = store::Store::open(store_options);
  if (!opened)
    return refuse(log, opened.error().code == ErrorCode::invalid_argument ? ExitCode::config : ExitCode::store,
                  opened.error());
  store::Store& store = **opened;
  auto history = store::History::open(store);
  if (!history) return refuse(log, ExitCode::store, history.error());
  const auto audited = store::audit(*history);
  if (!audited) return refuse(log, ExitCode::store, audited.error());
  if (audited->imbalance() != 0) {
    return refuse(
        log, ExitCode::store,
        {ErrorCode::corrupt, "the ledger of " + config.store.path.string() + " says " +
                                 std::to_string(audited->counted - audited->retracted) + " messages, its panes hold " +
                                 std::to_string(audited->room_total) + "; see 'roomtone verify'"});
  }
  Recovered recovered = std::move(*history).take();
  log.info("store open", {{"path", config.store.path.string()},
                          {"commit", recovered.sequence},
                          {"rooms", recovered.rooms.size()},
                          {"journal_records", recovered.journal.size()}});

  // Ports, before anything moves.
  publish::FeedOptions feed_opts = feed_options(config, recovered.epoch);
  auto curve = curve_options(config.publish);
  if (!curve) return refuse(log, ExitCode::config, curve.error());
  feed_opts.curve = std::move(*curve);
  feed_opts.read_history = history_reader(store, log);
  auto feed_opened = publish::Feed::open(std::move(feed_opts), clock);
  if (!feed_opened) return refuse(log, code_for(feed_opened.error()), feed_opened.error());
  publish::Feed& feed = **feed_opened;
  std::vector<std::unique_ptr<ingest::Source>> sources;
  for (const SourceConfig& source : config.sources) {
    auto source_opened = open_source(source, config.pipeline.batch_frames, log);
    if (!source_opened) return refuse(log, code_for(source_opened.error()), source_opened.error());
    sources.push_back(std::move(*source_opened));
  }

  // The path, from the far end to the near one.
  metrics::Metrics metrics(config.admin.series_max);
  room::Room room(room_options(config), recovered, store, clock.mono());
  recovered.journal = {};  // merged; only what names the store is needed from here on
  recovered.contributions = {};
  recovered.rooms = {};
  Vitals vitals(room.sources());
  const auto die = [&log](ExitCode code, const char* what, const Error& error) {
    log.error(what, {{"error", error.context}});
    ::_exit(status_of(code));  // no clean-up: what is on disk is the truth, and a restart reads it
  };
  CommitWriter writer(store, feed, vitals, metrics, clock,
                      [&](const Error& error) { die(ExitCode::store, "the store failed", error); });
  const std::size_t workers = worker_count(config);
  Tickets tickets(limits::kTicketsBase + limits::kTicketsPerWorker * workers);
  BoundedQueue<Batch> batches(tickets.count());
  ReorderBuffer tallies(config.sources.size());
  std::atomic<bool> drained{false};
  RoomThread room_thread(room, tallies, writer, catalog, clock, config.store.commit_every,
                         {[&] {
                            drained = true;
                            signals.raise();
                          },
                          [&](const Error& error) { die(ExitCode::store, "the room failed", error); }});
  std::vector<std::unique_ptr<ingest::Outlet>> outlets;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    outlets.push_back(std::make_unique<ingest::Outlet>(static_cast<SourceIndex>(i), room.sources()[i].cursor, tickets,
                                                       batches, clock));
  }

  // What looks on.
  const Observer observer({config, clock, vitals, outlets, feed, store, metrics, catalog, reload_state, recovered.epoch,
                           audited->room_total,
                           [&]() -> std::vector<metrics::QueueSample> {
                             return {{"batches", batches.size(), batches.capacity_max()},
                                     {"tickets", tickets.in_use(), tickets.count()},
                                     {"tallies", tallies.size(), tickets.count()},
                                     {"feed", feed.queue_depth(), publish::FeedOptions{}.queue_max}};
                           },
                           [&] { return room_thread.last_turn(); }});
  const auto admin_address = parse_host_port(config.admin.listen);
  if (!admin_address)
    return refuse(log, ExitCode::config,
                  {ErrorCode::invalid_argument, "admin.listen: " + admin_address.error().context});
  gateway::AdminOptions admin_options;
  admin_options.host = admin_address->host;
  admin_options.port = admin_address->port;
  admin_options.insecure_bind = config.admin.insecure_bind;
  auto admin_opened = gateway::AdminServer::open(
      admin_options, {[&] { return observer.metrics_page(); }, [&] { return observer.health_page(); },
                      [&](bool json) { return observer.ready_page(json); }});
  if (!admin_opened) return refuse(log, code_for(admin_opened.error()), admin_opened.error());
  gateway::AdminServer& admin = **admin_opened;

  // What was known before the restart is published anew, so that the first snapshot is whole.
  for (bool more = recovered.sequence > 0; more;) {
    Commit commit = room.commit(clock.wall(), clock.mono(), recovered.sequence, false);
    if (const auto failure = room.failure()) return refuse(log, ExitCode::store, *failure);
    more = !commit.updates.empty();
    if (commit.empty()) break;
    if (const auto written = store.write(commit); !written) return refuse(log, ExitCode::store, written.error());
    vitals.update(commit);
    if (more) (void)feed.offer(std::move(commit.updates));
  }

  // Threads, from the far end to the near one.
  feed.set_pulse(observer.pulse());
  auto feed_runs = guarded_thread("feed", log, [&](const std::stop_token& stop) { feed.run(stop); });
  auto admin_runs = guarded_thread("admin", log, [&](const std::stop_token& stop) { admin.run(stop); });
  auto writer_runs = guarded_thread("writer", log, [&](const std::stop_token&) { writer.run(); });
  auto room_runs = guarded_thread("room", log, [&](const std::stop_token&) { room_thread.run(); });
  std::vector<std::unique_ptr<Worker>> worker_states;
  std::vector<std::jthread> worker_runs;
  std::vector<PipelineSource> pipeline_sources;
  for (const SourceConfig& source : config.sources) pipeline_sources.push_back(pipeline_source(source));
  for (std::size_t i = 0; i < workers; ++i) {
    Worker& worker = *worker_states.emplace_back(
        std::make_unique<Worker>(pipeline_sources, recovered.sketch_key, config.pipeline.horizon));
    worker_runs.push_back(guarded_thread("worker", log, [&](const std::stop_token&) {
      work(worker, batches, tallies, catalog, outlets, metrics, clock);
    }));
  }
  std::atomic<bool> source_failed{false};
  std::vector<std::jthread> source_runs;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    source_runs.push_back(guarded_thread("source", log, [&, i](const std::stop_token& stop) {
      log.info("source begins", {{"source", config.sources[i].name}, {"from", sources[i]->describe()}});
      if (auto ran = sources[i]->run(*outlets[i], stop); !ran) {
        outlets[i]->status().failed = true;
        source_failed = true;
        log.error("source failed", {{"source", config.sources[i].name}, {"error", ran.error().context}});
        outlets[i]->end({}, stop);  // what it delivered still counts; nothing more will come
      }
    }));
  }
  log.info("ready", {{"feed", feed.publish_endpoint()},
                     {"query", feed.query_endpoint()},
                     {"admin", admin.address()},
                     {"topics", catalog.load()->rules.size()},
                     {"scorer", catalog.load()->scorer.id()},
                     {"workers", workers}});

  constexpr std::chrono::milliseconds kPulseEvery{250};
  for (bool running = true; running;) {
    switch (signals.wait(kPulseEvery)) {
      case Signals::Event::terminate:
        log.info("stopping");
        running = false;
        break;
      case Signals::Event::reload: reload(options, catalog, reload_state, clock, log); break;
      case Signals::Event::raised:
        log.info("all sources have ended");
        running = !options.exit_when_drained;
        break;
      case Signals::Event::none: break;
    }
    feed.set_pulse(observer.pulse());
  }

  // The near end first: each stage ends when it has handed on what it held.
  for (std::jthread& source : source_runs) source.request_stop();
  source_runs.clear();
  batches.close();
  worker_runs.clear();
  tallies.close();
  room_runs.join();
  writer.close();
  writer_runs.join();
  feed.set_pulse(observer.pulse());
  feed_runs.request_stop();
  feed_runs.join();
  admin_runs.request_stop();
  admin_runs.join();

  const Vitals::Values last = vitals.read();
  for (const SourceRow& source : last.sources) {
    log.info("source total", {{"source", source.name},
                              {"records", source.ledger.records()},
                              {"counted", source.ledger[Column::counted]},
                              {"malformed", source.ledger[Column::malformed]}});
  }
  return drained && source_failed ? ExitCode::unavailable : ExitCode::ok;
}

}  // namespace roomtone::app
