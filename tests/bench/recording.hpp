#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/catalog.hpp"
#include "app/config.hpp"
#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/tickets.hpp"
#include "ingest/file_source.hpp"
#include "ingest/outlet.hpp"

namespace roomtone::bench {

/// A recording in memory, in the batches that the daemon would make of it. Each is copied before use, because a worker
/// takes its batch over.
inline Result<std::vector<Batch>> read_batches(const std::string& path) {
  // Enough for the whole recording, so that one thread can first read everything and then take it.
  constexpr std::size_t kBatchesMax = 100'000;
  auto source = ingest::FileSource::open({.paths = {path}});
  if (!source) return tl::unexpected(source.error());
  const AnchoredClock clock;
  Tickets tickets(kBatchesMax);
  BoundedQueue<Batch> queue(kBatchesMax);
  ingest::Outlet outlet(SourceIndex{0}, {}, tickets, queue, clock);
  if (auto ran = (*source)->run(outlet, {}); !ran) return tl::unexpected(ran.error());
  queue.close();
  std::vector<Batch> batches;
  while (auto batch = queue.pop()) {
    batch->ticket = Ticket{};
    if (!batch->frames.empty()) batches.push_back(std::move(*batch));
  }
  return batches;
}

/// What a worker needs beside batches, from a configuration file of the daemon.
inline Result<std::shared_ptr<const app::Catalog>> read_catalog(const std::string& config_file) {
  const auto config = app::load_config(config_file);
  if (!config) return tl::unexpected(config.error());
  return app::load_catalog(*config);
}

}  // namespace roomtone::bench
