#include "app/daemon.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "app/alert_desk.hpp"
#include "app/catalog.hpp"
#include "app/commit_writer.hpp"
#include "app/delivery_factory.hpp"
#include "app/event_archive.hpp"
#include "app/explanation_reader.hpp"
#include "app/guarded_thread.hpp"
#include "app/history_reader.hpp"
#include "app/observer.hpp"
#include "app/pipeline.hpp"
#include "app/promise.hpp"
#include "app/reorder_buffer.hpp"
#include "app/retention.hpp"
#include "app/room_thread.hpp"
#include "app/rule_book.hpp"
#include "app/season_desk.hpp"
#include "app/service_manager.hpp"
#include "app/signals.hpp"
#include "app/silence_book.hpp"
#include "app/source_factory.hpp"
#include "app/standby.hpp"
#include "app/store_health.hpp"
#include "publish/curve_key.hpp"
#include "store/control.hpp"
#include "store/history.hpp"

namespace roomtone::app {

namespace {

ExitCode refuse(Log& log, ExitCode code, const Error& error) {
  log.error("cannot start", {{"error", error.context}});
  return code;
}

/// Of an error of the store at the start: whether starting again could help.
ExitCode code_of_store(const Error& error) {
  switch (error.code) {
    case ErrorCode::invalid_argument: return ExitCode::config;
    case ErrorCode::corrupt:
    case ErrorCode::unsupported: return ExitCode::refused;
    default: return ExitCode::store;
  }
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
  options.requests.window = config.store.request_window;
  options.requests.count_max = config.store.requests_max;
  return options;
}

/// What a source knows again of those who number or name what they send.
ingest::Remembered remembered_of(const SourceConfig& source, const StoreConfig& store, const Recovered& recovered) {
  ingest::Remembered remembered;
  // Of each source another key: the same name is another producer there.
  remembered.key = {recovered.sketch_key.k0, recovered.sketch_key.k1 ^ sip_hash(recovered.sketch_key, source.name)};
  for (const ProducerRow& row : recovered.producers)
    if (row.source == source.name) remembered.producers.push_back(row.position);
  for (const auto& [commit, row] : recovered.requests) {
    const std::vector<RequestKey> requests = room::requests_of(row);
    remembered.requests.insert(remembered.requests.end(), requests.begin(), requests.end());
  }
  remembered.request_window = store.request_window;
  remembered.requests_max = store.requests_max;
  return remembered;
}

/// Reads the feed's secret key, if it has one.
Result<std::optional<publish::CurveOptions>> curve_options(const PublishConfig& publish) {
  if (!publish.secured()) return std::nullopt;
  auto key = publish::read_secret_key(publish.secret_key_file);
  if (!key) return fail(std::move(key.error()), "publish.secret_key_file");
  return publish::CurveOptions{std::move(*key), publish.readers};
}

/// Keys of alerts in the feed's cache: those whose rules have ever fired, a few of the rooms.
constexpr std::size_t kAlertKeysMax = 10'000;

publish::FeedOptions feed_options(const Config& config, uint64_t epoch) {
  publish::FeedOptions options;
  options.publish_endpoint = config.publish.feed;
  options.query_endpoint = config.publish.query;
  options.body = config.publish.protobuf ? publish::BodyFormat::protobuf : publish::BodyFormat::json;
  options.hwm = config.publish.hwm;
  options.keys_max = (config.topics_max + 1 + limits::kListRooms) * kWindowSizes + limits::kLists +
                     (config.alerts.enabled ? kAlertKeysMax : 0);
  options.epoch = epoch;
  options.insecure_bind = config.publish.insecure_bind;
  options.replay_bytes_max = config.publish.replay_bytes_max;
  options.snapshots_max = config.publish.snapshots_max;
  return options;
}

/// One worker's loop: batch in, tally out, until the queue is closed and empty.
void work(Worker& worker, BoundedQueue<Batch>& batches, ReorderBuffer& tallies, const Published<Catalog>& catalog,
          const RoomThread& room, const std::vector<std::unique_ptr<ingest::Outlet>>& outlets,
          metrics::Metrics& metrics, const Clock& clock) {
  while (auto batch = batches.pop()) {
    const Mono begun = clock.mono();
    const std::shared_ptr<const Catalog> current = catalog.load();
    Tally tally = worker.tally(std::move(*batch), *current, room.beats_below());
    outlets[static_cast<std::size_t>(tally.source)]->recycle(std::move(*batch));
    metrics.observe_batch(std::chrono::duration<double>(clock.mono() - begun).count());
    tallies.push(std::move(tally));
  }
}

/// How long a process whose store failed still answers: /readyz says why, and HTTP clients hear that they have no
/// receipt.
constexpr std::chrono::milliseconds kLastWords{200};

}  // namespace

ExitCode run_daemon(Config config, const DaemonOptions& options, Log& log) {
  // Before any thread, so that all of them leave signals to us.
  Signals signals;
  ServiceManager manager = ServiceManager::from_environment();
  const AnchoredClock clock;

  // Addresses that would be refused, named by their keys before anything is opened.
  if (const auto addresses = check_addresses(config); !addresses)
    return refuse(log, ExitCode::config, addresses.error());

  // What workers read: rules and model.
  auto loaded = load_catalog(config);
  if (!loaded) return refuse(log, ExitCode::config, loaded.error());
  Published<Catalog> catalog(std::move(*loaded));
  config.topics = {};  // compiled; the text of ten thousand rules need not stay
  config.lists = {};
  ::malloc_trim(0);
  ReloadState reload_state;
  reload_state.at_us = micros(clock.wall());
  RuleBook rule_book(options.config_file, config.store.path, catalog, reload_state, clock, log);

  // A disk that cannot be written now: what is there is served, and the daemon begins once it can.
  const auto admin_address = parse_host_port(config.admin.listen);
  if (!admin_address)
    return refuse(log, ExitCode::config,
                  {ErrorCode::invalid_argument, "admin.listen: " + admin_address.error().context});
  gateway::AdminOptions admin_options;
  admin_options.host = admin_address->host;
  admin_options.port = admin_address->port;
  admin_options.insecure_bind = config.admin.insecure_bind;
  const store::SpaceOptions space_options{config.store.path, config.store.free_bytes_min, limits::kStoreReserveBytes};
  if (store::obstacle(space_options)) {
    const auto stood_by = stand_by({config, space_options, room_options(config), feed_options(config, 0), admin_options,
                                    clock, catalog, reload_state, signals, manager, log});
    if (!stood_by) return refuse(log, code_of_store(stood_by.error()), stood_by.error());
    if (*stood_by == StoodBy::told_to_stop) return ExitCode::ok;
  }

  // The store, and whether it adds up.
  store::StoreOptions store_options;
  store_options.folder = config.store.path;
  store_options.sync = config.store.sync;
  store_options.sketch_key = config.store.sketch_key;
  store_options.on_failure = [&signals] { signals.raise(); };
  if (options.adjust_store) options.adjust_store(store_options);
  auto opened = store::Store::open(store_options);
  if (!opened) return refuse(log, code_of_store(opened.error()), opened.error());
  store::Store& store = **opened;
  auto history = store::History::open(store);
  if (!history) return refuse(log, code_of_store(history.error()), history.error());
  const auto audited = store::audit(*history);
  if (!audited) return refuse(log, code_of_store(audited.error()), audited.error());
  if (const auto balanced = audited->balanced(config.store.path.string()); !balanced)
    return refuse(log, code_of_store(balanced.error()), balanced.error());
  Recovered recovered = std::move(*history).take();
  log.info("store open", {{"path", config.store.path.string()},
                          {"commit", recovered.sequence},
                          {"rooms", recovered.rooms.size()},
                          {"journal_records", recovered.journal.size()}});

  // Ports, before anything moves.
  metrics::Metrics metrics(config.admin.series_max);
  publish::FeedOptions feed_opts = feed_options(config, recovered.epoch);
  auto curve = curve_options(config.publish);
  if (!curve) return refuse(log, ExitCode::config, curve.error());
  feed_opts.curve = std::move(*curve);
  feed_opts.read_past = {history_reader(store, log), explanation_reader(store, log)};
  feed_opts.on_voice = [&metrics](std::chrono::nanoseconds took) {
    metrics.observe_voice(static_cast<double>(took.count()) / 1e9);
  };
  auto feed_opened = publish::Feed::open(std::move(feed_opts), clock);
  if (!feed_opened) return refuse(log, code_for(feed_opened.error()), feed_opened.error());
  publish::Feed& feed = **feed_opened;
  std::vector<std::unique_ptr<ingest::Source>> sources;
  for (const SourceConfig& source : config.sources) {
    auto source_opened = open_source(source, config.pipeline.batch_frames, log);
    if (!source_opened) return refuse(log, code_for(source_opened.error()), source_opened.error());
    sources.push_back(std::move(*source_opened));
  }

  std::unique_ptr<ingest::Recorder> recorder;
  if (!config.record.folder.empty()) {
    auto recorder_opened = open_recorder(config, log);
    if (!recorder_opened) return refuse(log, ExitCode::unavailable, recorder_opened.error());
    recorder = std::move(*recorder_opened);
  }

  auto deliverer_opened = open_deliverer(config.delivery, clock, log);
  if (!deliverer_opened) return refuse(log, code_for(deliverer_opened.error()), deliverer_opened.error());
  const std::unique_ptr<delivery::Deliverer> deliverer = std::move(*deliverer_opened);  // null: nobody is told

  auto silences_read = SilenceBook::read(config.store.path);
  if (!silences_read) return refuse(log, ExitCode::refused, silences_read.error());
  Published<alerts::AlertSilences> silences(std::move(*silences_read));
  Published<AlertsConfig> alerts_config(std::make_shared<const AlertsConfig>(config.alerts));
  rule_book.on_reload([&, enabled = config.alerts.enabled](const Config& reloaded) {
    if (reloaded.alerts.enabled != enabled)
      log.warning("alerts.enabled takes effect at the next start", {{"enabled", enabled}});
    alerts_config.store(std::make_shared<const AlertsConfig>(reloaded.alerts));
  });
  SilenceBook silence_book(config.store.path, silences, clock, log);

  // The path, from the far end to the near one.
  room::Room room(room_options(config), recovered, store, clock.mono());
  std::unique_ptr<AlertDesk> alert_desk;
  if (config.alerts.enabled)
    alert_desk = std::make_unique<AlertDesk>(AlertDesk::Orders{alerts_config, silences}, recovered.alerts, room);
  if (alert_desk && alert_desk->rows_refused() > 0)
    log.warning("states of alerts that cannot be read are begun anew", {{"rows", alert_desk->rows_refused()}});
  std::unique_ptr<SeasonDesk> season_desk;
  if (alert_desk) {
    season_desk = std::make_unique<SeasonDesk>(recovered.seasons, store, room, config.alerts.rules.rooms_max);
    alert_desk->set_seasons(*season_desk);
    if (season_desk->rows_refused() > 0)
      log.warning("usual tones that cannot be read are learnt anew", {{"rows", season_desk->rows_refused()}});
  }
  recovered.alerts = {};
  recovered.seasons = {};
  recovered.journal = {};  // merged; only what names the store is needed from here on
  recovered.contributions = {};
  recovered.silences = {};
  recovered.heard = {};
  recovered.rooms = {};
  Vitals vitals(room.sources());
  StoreHealth health;
  std::atomic_flag dying;
  const auto die = [&log, &health, &dying](ExitCode code, const char* what, const Error& error) {
    // More than one thread may see the same failure: the first one tells of it, any other waits for the end.
    while (dying.test_and_set()) std::this_thread::sleep_for(kLastWords);
    log.error(what, {{"error", error.context}});
    health.set(StoreState::failed, error.context);
    std::this_thread::sleep_for(kLastWords);
    ::_exit(status_of(code));  // no clean-up: what is on disk is the truth, and a restart reads it
  };
  const std::size_t workers = worker_count(config);
  Tickets tickets(limits::kTicketsBase + limits::kTicketsPerWorker * workers);
  store::SpaceGuard space(space_options, [&](bool low, uint64_t free_bytes) {
    tickets.hold(low);  // no ticket, no reading: back to the sockets
    const std::string free = std::to_string(free_bytes >> 20) + " MiB free for " + config.store.path.string();
    if (low) {
      log.error("low on disk space, reading and committing wait",
                {{"free_bytes", free_bytes}, {"free_min", config.store.free_bytes_min}});
      health.set(StoreState::low_space, free + "; reading and committing wait for more");
    } else {
      log.info("enough disk space again", {{"free_bytes", free_bytes}});
      health.set(StoreState::ok, "");
    }
  });
  CommitWriter writer(store, space, feed, deliverer.get(), vitals, metrics, clock,
                      [&](const Error& error) { die(ExitCode::store, "the store failed", error); });
  BoundedQueue<Batch> batches(tickets.count());
  ReorderBuffer tallies(config.sources.size());
  std::atomic<bool> drained{false};
  Retention retention(config.retention, retention_applies(config, options.exit_when_drained),
                      [&store] { return store.stats().disk_bytes; });
  std::function<void(Commit&, Mono, bool)> complete;
  if (alert_desk)
    complete = [&](Commit& commit, Mono now, bool everything) {
      alert_desk->complete(commit, now, clock.wall(), everything);
      season_desk->complete(commit);
    };
  RoomThread room_thread(room, tallies, writer, catalog, clock, config.store.commit_every,
                         {[&] {
                            drained = true;
                            signals.raise();
                          },
                          [&](const Error& error) { die(code_of_store(error), "the room failed", error); },
                          [&](Instant wall, Mono now) { return retention.floors(wall, now); }, complete});
  std::vector<std::unique_ptr<ingest::Outlet>> outlets;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    outlets.push_back(std::make_unique<ingest::Outlet>(static_cast<SourceIndex>(i), room.sources()[i].cursor, tickets,
                                                       batches, clock));
    if (recorder) outlets.back()->set_tee([&recorder](const Batch& batch) { recorder->take(batch); });
    outlets.back()->remember(remembered_of(config.sources[i], config.store, recovered));
  }

