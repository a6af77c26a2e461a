#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "app/config.hpp"
#include "app/daemon.hpp"
#include "base/exit_code.hpp"

// roomtoned: arguments and exit codes; everything else is app/daemon.cpp.
int main(int argc, char** argv) {
  using namespace roomtone;

  CLI::App cli{
      "roomtoned listens to a message firehose and tells, continuously, the tone of the room.\n"
      "It keeps its aggregates in a store, publishes mood feeds over ZeroMQ and serves metrics for Prometheus.\n",
      "roomtoned"};
  std::string config_file;
  app::DaemonOptions options;
  cli.add_option(
      "-c,--config", config_file,
      "Configuration file. Default: $XDG_CONFIG_HOME/roomtone/roomtone.toml, else /etc/roomtone/roomtone.toml");
  cli.add_flag("--exit-when-drained", options.exit_when_drained,
               "End with code 0 once all sources are read to their end and everything is committed and published");
  cli.set_version_flag("--version", "roomtoned " ROOMTONE_VERSION);
  cli.footer(
      "Signals: SIGTERM and SIGINT drain, commit and end; SIGHUP reads topics and word list again.\n"
      "Exit codes: 0 done, 64 usage, 65 the store is damaged, behind or of a newer format, 69 a port, peer or input is "
      "not "
      "available, 70 a bug of ours, 74 reading or writing the store failed, 78 configuration.\n"
      "Check a configuration with 'roomtone check-config'; see it live with 'roomtone watch'.");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int shown = cli.exit(error);
    return shown == 0 ? status_of(ExitCode::ok) : status_of(ExitCode::usage);
  }

  if (config_file.empty()) {
    const auto found = app::find_config();
    if (!found) {
      std::fprintf(stderr, "roomtoned: %s\n", found.error().context.c_str());
      return status_of(ExitCode::config);
    }
    config_file = found->string();
  }
  auto config = app::load_config(config_file);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().context.c_str());
    return status_of(ExitCode::config);
  }
  options.config_file = config_file;
  const AnchoredClock clock;
  Log log(stderr, config->log_level, clock);
  return status_of(app::run_daemon(std::move(*config), options, log));
}
