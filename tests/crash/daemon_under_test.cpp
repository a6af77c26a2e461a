#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/config.hpp"
#include "app/daemon.hpp"

// The daemon with what no configuration of the product can ask for: a store whose commits are two writes, so that the
// tests of atomicity are known to be able to fail, and one that flushes all the time, so that kills land in flushes.
int main(int argc, char** argv) {
  using namespace roomtone;
  CLI::App cli{"roomtoned, for tests", "roomtoned_under_test"};
  std::string config_file;
  std::size_t memtable_kib = 0;
  app::DaemonOptions options;
  bool two_writes = false;
  cli.add_option("--config", config_file)->required();
  cli.add_flag("--exit-when-drained", options.exit_when_drained);
  cli.add_flag("--two-writes", two_writes);
  cli.add_option("--memtable-kib", memtable_kib);
  CLI11_PARSE(cli, argc, argv);
  auto config = app::load_config(config_file);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().context.c_str());
    return status_of(ExitCode::config);
  }
  options.config_file = config_file;
  options.adjust_store = [&](store::StoreOptions& store) {
    store.two_writes = two_writes;
    if (memtable_kib > 0) store.memtable_bytes = memtable_kib << 10;
  };
  const AnchoredClock clock;
  Log log(stderr, config->log_level, clock);
  return status_of(app::run_daemon(std::move(*config), options, log));
}
