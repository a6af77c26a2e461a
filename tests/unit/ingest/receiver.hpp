#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/tickets.hpp"
#include "ingest/outlet.hpp"
#include "ingest/source.hpp"

namespace roomtone::ingest {

/// The other end of an outlet: what the rest of the daemon is to a source.
struct Receiver {
  explicit Receiver(std::string start_cursor = {}, std::size_t ticket_count = 64, const Remembered& remembered = {})
      : tickets(ticket_count),
        queue(ticket_count),
        outlet(SourceIndex{3}, std::move(start_cursor), tickets, queue, clock) {
    outlet.remember(remembered);
  }

  /// The next batch's frames; waits for it. Its ticket is given back.
  Batch take() {
    std::optional<Batch> batch = queue.pop_for(10s);
    if (!batch) throw std::runtime_error("no batch came within ten seconds");
    batch->ticket = Ticket{};
    return std::move(*batch);
  }

  AnchoredClock clock;
  Tickets tickets;
  BoundedQueue<Batch> queue;
  Outlet outlet;
};

inline std::vector<std::string> frames_of(const Batch& batch) {
  std::vector<std::string> frames;
  for (const Batch::Span span : batch.frames) frames.emplace_back(batch.frame(span));
  return frames;
}

/// A source on its own thread, stopped and joined at the end of the test.
class Running {
 public:
  Running(Source& source, Outlet& outlet)
      : thread_([this, &source, &outlet](const std::stop_token& stop) { result_ = source.run(outlet, stop); }) {}

  /// Waits for run() to return by itself.
  Result<void> join() {
    thread_.join();
    return result_;
  }
  Result<void> stop() {
    thread_.request_stop();
    return join();
  }

 private:
  Result<void> result_;
  std::jthread thread_;
};

}  // namespace roomtone::ingest
