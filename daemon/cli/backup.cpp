#include "store/backup.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/config.hpp"
#include "cli/cli.hpp"
#include "store/control.hpp"
#include "store/history.hpp"

namespace roomtone::cli {

namespace {

struct Arguments {
  std::string data;
  std::string to;
};

ExitCode run_backup(const Arguments& arguments) {
  const std::filesystem::path folder =
      arguments.data.empty() ? app::default_state_folder() : std::filesystem::path(arguments.data);
  auto checkpoint = store::BorrowedCheckpoint::of(folder);
  if (!checkpoint) return report("backup", checkpoint.error());
  const auto written = store::write_backup((*checkpoint)->folder(), (*checkpoint)->facts(), folder, arguments.to);
  if (!written) return report("backup", written.error());
  checkpoint->reset();

  // What cannot be read back is no backup.
  if (const auto verified = store::verify_backup(arguments.to); !verified) return report("backup", verified.error());
  auto copy = store::Store::open_read_only(arguments.to);
  if (!copy) return report("backup", copy.error());
  auto history = store::History::open(**copy);
  if (!history) return report("backup", history.error());
  const auto audit = store::audit(*history);
  if (!audit) return report("backup", audit.error());
  if (const auto balanced = audit->balanced(arguments.to); !balanced) return report("backup", balanced.error());
  std::printf("backup   %s\ncommit   %lu\nfiles    %zu, %lu bytes\nok       read back, and its ledger balances\n",
              arguments.to.c_str(), static_cast<unsigned long>(written->of.sequence), written->files.size(),
              static_cast<unsigned long>(written->bytes()));
  return ExitCode::ok;
}

}  // namespace

void add_backup(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("backup", "Copy a store, also of a running daemon, and verify the copy");
  command->add_option("--data", arguments->data, "The store's folder. Default: the usual place");
  command->add_option("folder", arguments->to, "Where to: a new folder, or an empty one")->required();
  command->footer(
      "A running daemon goes on meanwhile: it is asked for a checkpoint through the socket 'control' in its store's "
      "folder,\n"
      "so this needs the rights to write there. Bring it back with 'roomtone restore'.\n\nExample:\n  roomtone backup "
      "--data /var/lib/roomtone /backup/roomtone-2026-11-22");
  command->callback([&invocation, arguments] { invocation.run = [arguments] { return run_backup(*arguments); }; });
}

}  // namespace roomtone::cli
