#pragma once

#include <filesystem>
#include <functional>

#include "app/config.hpp"
#include "base/exit_code.hpp"
#include "base/log.hpp"
#include "store/store.hpp"

namespace roomtone::app {

struct DaemonOptions {
  std::filesystem::path config_file;  // read again on SIGHUP
  bool exit_when_drained = false;  // end with 0 once all sources are finite and everything is committed and published
  /// For the tests' own program only: puts another store in place than the configuration asks for.
  std::function<void(store::StoreOptions&)> adjust_store;
};

/// Runs the daemon until a signal ends it or it is drained. All wiring is here, as locals in the order of their
/// dependencies; reading it shows what the program is made of.
[[nodiscard]] ExitCode run_daemon(Config config, const DaemonOptions& options, Log& log);

}  // namespace roomtone::app
