#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/config.hpp"
#include "app/position.hpp"
#include "cli/cli.hpp"
#include "store/history.hpp"

namespace roomtone::cli {

namespace {

struct Arguments {
  std::string data;
  bool rewind = false;
};

Result<void> adds_up(const store::Store& store, const std::string& name) {
  const auto history = store::History::open(store);
  if (!history) return tl::unexpected(history.error());
  const auto audit = store::audit(*history);
  if (!audit) return tl::unexpected(audit.error());
  return audit->balanced(name);
}

ExitCode run_recover(const Arguments& arguments) {
  const std::filesystem::path folder =
      arguments.data.empty() ? app::default_state_folder() : std::filesystem::path(arguments.data);
  // A store that opens with all that was acknowledged needs no recovery.
  const auto as_it_is = store::Store::open_read_only(folder);
  if (as_it_is) {
    // What the log does not explain no rewind mends.
    if (const auto balanced = adds_up(**as_it_is, folder.string()); !balanced)
      return report("recover", balanced.error());
    std::printf("ok       the store opens and holds all that was acknowledged; there is nothing to recover from\n");
    return ExitCode::ok;
  }
  if (as_it_is.error().code != ErrorCode::corrupt) return report("recover", as_it_is.error());
  std::printf("damage   %s\n", as_it_is.error().context.c_str());

  auto sound = store::Store::look_until_damage(folder);
  if (!sound) {
    std::fprintf(stderr, "roomtone recover: not only the end of the log is damaged: restore a backup\n");
    return report("recover", sound.error());
  }
  auto history = store::History::open(**sound);
  if (!history) return report("recover", history.error());
  if (const auto balanced = adds_up(**sound, folder.string()); !balanced) return report("recover", balanced.error());

  const Recovered& recovered = history->recovered();
  std::printf("sound    up to commit %lu; its ledger balances\n", static_cast<unsigned long>(recovered.sequence));
  if (const auto acknowledged = (*sound)->acknowledged(); acknowledged && *acknowledged > recovered.sequence) {
    std::printf("dropped  commits %lu to %lu, and any that came later\n",
                static_cast<unsigned long>(recovered.sequence + 1), static_cast<unsigned long>(*acknowledged));
  } else {
    std::printf("dropped  what came after commit %lu, if anything\n", static_cast<unsigned long>(recovered.sequence));
  }
  for (const SourceRow& source : recovered.sources)
    std::printf("source   %s %s\n", source.name.c_str(), app::describe_position(source.cursor).c_str());
  if (recovered.sources.empty()) std::printf("source   all begin at their start\n");
  if (!arguments.rewind) {
    std::printf("nothing was changed; --rewind drops it and goes on from there. Keep a copy of the folder first.\n");
    return ExitCode::ok;
  }
  const uint64_t commit = recovered.sequence;
  sound->reset();
  if (const auto rewound = store::Store::rewind(folder); !rewound) return report("recover", rewound.error());
  std::printf("ok       rewound to commit %lu; the store has a new epoch\n", static_cast<unsigned long>(commit));
  return ExitCode::ok;
}

}  // namespace

void add_recover(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("recover", "Say what is left of a damaged store, and go back to where it is sound");
  command->add_option("--data", arguments->data, "The store's folder; no daemon may hold it. Default: the usual place");
  command->add_flag("--rewind", arguments->rewind, "Drop everything from the first damage in the log on");
  command->footer(
      "Without --rewind nothing is changed. Sources that can resume read again what is dropped, and nothing is counted "
      "twice; of\n"
      "the others it is lost. The store gets a new epoch, so that readers of the feed begin anew.\n\nExample:\n  "
      "roomtone "
      "recover --data /var/lib/roomtone");
  command->callback([&invocation, arguments] { invocation.run = [arguments] { return run_recover(*arguments); }; });
}

}  // namespace roomtone::cli
