#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/backtest.hpp"
#include "cli/backtest_report.hpp"
#include "cli/backtest_run.hpp"
#include "cli/cli.hpp"
#include "cli/output.hpp"

namespace roomtone::cli {
namespace {

constexpr const char* kAbout =
    "Says which alerts there would have been, from a store or a recording: how often, when and why";

constexpr const char* kExamples = R"(What is heard again:
  a store (--data, the default): what it has kept. That is panes of 10 seconds, later on minutes, at last hours,
  where the daemon's detectors have seconds; so alerts come up to a span later than the daemon's, and hours are
  too coarse. The output says which time was heard how. A day before --from is heard too, for learning.
  a recording (--in, with --config or --topics): every step of the daemon's, from frames to seconds, so that alerts
  begin in the same second as the daemon's. It is kept in a temporary folder ($TMPDIR) meanwhile.

A room is learnt for its first hour. 'At most one false alarm per room in N days' is the one thing to choose; the
table says what N would have come to. With --json each alert is a line, as on the feed, and the sums are the last.

Examples:
  roomtone backtest --data /var/lib/roomtone --key t/derby --days 30 --false-alarm-days 60
  roomtone backtest --data /var/lib/roomtone --rule tone_down --rule volume_spike --from 2026-11-01 --to 2026-11-08
  roomtone backtest --in posts.jsonl.zst --topics rules.toml
  roomtone backtest --in posts.jsonl.zst --config roomtone.toml --json | jq -r .sentence

'tone' and 'volume' try the detectors alone, on figures of your own making: roomtone backtest tone --help)";

constexpr const char* kTone =
    "Alerts on the mean tone of topics, from lines {\"t\": seconds, \"topic\": name, \"v\": valence}";

constexpr const char* kToneExamples = R"(Example:
  roomtone backtest tone --in stream.ndjson --out alerts.ndjson --false-alarm-days 30

Lines come in the order of time. The first hour of a topic is for learning what is normal there.
Of the output, t is the end of the second that decided, before and after are the tone's levels.)";

constexpr const char* kVolume = "Rates every row of a series of counts, timestamp,value, one row for each five minutes";

constexpr const char* kVolumeExamples = R"(Example:
  roomtone backtest volume --in counts.csv --out scored.csv

The score says in how many days such a surge is seen once, from the rows before it alone; 0 where nothing
is to be said, or an episode has said as much already. An alert once a week is a score of at least 7.)";

constexpr std::size_t kWriteBytes = 1 << 16;

struct Arguments {
  std::string in = "-";
  std::string out = "-";
  double days = 7;
};

/// Feeds the lines of a file to `backtest` and writes what it says.
template <typename Backtest>
ExitCode run_over(const Arguments& given, std::string_view command, Backtest backtest) {
  std::ifstream file;
  if (given.in != "-") {
    file.open(given.in);
    if (!file) return report(command, {ErrorCode::not_found, "open " + given.in + ": cannot be read"});
  }
  std::istream& in = given.in == "-" ? std::cin : file;
  auto output = open_output(given.out);
  if (!output) return report(command, output.error());
  std::string line;
  std::string out;
  const auto flush = [&]() -> Result<bool> {
    auto wanted = (*output)->write(out);
    out.clear();
    return wanted;
  };
  while (std::getline(in, line)) {
    if (const auto taken = backtest.take(line, out); !taken) {
      const ExitCode code = report(command, {taken.error().code, given.in + ", " + taken.error().context});
      static_cast<void>(flush());
      return code;
    }
    if (out.size() < kWriteBytes) continue;
    const auto wanted = flush();
    if (!wanted) return report(command, wanted.error());
    if (!*wanted) return ExitCode::ok;
  }
  if (in.bad()) return report(command, {ErrorCode::io, "read " + given.in});
  backtest.end(out);
  if (const auto wanted = flush(); !wanted) return report(command, wanted.error());
  const auto finished = (*output)->finish();
  return finished ? ExitCode::ok : report(command, finished.error());
}

