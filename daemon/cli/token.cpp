#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "base/token_file.hpp"
#include "cli/cli.hpp"

namespace roomtone::cli {

namespace {

struct Asked {
  std::string name;
  std::string file;
};

ExitCode run_token(const Asked& asked) {
  const auto token = make_token(asked.file, asked.name);
  if (!token) return report("token", token.error());
  std::printf("%s\n", token->c_str());
  std::fprintf(stderr, "Shown this once: %s has its hash only. The daemon reads that file when it starts.\n",
               asked.file.c_str());
  return std::fflush(stdout) == 0 ? ExitCode::ok : ExitCode::store;
}

}  // namespace

void add_token(CLI::App& app, Invocation& invocation) {
  auto asked = std::make_shared<Asked>();
  CLI::App* command = app.add_subcommand("token", "Make a token for somebody who may send messages");
  command->add_option("-n,--name", asked->name, "Whose it is: 1 to 64 of a-z, 0-9, - and _")->required();
  command
      ->add_option("-f,--file", asked->file,
                   "The file that `tokens` of a [[source]] names; made with mode 0600 where there is none")
      ->required();
  command->footer(
      "Prints the token, 256 random bits, to standard output and appends its SHA-256 to the file. To take a token "
      "back,\n"
      "delete its line and restart the daemon.\n\n"
      "Example:\n  roomtone token --name collector --file /etc/roomtone/tokens >collector.token");
  command->callback([&invocation, asked] { invocation.run = [asked] { return run_token(*asked); }; });
}

}  // namespace roomtone::cli
