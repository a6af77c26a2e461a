#pragma once

#include "cli/cli.hpp"

namespace roomtone::cli {

/// Adds `silence`, `silences` and `unsilence` to `roomtone alerts`: what is asked of a running daemon.
void add_alerts_control(CLI::App& alerts, Invocation& invocation);

}  // namespace roomtone::cli
