#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/config.hpp"
#include "cli/cli.hpp"
#include "store/backup.hpp"

namespace roomtone::cli {

namespace {

struct Arguments {
  std::string from;
  std::string data;
};

ExitCode run_restore(const Arguments& arguments) {
  const std::filesystem::path folder =
      arguments.data.empty() ? app::default_state_folder() : std::filesystem::path(arguments.data);
  const auto restored = store::restore_backup(arguments.from, folder);
  if (!restored) return report("restore", restored.error());
  std::printf("store    %s\ncommit   %lu\nok       %zu files verified and copied; the store has a new epoch\n",
              folder.c_str(), static_cast<unsigned long>(restored->of.sequence), restored->files.size());
  return ExitCode::ok;
}

}  // namespace

void add_restore(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("restore", "Verify a backup and make a store of it");
  command->add_option("--data", arguments->data, "The store's folder, new or empty. Default: the usual place");
  command->add_option("folder", arguments->from, "The backup")->required();
  command->footer(
      "The store gets a new epoch, so that readers of the feed begin anew by themselves. Sources that can resume go on "
      "from\n"
      "where the backup stood. Run it as the user of the daemon, or give the folder to that user "
      "afterwards.\n\nExample:\n"
      "  roomtone restore --data /var/lib/roomtone /backup/roomtone-2026-11-22");
  command->callback([&invocation, arguments] { invocation.run = [arguments] { return run_restore(*arguments); }; });
}

}  // namespace roomtone::cli
