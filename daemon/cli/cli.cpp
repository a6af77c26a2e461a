#include "cli/cli.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace roomtone::cli {
namespace {

// One line for each subcommand, in the order in which --help shows them.
constexpr AddCommand kCommands[] = {
    add_watch,  add_explain, add_score,  add_evaluate, add_features, add_simulate, add_history,
    add_verify, add_recover, add_backup, add_restore,  add_erase,    add_rules,    add_check_config,
    add_record, add_token,   add_keygen, add_backtest, add_alerts,
};

constexpr const char* kAbout = R"(Roomtone hears the tone of the room in a stream of messages.

Try it, without a daemon:
  echo 'What a wonderful day' | roomtone score
  roomtone simulate --seconds 60 | head -n 3
See the rooms of a running daemon:
  roomtone watch
Help on one command:
  roomtone simulate --help)";

constexpr const char* kExitCodes =
    "Exit codes: 0 done, 1 the answer is no (rules), 64 usage, 69 a port, peer or file is not available, 70 a bug of "
    "ours,\n"
    "            74 reading or writing failed, 78 configuration, rule or model refused.";

}  // namespace

void add_colour(CLI::App& command, ColourChoice& choice) {
  const std::map<std::string, ColourChoice> colours = {
      {"auto", ColourChoice::automatic}, {"always", ColourChoice::always}, {"never", ColourChoice::never}};
  command.add_option("--color,--colour", choice, "auto (default), always or never; NO_COLOR counts as never")
      ->transform(CLI::CheckedTransformer(colours).description(""))
      ->type_name("WHEN");
}

bool use_colour(ColourChoice choice, int fd) {
  if (choice != ColourChoice::automatic) return choice == ColourChoice::always;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  if (term != nullptr && std::string_view(term) == "dumb") return false;
  return isatty(fd) == 1;
}

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return ExitCode::usage;
    case ErrorCode::not_found:
    case ErrorCode::unavailable: return ExitCode::unavailable;
    case ErrorCode::io:
    case ErrorCode::corrupt: return ExitCode::store;
    case ErrorCode::unsupported: return ExitCode::config;
  }
  return ExitCode::bug;
}

ExitCode report(std::string_view command, const Error& error) {
  std::fprintf(stderr, "roomtone %.*s: %s\n", static_cast<int>(command.size()), command.data(), error.context.c_str());
  return exit_code_of(error.code);
}

ExitCode run(int argc, const char* const* argv) {
  try {
    Invocation invocation;
    CLI::App app(kAbout, "roomtone");
    app.set_version_flag("--version", "roomtone " ROOMTONE_VERSION);
    app.require_subcommand(1);
    app.footer(kExitCodes);
    for (const AddCommand add : kCommands) add(app, invocation);
    try {
      app.parse(argc, argv);
    } catch (const CLI::Success& done) {  // --help and --version
      app.exit(done);
      return ExitCode::ok;
    } catch (const CLI::ParseError& error) {
      std::string name = "roomtone";
      for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        name += " " + at->get_name();
      }
      std::fprintf(stderr, "%s: %s\nTry '%s --help'.\n", name.c_str(), error.what(), name.c_str());
      return ExitCode::usage;
    }
    return invocation.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "roomtone: unexpected: %s\nThis is a bug of ours; please report it with the command line.\n",
                 error.what());
    return ExitCode::bug;
  }
}

}  // namespace roomtone::cli
