#pragma once

#include <functional>
#include <string>

#include "base/exit_code.hpp"
#include "base/result.hpp"

namespace CLI {
class App;
}

namespace roomtone::cli {

/// What the command line asked for, filled by the subcommand that was named. It is run after parsing, so that
/// everything a subcommand does happens outside of the parser's callbacks.
struct Invocation {
  std::function<ExitCode()> run;
};

/// Adds one subcommand to the program. `invocation` outlives the app.
using AddCommand = void (*)(CLI::App& app, Invocation& invocation);

void add_simulate(CLI::App& app, Invocation& invocation);
void add_history(CLI::App& app, Invocation& invocation);
void add_verify(CLI::App& app, Invocation& invocation);
void add_recover(CLI::App& app, Invocation& invocation);
void add_backup(CLI::App& app, Invocation& invocation);
void add_restore(CLI::App& app, Invocation& invocation);
void add_check_config(CLI::App& app, Invocation& invocation);
void add_record(CLI::App& app, Invocation& invocation);
void add_token(CLI::App& app, Invocation& invocation);
void add_keygen(CLI::App& app, Invocation& invocation);
void add_features(CLI::App& app, Invocation& invocation);
void add_score(CLI::App& app, Invocation& invocation);
void add_evaluate(CLI::App& app, Invocation& invocation);
void add_rules(CLI::App& app, Invocation& invocation);
void add_backtest(CLI::App& app, Invocation& invocation);
void add_alerts(CLI::App& app, Invocation& invocation);
void add_watch(CLI::App& app, Invocation& invocation);
void add_explain(CLI::App& app, Invocation& invocation);
void add_erase(CLI::App& app, Invocation& invocation);

/// `--color` as given: auto asks the terminal and NO_COLOR.
enum class ColourChoice { automatic, always, never };

/// Adds `--color` to a subcommand; `choice` outlives it.
void add_colour(CLI::App& command, ColourChoice& choice);

/// Whether to colour what goes to file descriptor `fd`: never with NO_COLOR set to something, unless `always`.
[[nodiscard]] bool use_colour(ColourChoice choice, int fd);

/// Prints "roomtone COMMAND: what failed" to stderr and gives the exit code that goes with it.
ExitCode report(std::string_view command, const Error& error);

/// The exit code of an error: unavailable and not_found 69, io and corrupt 74, invalid_argument 64, unsupported 78.
[[nodiscard]] ExitCode exit_code_of(ErrorCode code);

/// `roomtone ARGUMENTS`: parses, runs, and gives the exit code. Never throws.
[[nodiscard]] ExitCode run(int argc, const char* const* argv);

}  // namespace roomtone::cli
