#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cli/output.hpp"
#include "cli/post_writer.hpp"
#include "cli/scenario.hpp"
#include "cli/truth.hpp"

namespace roomtone::cli {

struct SimulateOptions {
  ScenarioOptions scenario;
  WireFormat format;
  uint64_t rate_milli;            // thousandths of events per second of event time; at least 1
  std::optional<uint64_t> count;  // end after so many events
  std::optional<double> seconds;  // end after so many seconds of event time
  Instant start;                  // event time of second 0; with `live` only the story's own clock
  bool live;                      // stamp events with now
  bool paced;                     // in real time; else as fast as possible
};

/// Writes the story to `output`. Ends at the options' limits, when the reader has gone, or when `stop` says so, which
/// is asked at least every 10 ms. What was written is described by the facts and by `scenario.truth()`.
[[nodiscard]] Result<RunFacts> simulate(const SimulateOptions& options, Scenario& scenario, Output& output,
                                        const Clock& clock, const std::function<bool()>& stop);

}  // namespace roomtone::cli
