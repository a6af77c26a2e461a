#pragma once

#include <memory>
#include <string>

#include "app/config.hpp"
#include "app/pipeline.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "ingest/recorder.hpp"
#include "ingest/source.hpp"

namespace roomtone::app {

/// Opens one configured source. `log` outlives it.
[[nodiscard]] Result<std::unique_ptr<ingest::Source>> open_source(const SourceConfig& config, std::size_t batch_frames,
                                                                  Log& log);

/// What opening the ports would refuse whatever is free: addresses that are none, or that other machines could reach.
[[nodiscard]] Result<void> check_addresses(const Config& config);

/// Opens the recorder that the configuration asks for. `log` outlives it.
[[nodiscard]] Result<std::unique_ptr<ingest::Recorder>> open_recorder(const Config& config, Log& log);

[[nodiscard]] PipelineSource pipeline_source(const SourceConfig& config);

/// "127.0.0.1:5575" or "[::1]:5575" cut in two; `invalid_argument` for anything else.
struct HostPort {
  std::string host;
  uint16_t port = 0;
};
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);

}  // namespace roomtone::app
