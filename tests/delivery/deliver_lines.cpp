#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <thread>

#include "app/config.hpp"
#include "app/delivery_factory.hpp"
#include "base/exit_code.hpp"
#include "cli/alert_reader.hpp"
#include "metrics/metrics.hpp"

// Delivers alerts that a test writes, a JSON object a line, with the daemon's own configuration and deliverer but at
// another pace. The line "samples" is answered with how it stands with each receiver, "metrics" with the metrics page
// and a dot behind it. Ends with its input.
int main(int argc, char** argv) {
  using namespace roomtone;
  CLI::App cli{"delivers alerts from standard input, for tests", "deliver_lines"};
  std::string config_file;
  int resend_ms = 30'000;
  int repeat_ms = 300'000;
  int retry_max_ms = 30'000;
  int give_up_ms = 3'600'000;
  int time_ms = 5'000;
  cli.add_option("--config", config_file)->required();
  cli.add_option("--resend-ms", resend_ms);
  cli.add_option("--repeat-ms", repeat_ms);
  cli.add_option("--retry-max-ms", retry_max_ms);
  cli.add_option("--give-up-ms", give_up_ms);
  cli.add_option("--time-ms", time_ms);
  CLI11_PARSE(cli, argc, argv);
  const auto refuse = [](const Error& error) {
    std::fprintf(stderr, "%s\n", error.context.c_str());
    return status_of(ExitCode::config);
  };
  const auto config = app::load_config(config_file);
  if (!config) return refuse(config.error());
  auto options = app::delivery_options(config->delivery);
  if (!options) return refuse(options.error());
  using std::chrono::milliseconds;
  for (auto& target : options->alertmanagers) {
    target.pace.resend = milliseconds(resend_ms);
    target.pace.gather = milliseconds(resend_ms / 6);
    target.pace.repeat_resolved = milliseconds(repeat_ms);
    target.pace.retry_min = target.pace.retry_max = milliseconds(retry_max_ms);
    target.time = milliseconds(time_ms);
  }
  for (auto& target : options->webhooks) {
    target.pace.retry_min = target.pace.retry_max = milliseconds(retry_max_ms);
    target.pace.give_up_after = milliseconds(give_up_ms);
    target.time = milliseconds(time_ms);
  }
  const AnchoredClock clock;
  Log log(stderr, config->log_level, clock);
  auto deliverer = delivery::Deliverer::open(std::move(*options), clock, log);
  if (!deliverer) return refuse(deliverer.error());
  const std::jthread runs([&](const std::stop_token& stop) { (*deliverer)->run(stop); });

  const metrics::Metrics page(100);
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "samples") {
      std::string out = "[";
      for (const delivery::DeliverySample& sample : (*deliverer)->samples()) {
        out += out.size() > 1 ? ",{" : "{";
        out += "\"name\":\"" + sample.name + "\",\"accepted\":" + std::to_string(sample.accepted) +
               ",\"refused\":" + std::to_string(sample.refused) + ",\"failed\":" + std::to_string(sample.failed) +
               ",\"waiting\":" + std::to_string(sample.waiting) + ",\"dropped\":" + std::to_string(sample.dropped) +
               ",\"given_up\":" + std::to_string(sample.given_up) + "}";
      }
      std::printf("%s]\n", out.c_str());
      std::fflush(stdout);
      continue;
    }
    if (line == "metrics") {
      metrics::Scrape scrape;
      scrape.deliveries = app::delivery_samples(deliverer->get());
      std::printf("%s.\n", page.render(scrape).c_str());
      std::fflush(stdout);
      continue;
    }
    auto alert = cli::read_alert(line);
    if (!alert) return refuse(alert.error());
    std::vector<Alert> alerts;
    alerts.push_back(std::move(*alert));
    (*deliverer)->update(std::move(alerts));
  }
  return status_of(ExitCode::ok);
}
