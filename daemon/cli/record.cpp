#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>

#include "app/config.hpp"
#include "app/record_only.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "cli/cli.hpp"

namespace roomtone::cli {

namespace {

struct Asked {
  std::string config;
  std::string folder;
  double seconds = 0;  // 0: until a signal
};

ExitCode run_record(const Asked& asked) {
  std::filesystem::path file = asked.config;
  if (file.empty()) {
    const auto found = app::find_config();
    if (!found) {
      (void)report("record", found.error());
      return ExitCode::config;
    }
    file = *found;
  }
  auto config = app::load_config(file);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().context.c_str());
    return ExitCode::config;
  }
  if (!asked.folder.empty()) config->record.folder = asked.folder;
  if (config->record.folder.empty()) {
    return report("record", {ErrorCode::invalid_argument,
                             "got no folder, expected --folder or record.folder in " + file.string()});
  }
  std::optional<std::chrono::milliseconds> at_most;
  if (asked.seconds > 0) at_most = std::chrono::milliseconds(static_cast<int64_t>(asked.seconds * 1000));
  const AnchoredClock clock;
  Log log(stderr, config->log_level, clock);
  return app::run_record_only(*config, at_most, log);
}

}  // namespace

void add_record(CLI::App& app, Invocation& invocation) {
  auto asked = std::make_shared<Asked>();
  CLI::App* command =
      app.add_subcommand("record", "Keep the raw frames of a configuration's sources, and nothing else");
  command->add_option(
      "-c,--config", asked->config,
      "Configuration file. Default: $XDG_CONFIG_HOME/roomtone/roomtone.toml, else /etc/roomtone/roomtone.toml");
  command->add_option("-f,--folder", asked->folder, "Where to record to. Default: record.folder of the configuration");
  command
      ->add_option("--seconds", asked->seconds,
                   "End after so long. Default: at a signal, or when all sources have ended")
      ->check(CLI::Range(0.001, 1e9));
  command->footer(
      "Writes FOLDER/SOURCE/TIME.jsonl.zst, as roomtoned does with a [record] table; given to a file source with\n"
      "`corrections = true` they make the same history again. The oldest are removed beyond record.size_max. HTTP "
      "clients\n"
      "get 200 once what they sent is on disk, with nothing counted.\n\n"
      "Example:\n  roomtone record --config roomtone.toml --folder /var/tmp/frames --seconds 3600");
  command->callback([&invocation, asked] { invocation.run = [asked] { return run_record(*asked); }; });
}

}  // namespace roomtone::cli
