#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/post_writer.hpp"
#include "cli/scenario.hpp"

namespace roomtone::cli {

/// What a run wrote and how: the frame around the counts of a Truth.
struct RunFacts {
  uint64_t seed = 0;
  double rate = 0;       // events per second of event time
  uint64_t events = 0;   // lines written
  int64_t start_us = 0;  // event time at second 0 of the story
  int64_t end_us = 0;    // seen time of the last event
  std::optional<double> turn_at_s;
  WireFormat format = WireFormat::jetstream;  // authors are named as it names them
};

/// The content of `--truth`: one JSON object, indented, with a line feed at its end. Room counts are by construction:
/// how posts were meant, not how a scorer judges them.
[[nodiscard]] std::string truth_json(const RunFacts& facts, const Scenario& scenario);

}  // namespace roomtone::cli
