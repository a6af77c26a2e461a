#pragma once

#include "base/exit_code.hpp"
#include "base/result.hpp"
#include "cli/cli.hpp"

namespace roomtone::cli {

/// Adds `test` and `explain` to `roomtone rules`: rules tried here, without a daemon.
void add_rules_trials(CLI::App& rules, Invocation& invocation);

/// Adds `list`, `put` and `remove`: what a running daemon is asked for.
void add_rules_control(CLI::App& rules, Invocation& invocation);

/// Tells of rules that cannot be used.
ExitCode refuse_rules(const Error& error);

}  // namespace roomtone::cli