  recovered.requests = {};
  recovered.producers = {};

  // What looks on.
  const Observer observer({config, clock, vitals, outlets, recorder ? &recorder->status() : nullptr, feed, store,
                           metrics, catalog, reload_state, recovered.epoch, audited->room_total + audited->forgotten,
                           health, [&] { return space.free_bytes(); }, [&] { return retention.pressure(); },
                           [&]() -> std::vector<metrics::QueueSample> {
                             return {{"batches", batches.size(), batches.capacity_max()},
                                     {"tickets", tickets.in_use(), tickets.count()},
                                     {"tallies", tallies.size(), tickets.count()},
                                     {"feed", feed.queue_depth(), publish::FeedOptions{}.queue_max}};
                           },
                           [&] { return room_thread.last_turn(); }, [&] { return delivery_samples(deliverer.get()); }});
  auto admin_opened = gateway::AdminServer::open(
      admin_options, {[&] { return observer.metrics_page(); }, [&] { return observer.health_page(); },
                      [&](bool json) { return observer.ready_page(json); }});
  if (!admin_opened) return refuse(log, code_for(admin_opened.error()), admin_opened.error());
  gateway::AdminServer& admin = **admin_opened;

  const auto no_checkpoint = [&]() -> std::optional<std::string> {
    return space.low() ? std::optional<std::string>("low on disk space") : std::nullopt;
  };
  auto control = store::ControlServer::open(
      config.store.path, store, no_checkpoint, [&](std::string_view request, std::string_view body) {
        return request.starts_with("alerts") ? silence_book.answer(request, body) : rule_book.answer(request, body);
      });
  if (!control) return refuse(log, ExitCode::store, control.error());

