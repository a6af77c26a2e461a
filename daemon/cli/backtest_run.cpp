#include "cli/backtest_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>

#include "app/alert_history.hpp"
#include "app/catalog.hpp"
#include "app/config.hpp"
#include "app/config_topics.hpp"
#include "app/rehearsal.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "cli/backtest_report.hpp"
#include "cli/history.hpp"
#include "cli/stop_signal.hpp"
#include "cli/terminal.hpp"
#include "model/figures.hpp"
#include "model/key.hpp"
#include "publish/json_body.hpp"
#include "store/history.hpp"

namespace roomtone::cli {

namespace {

constexpr std::size_t kCharts = 4;  // rooms that are drawn: those with the most alerts

/// A folder that goes with its owner.
class ScratchFolder {
 public:
  [[nodiscard]] static Result<std::unique_ptr<ScratchFolder>> make() {
    std::error_code error;
    std::string name = (std::filesystem::temp_directory_path(error) / "roomtone-backtest-XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr)
      return fail(ErrorCode::unavailable, "make a temporary folder; TMPDIR says where");
    return std::unique_ptr<ScratchFolder>(new ScratchFolder(name));
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
  const std::filesystem::path path_;
};

/// The time that is asked for; kNoInstant where nothing is said.
struct Asked {
  Instant from = kNoInstant;
  Instant to = kNoInstant;

  [[nodiscard]] bool has(Instant at) const {
    return (from == kNoInstant || at >= from) && (to == kNoInstant || at < to);
  }
};

Result<Asked> time_asked(const BacktestRequest& request) {
  const Instant now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  Asked asked;
  const auto read = [&](const std::string& text, Instant& into) {
    if (text.empty()) return true;
    const auto at = parse_moment(text, now);
    if (at) into = *at;
    return at.has_value();
  };
  if (!read(request.from, asked.from) || !read(request.to, asked.to))
    return fail(ErrorCode::invalid_argument,
                "--from and --to take a time such as 2026-11-22T06:00:00Z, a day such as 2026-11-22, or -6h");
  if (asked.from != kNoInstant && asked.to != kNoInstant && asked.from >= asked.to)
    return fail(ErrorCode::invalid_argument, "--from is not before --to");
  return asked;
}

Result<app::Config> config_of(const BacktestRequest& request, bool needed) {
  app::Config config;
  std::filesystem::path file = request.config;
  if (file.empty() && needed && request.topics.empty()) {
    auto found = app::find_config();
    if (!found) return fail(std::move(found.error()), "--in needs --config or --topics");
    file = *found;
  }
  if (!file.empty()) {
    auto loaded = app::load_config(file);
    if (!loaded) return tl::unexpected(std::move(loaded.error()));
    config = std::move(*loaded);
  }
  alerts::AlertRules& rules = config.alerts.rules;
  if (request.false_alarm_days) rules.budget.days_between_false_alarms = *request.false_alarm_days;
  if (request.min_messages) rules.min_messages = *request.min_messages;
  if (request.min_voices) rules.min_voices = *request.min_voices;
  return config;
}

/// Those of the rooms, rules and times asked for.
void keep_wanted(const BacktestRequest& request, const Asked& asked, std::vector<Alert>& alerts) {
  const auto wanted = [](const std::vector<std::string>& among, std::string_view what) {
    return among.empty() || std::ranges::find(among, what) != among.end();
  };
  std::erase_if(alerts, [&](const Alert& alert) {
    return !wanted(request.keys, alert.key) || !wanted(request.rules, backtest_rule_of(alert)) ||
           !asked.has(alert.starts);
  });
}

/// Charts of the rooms with the most alerts; where there are none, of those asked for or of the whole stream.
Result<void> add_charts(const store::History& history, const BacktestRequest& request, std::size_t columns,
                        BacktestReport& report) {
  std::map<std::string, std::size_t> counts;
  for (const Alert& alert : report.alerts) ++counts[alert.key];
  std::vector<std::string> keys;
  keys.reserve(counts.size());
  for (const auto& [key, count] : counts) keys.push_back(key);
  std::ranges::stable_sort(keys, std::ranges::greater{}, [&](const std::string& key) { return counts[key]; });
  if (keys.empty()) keys = request.keys.empty() ? std::vector<std::string>{std::string(kRoomKey)} : request.keys;
  keys.resize(std::min(keys.size(), kCharts));
  const std::chrono::seconds cell = backtest_cell(report.from, report.to, columns);
  for (const std::string& key : keys) {
    BacktestChart chart{.key = key, .from = floor_to(report.from, cell), .cell = cell, .tone = {}};
    chart.tone.resize(static_cast<std::size_t>((report.to - chart.from + cell - std::chrono::microseconds(1)) / cell));
    auto read = history.series(key, report.from, report.to, cell, [&](Instant start, const Rollup& rollup) {
      const auto at = static_cast<std::size_t>((start - chart.from) / cell);
      if (start >= chart.from && at < chart.tone.size()) chart.tone[at] = figures_of(rollup).raw.tone;
    });
    if (!read) return read;
    report.charts.push_back(std::move(chart));
  }
  return {};
}

ExitCode print(const BacktestRequest& request, const BacktestReport& report, const BacktestScreen& screen) {
  std::string out;
  if (request.json) {
    for (const Alert& alert : report.alerts) {
      publish::append_json(out, alert);
      out += '\n';
    }
    out += fmt::format("{{\"backtest\":{{\"from\":\"{}\",\"to\":\"{}\",\"rooms\":{},\"alerts\":{}}}}}\n",
                       format_rfc3339(report.from), format_rfc3339(report.to), report.rooms, report.alerts.size());
  } else {
    for (const std::string& line : draw_backtest(report, screen)) out += line + "\n";
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  return std::fflush(stdout) == 0 ? ExitCode::ok : cli::report("backtest", {ErrorCode::io, "write to standard output"});
}

BacktestScreen screen_of(const BacktestRequest& request) {
  return {.columns = terminal_size(STDOUT_FILENO).columns,
          .colour = !request.no_colour && use_colour(request.colour, STDOUT_FILENO),
          .unicode = locale_is_utf8()};
}

ExitCode finish(const BacktestRequest& request, const Asked& asked, const store::History& history,
                BacktestReport& report) {
  keep_wanted(request, asked, report.alerts);
  const BacktestScreen screen = screen_of(request);
  if (!request.json) {
    if (const auto charts = add_charts(history, request, screen.columns, report); !charts)
      return cli::report("backtest", charts.error());
  }
  return print(request, report, screen);
}

ExitCode over_store(const BacktestRequest& request, Asked asked) {
  const auto config = config_of(request, false);
  if (!config) return report("backtest", config.error());
  std::filesystem::path folder = request.data;
  if (folder.empty()) folder = request.config.empty() ? app::default_state_folder() : config->store.path;
  auto store = store::Store::open_read_only(folder);
  if (!store) return report("backtest", store.error());
  const auto history = store::History::open(**store);
  if (!history) return report("backtest", history.error());
  const std::vector<std::string> known = history->keys();
  for (const std::string& key : request.keys)
    if (std::ranges::find(known, key) == known.end())
      return report("backtest", {ErrorCode::not_found, "nothing was ever heard in '" + key + "'"});
  if (request.days) {
    // The last days of what is there, which need not be the last days.
    Instant end{};
    const auto read =
        history->series(kRoomKey, instant_of_micros(kMicrosMin), instant_of_micros(kMicrosMax), std::chrono::hours(1),
                        [&](Instant start, const Rollup&) { end = start + std::chrono::hours(1); });
    if (!read) return report("backtest", read.error());
    const Instant until = asked.to == kNoInstant ? end : std::min(asked.to, end);
    asked.from = until - std::chrono::seconds(static_cast<int64_t>(*request.days * 86'400));
  }

  const StopSignal stop;
  auto replayed = app::replay_alerts(
      **store, {.keys = request.keys, .from = asked.from, .to = asked.to, .rules = config->alerts.rules},
      [&stop] { return stop.requested(); });
  if (!replayed) return report("backtest", replayed.error());
  if (replayed->from >= replayed->to)
    return report("backtest", {ErrorCode::not_found, "nothing that detectors can use was kept of that time"});

  BacktestReport out;
  out.heard = fmt::format("the store {}: {} of its {} rooms, so that they learn from each other how restless rooms are",
                          folder.string(), replayed->rooms, replayed->rooms_known);
  const auto time = [](Instant at) { return format_rfc3339(at).substr(0, 16) + "Z"; };
  const Instant minutes_to = std::min(replayed->panes_from, replayed->to);
  if (replayed->heard_from < minutes_to)
    out.notes.push_back(
        fmt::format("resolution: minutes from {} to {}: alerts there are up to a minute later than the "
                    "daemon's",
                    time(replayed->heard_from), time(minutes_to)));
  if (replayed->panes_from < replayed->to)
    out.notes.push_back(
        fmt::format("resolution: panes of 10 seconds from {} on: alerts are up to 10 seconds later than the daemon's",
                    time(std::max(replayed->panes_from, replayed->heard_from))));
  if (replayed->hours_only_before)
    out.notes.push_back(
        fmt::format("before {} only hours are kept, too coarse for detectors", time(replayed->heard_from)));
  out.notes.push_back(
      fmt::format("learning: each room for its first hour; heard from {} on", time(replayed->heard_from)));
  out.notes.emplace_back(
      "not in a store, so not judged: blind sources, divergences and silences of lists; a source that was down may "
      "look "
      "like a drop of volume");
  if (replayed->stopped) out.notes.emplace_back("STOPPED before the end: alerts after that are missing");
  out.from = replayed->from;
  out.to = replayed->to;
  out.rooms = request.keys.empty() ? replayed->rooms : request.keys.size();
  out.days_between = config->alerts.rules.budget.days_between_false_alarms;
  out.alerts = std::move(replayed->alerts);
  return finish(request, asked, *history, out);
}

/// The source of the configuration that a recording is of, as a source of files.
Result<app::SourceConfig> source_of(const BacktestRequest& request, const app::Config& config) {
  app::SourceConfig source;
  source.name = "recording";
  if (!request.source.empty()) {
    const auto found = std::ranges::find(config.sources, request.source, &app::SourceConfig::name);
    if (found == config.sources.end())
      return fail(ErrorCode::invalid_argument, "--source: the configuration has no source '" + request.source + "'");
    source = *found;
  } else if (config.sources.size() == 1) {
    source = config.sources.front();
  }
  source.kind = request.in == std::vector<std::string>{"-"} ? app::SourceKind::standard_input : app::SourceKind::file;
  source.paths = request.in;
  source.follow = false;
  source.pace = 0;
  return source;
}

ExitCode over_recording(const BacktestRequest& request, const Asked& asked) {
  auto config = config_of(request, true);
  if (!config) {
    std::fprintf(stderr, "roomtone backtest: %s\n", config.error().context.c_str());
    return config.error().code == ErrorCode::not_found ? ExitCode::unavailable : ExitCode::config;
  }
  if (!request.topics.empty()) {
    auto topics = app::read_rules_file(request.topics);
    if (!topics) return report("backtest", topics.error());
    config->topics = std::move(*topics);
  }
  const auto catalog = request.topics.empty() ? app::load_catalog(*config) : app::make_catalog(*config, {});
  if (!catalog) {
    std::fprintf(stderr, "roomtone backtest: %s\n", catalog.error().context.c_str());
    return ExitCode::config;
  }
  const auto source = source_of(request, *config);
  if (!source) return report("backtest", source.error());
  const auto scratch = ScratchFolder::make();
  if (!scratch) return report("backtest", scratch.error());

  const AnchoredClock clock;
  Log log(stderr, LogLevel::warning, clock);
  const StopSignal stop;
  auto heard = app::rehearse(
      *config, **catalog, *source, (*scratch)->path() / "store", [&stop] { return stop.requested(); }, log);
  if (!heard) return report("backtest", heard.error());
  if (heard->counted == 0)
    return report("backtest",
                  {ErrorCode::not_found,
                   fmt::format("none of the {} records is a message; is the format right?", heard->records)});

  auto store = store::Store::open_read_only((*scratch)->path() / "store");
  if (!store) return report("backtest", store.error());
  const auto history = store::History::open(**store);
  if (!history) return report("backtest", history.error());
  BacktestReport out;
  out.from = kNoInstant;
  const auto read = history->series(kRoomKey, instant_of_micros(kMicrosMin), instant_of_micros(kMicrosMax),
                                    std::chrono::seconds(10), [&](Instant start, const Rollup&) {
                                      if (out.from == kNoInstant) out.from = start;
                                    });
  if (!read) return report("backtest", read.error());
  out.to = heard->last;
  const Instant begun = out.from;
  if (request.days)
    out.from = std::max(out.from, out.to - std::chrono::seconds(static_cast<int64_t>(*request.days * 86'400)));
  if (asked.from != kNoInstant) out.from = std::max(out.from, asked.from);
  if (asked.to != kNoInstant) out.to = std::min(out.to, asked.to);
  if (out.from >= out.to) return report("backtest", {ErrorCode::not_found, "the recording has nothing of that time"});

  std::string files;
  for (const std::string& file : request.in) files += (files.empty() ? "" : ", ") + file;
  out.heard =
      fmt::format("{}, as the daemon hears it: {} messages of {} records", files, heard->counted, heard->records);
  out.notes.push_back("learning: each room for its first hour; the recording begins at " +
                      format_rfc3339(begun).substr(0, 19) + "Z");
  if (heard->left_out > 0) out.notes.push_back(fmt::format("{} further changes of alerts left out", heard->left_out));
  if (heard->stopped) out.notes.emplace_back("STOPPED before the end: alerts after that are missing");
  out.rooms = request.keys.empty() ? history->keys().size() : request.keys.size();
  out.days_between = config->alerts.rules.budget.days_between_false_alarms;
  out.alerts = std::move(heard->alerts);
  return finish(request, {out.from, out.to + std::chrono::microseconds(1)}, *history, out);
}

}  // namespace

ExitCode run_backtest(const BacktestRequest& request) {
  const auto asked = time_asked(request);
  if (!asked) return report("backtest", asked.error());
  return request.in.empty() ? over_store(request, *asked) : over_recording(request, *asked);
}

}  // namespace roomtone::cli