void add_days(CLI::App& command, Arguments& given, const char* what) {
  command.add_option("--false-alarm-days", given.days, what)->check(CLI::Range(0.1, 3650.0))->type_name("DAYS");
}

void add_files(CLI::App& command, Arguments& given) {
  command.add_option("--in", given.in, "file to read, - for stdin (default)")->type_name("FILE");
  command.add_option("--out", given.out, "file to write, - for stdout (default)")->type_name("FILE");
}

void add_request(CLI::App& command, BacktestRequest& request) {
  CLI::Option* data = command.add_option(
      "--data", request.data, "A store's folder; one that a daemon holds can be read too. Default: the usual place");
  command.add_option("--in", request.in, "A recording, plain, gzip or zstd; - is standard input (may be repeated)")
      ->type_name("FILE")
      ->excludes(data);
  command
      .add_option("-c,--config", request.config,
                  "The daemon's configuration: its [alerts] and, for a recording, topics, lists and words")
      ->type_name("FILE");
  command.add_option("--topics", request.topics, "For a recording: a rules file, in place of the configured topics")
      ->type_name("FILE");
  command
      .add_option("--source", request.source,
                  "For a recording: the configured source that it is of, for its format and corrections")
      ->type_name("NAME");
  command.add_option("--key", request.keys, "Rooms: room, t/derby ... (may be repeated). Default: all")
      ->type_name("ROOM");
  command.add_option("--rule", request.rules, "Only these alerts (may be repeated)")
      ->check(CLI::IsMember(std::vector<std::string>(kBacktestRules.begin(), kBacktestRules.end() - 1)));
  command.add_option("--days", request.days, "Only the last so many days of what is there")
      ->check(CLI::Range(0.01, 36'500.0))
      ->type_name("DAYS");
  command.add_option("--from", request.from, "First moment: 2026-11-22T06:00:00Z, 2026-11-22 or -6h")
      ->type_name("TIME");
  command.add_option("--to", request.to, "End, not included")->type_name("TIME");
  command
      .add_option("--false-alarm-days", request.false_alarm_days,
                  "Instead of alerts.false_alarm_days: at most one false alarm per room in so many days")
      ->check(CLI::Range(0.1, 3650.0))
      ->type_name("DAYS");
  command.add_option("--min-messages", request.min_messages, "Instead of alerts.min_messages")
      ->check(CLI::Range(1, 1'000'000));
  command.add_option("--min-voices", request.min_voices, "Instead of alerts.min_voices")
      ->check(CLI::Range(1, 1'000'000));
  command.add_flag("--json", request.json, "One JSON object a line");
  add_colour(command, request.colour);
  command.add_flag("--no-color,--no-colour", request.no_colour, "The same as --color never");
}

}  // namespace

void add_backtest(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("backtest", kAbout);
  command->require_subcommand(0, 1);
  command->footer(kExamples);
  auto request = std::make_shared<BacktestRequest>();
  add_request(*command, *request);
  command->callback([command, request, &invocation] {
    if (command->get_subcommands().empty()) invocation.run = [request] { return run_backtest(*request); };
  });

  auto tone = std::make_shared<Arguments>();
  CLI::App* tone_command = command->add_subcommand("tone", kTone);
  tone_command->footer(kToneExamples);
  add_files(*tone_command, *tone);
  add_days(*tone_command, *tone, "at most one false alarm per topic in so many days (default 7)");
  tone_command->callback([tone, &invocation] {
    invocation.run = [tone] { return run_over(*tone, "backtest tone", ToneBacktest(tone->days)); };
  });

  auto volume = std::make_shared<Arguments>();
  CLI::App* volume_command = command->add_subcommand("volume", kVolume);
  volume_command->footer(kVolumeExamples);
  add_files(*volume_command, *volume);
  add_days(*volume_command, *volume,
           "the score that shall raise an alert (default 7); peaks are remembered\nfor three times as long");
  volume_command->callback([volume, &invocation] {
    invocation.run = [volume] { return run_over(*volume, "backtest volume", VolumeBacktest(volume->days)); };
  });
}

}  // namespace roomtone::cli