  // What was known before the restart is published anew, so that the first snapshot is whole.
  for (bool more = recovered.sequence > 0; more;) {
    Commit commit = room.commit(clock.wall(), clock.mono(), recovered.sequence, false);
    if (const auto failure = room.failure()) return refuse(log, ExitCode::store, *failure);
    if (alert_desk) alert_desk->complete(commit, clock.mono(), clock.wall(), false);
    more = !commit.updates.empty();
    if (commit.empty()) break;
    if (const auto written = store.write(commit); !written) return refuse(log, ExitCode::store, written.error());
    vitals.update(commit);
    tell(std::move(commit), feed, deliverer.get());
  }

  // Threads, from the far end to the near one.
  feed.set_pulse(observer.pulse());
  auto feed_runs = guarded_thread("feed", log, [&](const std::stop_token& stop) { feed.run(stop); });
  auto admin_runs = guarded_thread("admin", log, [&](const std::stop_token& stop) { admin.run(stop); });
  std::jthread deliverer_runs;
  if (deliverer)
    deliverer_runs = guarded_thread("deliverer", log, [&](const std::stop_token& stop) { deliverer->run(stop); });
  auto control_runs = guarded_thread("control", log, [&](const std::stop_token& stop) { (*control)->run(stop); });
  auto writer_runs = guarded_thread("writer", log, [&](const std::stop_token&) { writer.run(); });
  auto room_runs = guarded_thread("room", log, [&](const std::stop_token&) { room_thread.run(); });
  std::vector<std::unique_ptr<Worker>> worker_states;
  std::vector<std::jthread> worker_runs;
  std::vector<PipelineSource> pipeline_sources;
  for (const SourceConfig& source : config.sources) pipeline_sources.push_back(pipeline_source(source));
  for (std::size_t i = 0; i < workers; ++i) {
    Worker& worker = *worker_states.emplace_back(std::make_unique<Worker>(
        pipeline_sources, recovered.sketch_key, config.pipeline.horizon, config.alerts.enabled));
    worker_runs.push_back(guarded_thread("worker", log, [&](const std::stop_token&) {
      work(worker, batches, tallies, catalog, room_thread, outlets, metrics, clock);
    }));
  }
  std::jthread recorder_runs;
  if (recorder)
    recorder_runs = guarded_thread("recorder", log, [&](const std::stop_token& stop) { recorder->run(stop); });
  std::atomic<bool> source_failed{false};
  std::vector<std::jthread> source_runs;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    source_runs.push_back(guarded_thread("source", log, [&, i](const std::stop_token& stop) {
      log.info("source begins", {{"source", config.sources[i].name},
                                 {"from", sources[i]->describe()},
                                 {"promise", name_of(promise_of(config.sources[i]))},
                                 {"in_words", promise_text(config.sources[i])}});
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
                     {"rules", topics::version_text(catalog.load()->rules.version())},
                     {"scorer", catalog.load()->scorer.id()},
                     {"workers", workers}});
  manager.ready("serving");

  EventArchive archive(store, config.store.path, log);
  constexpr std::chrono::milliseconds kPulseEvery{250};
  for (bool running = true; running;) {
    const Signals::Event event = signals.wait(kPulseEvery);
    if (const auto failure = store.failure()) die(ExitCode::store, "the store failed", *failure);
    switch (event) {
      case Signals::Event::terminate:
        log.info("stopping");
        running = false;
        break;
      case Signals::Event::reload: rule_book.reload(); break;
      case Signals::Event::raised:
        log.info("all sources have ended");
        running = !options.exit_when_drained;
        break;
      case Signals::Event::none: break;
    }
    space.look();
    archive.look(catalog.load(), vitals.read().watermark, clock.mono());
    const Pulse pulse = observer.pulse();
    if (alert_desk) alert_desk->set_sources(pulse.sources);
    feed.set_pulse(pulse);
    if (running && observer.health_page().status == 200) manager.alive(clock.mono());
  }
  manager.stopping();
  const Mono stopping = clock.mono();

  // The near end first: each stage ends when it has handed on what it held.
  for (std::jthread& source : source_runs) source.request_stop();
  source_runs.clear();
  space.stop();  // a disk that is full now does not hold up the end
  batches.close();
  worker_runs.clear();
  tallies.close();
  room_runs.join();
  writer.close();
  writer_runs.join();
  while (archive.look(catalog.load(), vitals.read().watermark, clock.mono())) continue;
  feed.set_pulse(observer.pulse());
  control_runs.request_stop();
  control_runs.join();
  deliverer_runs = {};  // what is not through is told of again at the next start
  feed_runs.request_stop();
  feed_runs.join();
  admin_runs.request_stop();
  admin_runs.join();
  log.info("stopped", {{"took_ms", (clock.mono() - stopping) / std::chrono::milliseconds(1)}});

  const Vitals::Values last = vitals.read();
  for (const SourceRow& source : last.sources) {
    log.info("source total", {{"source", source.name},
                              {"records", source.ledger.records()},
                              {"counted", source.ledger[Column::counted]},
                              {"malformed", source.ledger[Column::malformed]}});
  }
  if (writer.gave_up()) {
    log.error("ended without room for the last commit", {{"commit", writer.durable()}});
    return ExitCode::store;
  }
  return drained && source_failed ? ExitCode::unavailable : ExitCode::ok;
}

}  // namespace roomtone::app
