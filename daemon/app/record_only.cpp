#include "app/record_only.hpp"

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "app/signals.hpp"
#include "app/source_factory.hpp"
#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/tickets.hpp"

namespace roomtone::app {

namespace {

constexpr std::size_t kTickets = limits::kTicketsBase + limits::kTicketsPerWorker;

ExitCode refuse(Log& log, const Error& error) {
  log.error("cannot record", {{"error", error.context}});
  return error.code == ErrorCode::invalid_argument ? ExitCode::config : ExitCode::unavailable;
}

/// Where batches end when nobody counts them. Syncs once for all that wait together.
void swallow(BoundedQueue<Batch>& batches, ingest::Recorder& recorder, std::size_t sources, Signals& signals,
             const std::vector<std::unique_ptr<ingest::Outlet>>& outlets) {
  std::size_t ended = 0;
  std::vector<OnCommitted> waiting;
  while (auto batch = batches.pop()) {
    if (batch->last && ++ended == sources) signals.raise();
    if (batch->on_committed) waiting.push_back(std::move(batch->on_committed));
    batch->ticket = Ticket{};
    outlets[static_cast<std::size_t>(batch->source)]->recycle(std::move(*batch));
    if (waiting.empty() || batches.size() > 0) continue;
    recorder.sync();
    const Receipt receipt{.committed = recorder.status().failed == 0, .ledger = {}};
    for (const OnCommitted& tell : std::exchange(waiting, {})) tell(receipt);
  }
}

}  // namespace

ExitCode run_record_only(const Config& config, std::optional<std::chrono::milliseconds> at_most, Log& log) {
  Signals signals;
  const AnchoredClock clock;
  std::vector<std::unique_ptr<ingest::Source>> sources;
  for (const SourceConfig& source : config.sources) {
    if (source.kind == SourceKind::zmq_router) {
      return refuse(log,
                    {ErrorCode::invalid_argument, "source." + source.name +
                                                      ".kind: got zmq_router, whose positions need a store, expected "
                                                      "another; [record] of roomtoned records it"});
    }
    auto opened = open_source(source, config.pipeline.batch_frames, log);
    if (!opened) return refuse(log, opened.error());
    sources.push_back(std::move(*opened));
  }
  auto recorder = open_recorder(config, log);
  if (!recorder) return refuse(log, recorder.error());

  Tickets tickets(kTickets);
  BoundedQueue<Batch> batches(kTickets);
  std::vector<std::unique_ptr<ingest::Outlet>> outlets;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    outlets.push_back(
        std::make_unique<ingest::Outlet>(static_cast<SourceIndex>(i), std::string(), tickets, batches, clock));
    outlets.back()->set_tee([&recorder](const Batch& batch) { (*recorder)->take(batch); });
  }

  std::jthread recorder_runs([&](const std::stop_token& stop) { (*recorder)->run(stop); });
  std::jthread swallower([&] { swallow(batches, **recorder, sources.size(), signals, outlets); });
  std::atomic<bool> failed{false};
  std::vector<std::jthread> source_runs;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    source_runs.emplace_back([&, i](const std::stop_token& stop) {
      log.info("source begins", {{"source", config.sources[i].name}, {"from", sources[i]->describe()}});
      if (auto ran = sources[i]->run(*outlets[i], stop); !ran) {
        failed = true;
        log.error("source failed", {{"source", config.sources[i].name}, {"error", ran.error().context}});
        outlets[i]->end({}, stop);
      }
    });
  }
  log.info("recording", {{"folder", config.record.folder.string()}});

  const Mono until = clock.mono() + at_most.value_or(std::chrono::hours(24 * 365 * 10));
  constexpr std::chrono::milliseconds kLookEvery{250};
  while (clock.mono() < until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock.mono());
    const Signals::Event event = signals.wait(std::min(left, kLookEvery));
    if (event == Signals::Event::terminate || event == Signals::Event::raised) break;
    if ((*recorder)->status().failed > 0) break;
  }

  for (std::jthread& source : source_runs) source.request_stop();
  source_runs.clear();
  batches.close();
  swallower.join();
  recorder_runs.request_stop();
  recorder_runs.join();
  const ingest::RecorderStatus& status = (*recorder)->status();
  log.info("recorded", {{"frames", status.frames.load()}});
  if (status.failed > 0) return ExitCode::store;
  return failed ? ExitCode::unavailable : ExitCode::ok;
}

}  // namespace roomtone::app
