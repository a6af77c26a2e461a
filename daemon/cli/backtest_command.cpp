#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/backtest.hpp"
#include "cli/cli.hpp"
#include "cli/output.hpp"

namespace roomtone::cli {
namespace {

constexpr const char* kAbout = "Says what the daemon's alerts would have been, from a recording";

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

}  // namespace

void add_backtest(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand("backtest", kAbout);
  command->require_subcommand(1);

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
