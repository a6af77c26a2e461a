#pragma once

#include <optional>

#include "app/config.hpp"
#include "base/exit_code.hpp"
#include "base/log.hpp"

namespace roomtone::app {

/// Runs the sources of a configuration and records what they hear, without store, feed or figures, until a signal, the
/// end of all sources, or `at_most`. Clients get their receipts once what they sent is synced; nothing in them is
/// counted. Positions of numbered producers are not remembered across a restart: zmq_router, which has no other use, is
/// refused, and elsewhere such producers have to begin a new epoch.
[[nodiscard]] ExitCode run_record_only(const Config& config, std::optional<std::chrono::milliseconds> at_most,
                                       Log& log);

}  // namespace roomtone::app
