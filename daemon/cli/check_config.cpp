#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/catalog.hpp"
#include "app/config.hpp"
#include "app/delivery_factory.hpp"
#include "app/promise.hpp"
#include "app/source_factory.hpp"
#include "cli/cli.hpp"
#include "publish/curve_key.hpp"

namespace roomtone::cli {

namespace {

ExitCode run_check(const std::string& asked) {
  std::filesystem::path file = asked;
  if (file.empty()) {
    const auto found = app::find_config();
    if (!found) {
      (void)report("check-config", found.error());
      return ExitCode::config;
    }
    file = *found;
  }
  const auto config = app::load_config(file);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().context.c_str());
    return ExitCode::config;
  }
  if (const auto addresses = app::check_addresses(*config); !addresses) {
    std::fprintf(stderr, "%s: %s\n", file.c_str(), addresses.error().context.c_str());
    return ExitCode::config;
  }
  if (config->publish.secured()) {
    if (const auto key = publish::read_secret_key(config->publish.secret_key_file); !key) {
      std::fprintf(stderr, "%s: publish.secret_key_file: %s\n", file.c_str(), key.error().context.c_str());
      return ExitCode::config;
    }
  }
  if (const auto delivery = app::delivery_options(config->delivery); !delivery) {
    std::fprintf(stderr, "%s: %s\n", file.c_str(), delivery.error().context.c_str());
    return ExitCode::config;
  }
  const auto catalog = app::load_catalog(*config);
  if (!catalog) {
    std::fprintf(stderr, "%s: %s\n", file.c_str(), catalog.error().context.c_str());
    return ExitCode::config;
  }
  std::printf("%s is good: %zu source%s, %zu topic%s, scorer %s, store %s\n", file.c_str(), config->sources.size(),
              config->sources.size() == 1 ? "" : "s", (*catalog)->rules.size(),
              (*catalog)->rules.size() == 1 ? "" : "s", std::string((*catalog)->scorer.id()).c_str(),
              config->store.path.c_str());
  for (const people::List& list : (*catalog)->lists.all())
    std::printf("  list %s: %zu member%s, %zu role%s\n", list.id.c_str(), list.members.size(),
                list.members.size() == 1 ? "" : "s", list.roles.size(), list.roles.size() == 1 ? "" : "s");
  if (!(*catalog)->lists.empty()) std::printf("  rooms of lists: %zu\n", (*catalog)->list_rooms.size());
  for (const app::SourceConfig& source : config->sources)
    std::printf("  source %s: %s\n", source.name.c_str(), std::string(app::promise_text(source)).c_str());
  for (const delivery::HttpUrl& url : config->delivery.alertmanager.urls)
    std::printf("  alerts go to the Alertmanager at %s\n", url.origin().c_str());
  for (const app::WebhookConfig& webhook : config->delivery.webhooks)
    std::printf("  alerts go to the webhook %s at %s\n", webhook.name.c_str(), webhook.url.origin().c_str());
  return ExitCode::ok;
}

}  // namespace

void add_check_config(CLI::App& app, Invocation& invocation) {
  auto file = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("check-config", "Read a configuration as the daemon would and list every problem");
  command->add_option(
      "-c,--config", *file,
      "Configuration file. Default: $XDG_CONFIG_HOME/roomtone/roomtone.toml, else /etc/roomtone/roomtone.toml");
  command->footer(
      "Ends with 0 when the daemon would accept it, else with 78. Opens no port and no store.\n\n"
      "Example:\n  roomtone check-config --config roomtone.toml");
  command->callback([&invocation, file] { invocation.run = [file] { return run_check(*file); }; });
}

}  // namespace roomtone::cli
