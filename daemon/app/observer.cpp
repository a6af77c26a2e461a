#include "app/observer.hpp"

#include "app/promise.hpp"
#include "app/source_health.hpp"
#include "base/log.hpp"

namespace roomtone::app {

namespace {

constexpr std::chrono::seconds kTurnMax{10};  // a room thread that has not turned for longer hangs

double unix_seconds(Instant at) { return static_cast<double>(micros(at)) / 1e6; }

}  // namespace

std::vector<SourceHealth> Observer::sources(const Vitals::Values& values) const {
  std::vector<SourceHealth> healths;
  for (std::size_t i = 0; i < parts_.outlets.size(); ++i) {
    const ingest::SourceStatus& status = parts_.outlets[i]->status();
    const SourceFacts facts{.connected = status.connected,
                            .ended = status.ended,
                            .failed = status.failed,
                            .stalled = status.stalled,
                            .may_be_quiet = parts_.config.sources[i].may_be_quiet(),
                            .last_frame_mono_us = status.last_frame_mono_us,
                            .newest_event = values.sources[i].newest_event};
    healths.push_back(judge_health(parts_.config.sources[i].name, facts, parts_.clock.wall(), parts_.clock.mono(),
                                   parts_.config.sources[i].stall_after));
  }
  return healths;
}

Pulse Observer::pulse() const {
  const Vitals::Values values = parts_.vitals.read();
  Pulse pulse;
  pulse.epoch = parts_.epoch;
  pulse.global_seq = values.global_seq;
  pulse.watermark = values.watermark;
  pulse.coverage = values.coverage;
  pulse.sources = sources(values);
  return pulse;
}

gateway::AdminAnswer Observer::metrics_page() const {
  const Vitals::Values values = parts_.vitals.read();
  metrics::Scrape scrape;
  const auto healths = sources(values);
  int64_t balance = 0;
  for (std::size_t i = 0; i < healths.size(); ++i) {
    const ingest::SourceStatus& status = parts_.outlets[i]->status();
    metrics::SourceSample sample;
    sample.health = healths[i];
    sample.ledger = values.sources[i].ledger;
    sample.frames = status.frames;
    sample.bytes = status.bytes;
    sample.repeats = status.repeats;
    sample.gaps = status.gaps;
    sample.gap_s = static_cast<double>(status.gap_us) / 1e6;
    if (parts_.config.sources[i].kind == SourceKind::jetstream)
      for (std::size_t loss = 0; loss < ingest::kLosses; ++loss)
        sample.losses.push_back({std::string(ingest::kLossNames[loss]), status.losses[loss]});
    sample.connected = status.connected;
    sample.refused_tokens = status.refused_tokens;
    sample.limited_peers = status.limited_peers;
    sample.producers = status.producers;
    sample.promise = name_of(promise_of(parts_.config.sources[i]));
    if (values.sources[i].newest_event != kNoInstant)
      sample.last_event_timestamp_s = unix_seconds(values.sources[i].newest_event);
    balance += sample.ledger[Column::counted] - sample.ledger[Beside::retracted];
    scrape.sources.push_back(std::move(sample));
  }
  scrape.ledger_imbalance = balance - parts_.ledger_base - values.room_total_added;
  if (parts_.recorder != nullptr) {
    const ingest::RecorderStatus& recorder = *parts_.recorder;
    scrape.record = {recorder.frames, recorder.bytes, recorder.segments, recorder.segments_removed, recorder.failed};
  }
  scrape.queues = parts_.queues();
  if (parts_.deliveries) scrape.deliveries = parts_.deliveries();
  scrape.minutes = parts_.vitals.minutes();
  const publish::FeedCounters& counters = parts_.feed.counters();
  scrape.published = {{"atmosphere", counters.updates}, {"voice", counters.voices},         {"alert", counters.alerts},
                      {"resend", counters.resends},     {"heartbeat", counters.heartbeats}, {"check", counters.checks},
                      {"control", counters.controls}};
  scrape.snapshots = {{"ok", counters.snapshots_ok},
                      {"busy", counters.snapshots_busy},
                      {"slow", counters.snapshots_slow},
                      {"gone", counters.snapshots_gone},
                      {"replaced", counters.snapshots_replaced}};
  scrape.replays = {
      {"ok", counters.replays_ok}, {"refused", counters.replays_refused}, {"broken", counters.replays_broken}};
  scrape.histories = {
      {"ok", counters.histories_ok}, {"busy", counters.histories_busy}, {"failed", counters.histories_failed}};
  scrape.refused = {{"subscription_forbidden", counters.subscriptions_forbidden},
                    {"subscription_too_long", counters.subscriptions_too_long},
                    {"subscription_too_many", counters.subscriptions_too_many},
                    {"query_forbidden", counters.queries_forbidden},
                    {"query_malformed", counters.queries_malformed},
                    {"query_unsupported", counters.verbs_unknown},
                    {"key_denied", counters.keys_denied},
                    {"handshake_failed", counters.handshakes_failed},
                    {"key_limit", counters.keys_refused}};
  scrape.queries = counters.queries;
  scrape.subscribers = counters.subscribers;
  scrape.keys = counters.keys;
  scrape.panes_memory_bytes = values.panes_memory_bytes;
  scrape.rooms = values.rooms;
  scrape.contributions = values.contributions;
  scrape.silences = values.silences;
  scrape.alerts = values.alerts;
  scrape.voices_dropped = {{"commit_full", values.voices_dropped}};
  const store::StoreStats stats = parts_.store.stats();
  scrape.store_live_bytes = stats.live_bytes;
  scrape.store_wal_bytes = stats.wal_bytes;
  scrape.store_compaction_pending_bytes = stats.compaction_pending_bytes;
  const StoreState state = parts_.health.read().first;
  for (std::size_t s = 0; s < kStoreStateNames.size(); ++s)
    scrape.store_states.push_back({std::string(kStoreStateNames[s]), s == static_cast<std::size_t>(state)});
  scrape.store_errors = parts_.health.errors();
  scrape.store_disk_bytes = stats.disk_bytes;
  scrape.retention_pressure = static_cast<uint64_t>(parts_.retention_pressure());
  scrape.store_free_bytes = parts_.free_bytes();
  scrape.reload_successful = parts_.reload.successful;
  scrape.reload_timestamp_s = static_cast<double>(parts_.reload.at_us) / 1e6;
  scrape.wall_step_seconds = static_cast<double>(parts_.clock.wall_step().count()) / 1e6;
  scrape.scorer = parts_.catalog.load()->scorer.id();
  return {200, "text/plain; version=0.0.4; charset=utf-8", parts_.metrics.render(scrape)};
}

gateway::AdminAnswer Observer::health_page() const {
  // A room that waits for the disk does not turn either, and a restart would not help it.
  const bool waits = parts_.health.read().first != StoreState::ok;
  if (!waits && parts_.clock.mono() - parts_.room_turn() > kTurnMax)
    return {503, "text/plain; charset=utf-8", "the room thread has not turned for 10 s\n"};
  return {200, "text/plain; charset=utf-8", "ok\n"};
}

gateway::AdminAnswer Observer::ready_page(bool json) const {
  // Served from the moment the store is open and the feed is bound; sources inform, they do not fail readiness. A
  // store that cannot take commits does: what is published stands still.
  const auto [state, reason] = parts_.health.read();
  const bool ready = state == StoreState::ok;
  const std::string_view name = kStoreStateNames[static_cast<std::size_t>(state)];
  const int status = ready ? 200 : 503;
  if (!json)
    return {status, "text/plain; charset=utf-8",
            ready ? "ready\n" : "not ready: store " + std::string(name) + ": " + printable(reason, 1024) + "\n"};
  std::string body = R"({"ready":)" + std::string(ready ? "true" : "false") + R"(,"checks":{"store":")" +
                     std::string(name) + R"(","publish":"ok","sources":{)";
  bool first = true;
  for (const SourceHealth& source : sources(parts_.vitals.read())) {
    // Names are of [a-z0-9_-]: nothing to escape.
    body += (first ? "\"" : ",\"") + source.name + "\":\"" +
            std::string(kSourceStateNames[static_cast<std::size_t>(source.state)]) + "\"";
    first = false;
  }
  return {status, "application/json", body + "}}}\n"};
}

}  // namespace roomtone::app
