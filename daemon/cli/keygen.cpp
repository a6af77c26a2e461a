#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/cli.hpp"
#include "publish/curve_key.hpp"

namespace roomtone::cli {

namespace {

ExitCode run_keygen(const std::string& name) {
  const auto pair = publish::make_curve_pair();
  if (!pair) return report("keygen", pair.error());
  if (const auto written = publish::write_curve_pair(name, *pair); !written) return report("keygen", written.error());
  std::printf("%s.key  secret, for you alone\n%s.pub  public: %s\n", name.c_str(), name.c_str(),
              pair->public_key.c_str());
  return ExitCode::ok;
}

}  // namespace

void add_keygen(CLI::App& app, Invocation& invocation) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("keygen", "Make a pair of keys for an encrypted feed (CURVE)");
  command->add_option("name", *name, "Writes NAME.key, which only you may read, and NAME.pub; replaces nothing")
      ->required()
      ->type_name("NAME");
  command->footer(
      "The daemon and each of its readers have a pair. The daemon's configuration names its own .key file\n"
      "(publish.secret_key_file) and lists what is in each reader's .pub file; a reader needs the daemon's .pub.\n\n"
      "Example:\n"
      "  roomtone keygen feed && roomtone keygen wall\n"
      "  roomtone watch --server-key feed.pub --key wall.key");
  command->callback([&invocation, name] { invocation.run = [name] { return run_keygen(*name); }; });
}

}  // namespace roomtone::cli
