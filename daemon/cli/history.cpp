#include "cli/history.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/config.hpp"
#include "cli/cli.hpp"
#include "model/figures.hpp"
#include "model/key.hpp"
#include "store/history.hpp"

namespace roomtone::cli {

namespace {

std::string number(const std::optional<double>& value, std::string_view absent) {
  return value ? fmt::format("{:.6f}", *value) : std::string(absent);
}

struct Arguments {
  std::string data;
  std::vector<std::string> keys{std::string(kRoomKey)};
  std::string step = "1h";
  std::string from;
  std::string to;
  std::string format = "table";
  bool all = false;
};

ExitCode usage(const std::string& what) { return report("history", {ErrorCode::invalid_argument, what}); }

ExitCode run_history(const Arguments& arguments) {
  const auto step_ms = parse_duration(arguments.step);
  const std::chrono::seconds step = std::chrono::duration_cast<std::chrono::seconds>(step_ms.value_or(0ms));
  if (!step_ms || step < 10s || step_ms->count() % 10'000 != 0)
    return usage("--step got '" + arguments.step + "', expected a multiple of 10 s such as 10s, 1m or 1h");
  const Instant now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto from = arguments.from.empty() ? instant_of_micros(kMicrosMin) : parse_moment(arguments.from, now);
  const auto to = arguments.to.empty() ? instant_of_micros(kMicrosMax) : parse_moment(arguments.to, now);
  if (!from || !to)
    return usage("--from and --to take a time such as 2026-11-22T06:00:00Z, a day such as 2026-11-22, or -6h");
  const TableFormat format = arguments.format == "json"  ? TableFormat::json
                             : arguments.format == "csv" ? TableFormat::csv
                                                         : TableFormat::table;

  const std::filesystem::path folder =
      arguments.data.empty() ? app::default_state_folder() : std::filesystem::path(arguments.data);
  auto store = store::Store::open_read_only(folder);
  if (!store) return report("history", store.error());
  auto history = store::History::open(**store);
  if (!history) return report("history", history.error());
  const std::vector<std::string> known = history->keys();
  const std::vector<std::string> keys = arguments.all ? known : arguments.keys;

  const std::string heading = history_heading(format);
  std::fwrite(heading.data(), 1, heading.size(), stdout);
  for (const std::string& key : keys) {
    if (std::ranges::find(known, key) == known.end() && !known.empty()) {
      std::fprintf(stderr, "roomtone history: nothing was ever heard in '%s'; --all shows every room\n", key.c_str());
      continue;
    }
    const auto done = history->series(key, *from, *to, step, [&](Instant start, const Rollup& rollup) {
      const std::string line = history_line(key, start, step, rollup, format);
      std::fwrite(line.data(), 1, line.size(), stdout);
    });
    if (!done) return report("history", done.error());
  }
  return std::fflush(stdout) == 0 ? ExitCode::ok : report("history", {ErrorCode::io, "write to standard output"});
}

}  // namespace

std::string history_heading(TableFormat format) {
  switch (format) {
    case TableFormat::json: return {};
    case TableFormat::csv:
      return "key,start_us,step_s,n,pos,neg,neutral,unscored,voices,unique_n,tone,ci_low,ci_high,dispersion\n";
    case TableFormat::table:
      return fmt::format("{:<24} {:<20} {:>9} {:>8} {:>8} {:>8} {:>8} {:>7} {:>9} {:>9} {:>9} {:>10}\n", "room",
                         "start", "n", "pos", "neg", "neutral", "unscored", "voices", "tone", "low", "high",
                         "dispersion");
  }
  return {};
}

std::string history_line(const std::string& key, Instant start, std::chrono::seconds step, const Rollup& rollup,
                         TableFormat format) {
  const Figures f = figures_of(rollup);
  switch (format) {
    case TableFormat::json:
      return fmt::format(
          R"({{"key":"{}","start_us":{},"step_s":{},"n":{},"pos":{},"neg":{},"neutral":{},"unscored":{},"voices":{},"unique_n":{},"tone":{},"ci_low":{},"ci_high":{},"dispersion":{}}})"
          "\n",
          key, micros(start), step.count(), f.n, f.pos, f.neg, f.neutral, f.unscored, f.voices, f.unique_n,
          number(f.raw.tone, "null"), number(f.raw.ci_low, "null"), number(f.raw.ci_high, "null"),
          number(f.dispersion, "null"));
    case TableFormat::csv:
      return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", key, micros(start), step.count(), f.n, f.pos,
                         f.neg, f.neutral, f.unscored, f.voices, f.unique_n, number(f.raw.tone, ""),
                         number(f.raw.ci_low, ""), number(f.raw.ci_high, ""), number(f.dispersion, ""));
    case TableFormat::table:
      return fmt::format("{:<24} {:<20} {:>9} {:>8} {:>8} {:>8} {:>8} {:>7} {:>9} {:>9} {:>9} {:>10}\n", key,
                         format_rfc3339(start).substr(0, 19) + "Z", f.n, f.pos, f.neg, f.neutral, f.unscored, f.voices,
                         number(f.raw.tone, "-"), number(f.raw.ci_low, "-"), number(f.raw.ci_high, "-"),
                         number(f.dispersion, "-"));
  }
  return {};
}

std::optional<Instant> parse_moment(std::string_view text, Instant now) {
  if (const auto exact = parse_rfc3339(text)) return exact;
  if (text.size() == 10) return parse_rfc3339(std::string(text) + "T00:00:00Z");
  if (text.starts_with('-')) {
    if (const auto ago = parse_duration(text.substr(1))) return now - *ago;
  }
  return std::nullopt;
}

void add_history(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("history", "Print what was heard, by step, from a store");
  command->add_option("--data", arguments->data,
                      "The store's folder; one that a daemon holds can be read too. Default: the usual place");
  command->add_option("--key", arguments->keys, "Rooms: room, t/derby ... (may be repeated). Default: room");
  command->add_flag("--all", arguments->all, "Every room that has ever heard something");
  command->add_option("--step", arguments->step, "Span of one line: a multiple of 10 s, such as 10s, 1m, 1h, 1d")
      ->capture_default_str();
  command->add_option("--from", arguments->from,
                      "First moment: 2026-11-22T06:00:00Z, 2026-11-22 or -6h. Default: the beginning");
  command->add_option("--to", arguments->to, "End, not included. Default: the end");
  command->add_option("--format", arguments->format, "json (one object a line), csv or table")
      ->check(CLI::IsMember({"json", "csv", "table"}))
      ->capture_default_str();
  command->footer(
      "Spans without messages are left out.\n\n"
      "Examples:\n"
      "  roomtone history --data /var/lib/roomtone --key t/derby --step 1m --from -2h\n"
      "  roomtone history --all --step 1h --format csv > history.csv");
  command->callback([&invocation, arguments] { invocation.run = [arguments] { return run_history(*arguments); }; });
}

}  // namespace roomtone::cli
