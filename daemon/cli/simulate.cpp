#include "cli/simulate.hpp"

#include <ctime>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/cli.hpp"
#include "cli/expert_list.hpp"
#include "cli/stop_signal.hpp"

namespace roomtone::cli {
namespace {

constexpr int64_t kNever_us = INT64_MAX / 4;
constexpr std::size_t kWriteBytes = 512 * 1024;
constexpr auto kPace = std::chrono::milliseconds(5);
// A live run that cannot keep up slips its schedule instead of stamping events with a past that grows.
constexpr std::chrono::microseconds kSlipMax = std::chrono::milliseconds(500);

/// When event `index` happens, in microseconds after the start. Exact for any length: no sum of steps that drifts.
/// An event that lies beyond all time, as the end of an endless run does, is at kNever_us.
int64_t offset_us(uint64_t index, uint64_t rate_milli) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<int64_t>(std::min<Wide>(Wide{index} * 1'000'000'000u / rate_milli, kNever_us));
}

void pause() {
  timespec wait{};
  wait.tv_nsec = std::chrono::nanoseconds(kPace).count();
  ::nanosleep(&wait, nullptr);
}

}  // namespace

Result<RunFacts> simulate(const SimulateOptions& options, Scenario& scenario, Output& output, const Clock& clock,
                          const std::function<bool()>& stop) {
  RunFacts facts;
  facts.seed = options.scenario.seed;
  facts.rate = static_cast<double>(options.rate_milli) / 1000.0;
  facts.turn_at_s = options.scenario.turn_at_s;
  facts.format = options.format;
  facts.start_us = micros(options.live ? clock.wall() : options.start);
  facts.end_us = facts.start_us;

  uint64_t end = UINT64_MAX;
  if (options.count) end = *options.count;
  if (options.seconds) end = std::min(end, static_cast<uint64_t>(*options.seconds * facts.rate));

  constexpr int64_t kDay_us = 86'400'000'000;
  PostWriter writer(options.format, options.scenario.film ? std::optional(facts.start_us / kDay_us) : std::nullopt);
  Event event;
  std::string buffer;
  buffer.reserve(kWriteBytes + 64 * 1024);
  Mono began = clock.mono();
  int64_t slipped_us = 0;

  for (uint64_t index = 0; index < end && !stop();) {
    uint64_t upto = end;
    if (options.paced) {
      const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(clock.mono() - began);
      if (options.live && passed.count() - offset_us(index, options.rate_milli) > kSlipMax.count()) {
        const int64_t slip = passed.count() - offset_us(index, options.rate_milli);
        began += std::chrono::microseconds(slip);
        slipped_us += slip;
        continue;
      }
      while (index < upto && offset_us(upto - 1, options.rate_milli) > passed.count()) {
        // The number of events that are due, from the inverse of offset_us; then exact to the last one.
        __extension__ using Wide = unsigned __int128;
        const auto due =
            static_cast<uint64_t>(Wide(static_cast<uint64_t>(passed.count())) * options.rate_milli / 1'000'000'000u) +
            1;
        upto = std::min(upto - 1, std::max(due, index));
      }
    }
    while (index < upto && buffer.size() < kWriteBytes) {
      const int64_t offset = offset_us(index, options.rate_milli);
      const bool of_film = scenario.film_due_us() < offset;
      const int64_t seen_us = facts.start_us + slipped_us + (of_film ? scenario.film_due_us() : offset);
      if (of_film)
        scenario.next_of_film(seen_us, event);
      else
        scenario.next(seen_us, static_cast<double>(offset) / 1e6, event);
      facts.end_us = seen_us;
      const std::string_view line = writer.line(event);
      facts.events += line.empty() ? 0 : 1;
      buffer.append(line);
      index += of_film ? 0 : 1;
    }
    if (!buffer.empty() && (options.paced || buffer.size() >= kWriteBytes || index == end)) {
      const auto wanted = output.write(buffer);
      if (!wanted) return tl::unexpected(wanted.error());
      if (!*wanted) break;
      buffer.clear();
    }
    if (options.paced && index == upto && index < end) pause();
  }
  if (auto finished = output.finish(); !finished) return tl::unexpected(finished.error());
  return facts;
}

namespace {

constexpr const char* kAbout =
    "Writes a made-up message stream: a crowd that chatters, a wedding, a product launch that\n"
    "turns sour, a horse race, a spam wave. The same seed and options give the same bytes.";

constexpr const char* kExamples = R"(Examples:
  roomtone simulate --list-rooms
  roomtone simulate --seconds 600 --rate 200 --out posts.jsonl --truth truth.json
  roomtone simulate --live --rate 50 --out tcp://127.0.0.1:5575
  roomtone simulate --topics-out topics.toml --topics 1000
  roomtone simulate --seconds 3600 --with film,wave --truth truth.json --lists-out critics.csv --out hour.jsonl
  roomtone simulate --count 5000000 --noise 0.5 --out - | zstd > stream.jsonl.zst

Rates count events of all kinds, in event time. To a port, and with --live, events also come at
that rate in real time (--fast: as quickly as they are taken). Times start at --start, or now
with --live. Without --seconds or --count a file or stdout gets 600 seconds; a port gets events
until Ctrl-C. What --with adds comes on top of --rate and --count and leaves all other posts as
they are; a run with the wave differs from one with the film alone by the wave's posts only.)";

struct Arguments {
  std::string out = "-";
  std::string push;
  std::string start = "2026-05-02T14:00:00Z";
  std::string truth;
  std::string topics_out;
  std::string lists_out;
  std::set<std::string> with;
  WireFormat format = WireFormat::jetstream;
  double rate = 50;
  std::optional<uint64_t> count;
  std::optional<double> seconds;
  ScenarioOptions scenario{
      .seed = 1, .turn_at_s = 300, .topics = 1000, .topic_share = 0.25, .noise = 0, .authors = 100'000};
  double turn_at_s = 300;
  bool no_turn = false;
  bool live = false;
  bool fast = false;
  bool list_rooms = false;
};

Result<void> write_whole_file(const std::string& name, const std::string& content) {
  std::ofstream file(name, std::ios::binary | std::ios::trunc);
  if (!file) return fail(ErrorCode::unavailable, "open " + name + " for writing: " + std::strerror(errno));
  file << content;
  file.close();
  if (!file) return fail(ErrorCode::io, "write " + name + ": " + std::strerror(errno));
  return {};
}

/// To standard output for "-".
Result<void> write_out(const std::string& name, const std::string& content) {
  if (name != "-") return write_whole_file(name, content);
  std::fputs(content.c_str(), stdout);
  return {};
}

ExitCode run_simulate(const Arguments& given) {
  constexpr std::string_view kCommand = "simulate";
  if (given.list_rooms) {
    std::fputs(describe_cast().c_str(), stdout);
    return ExitCode::ok;
  }
  const bool wave = given.with.contains("wave");
  const bool film = wave || given.with.contains("film");
  if (!given.topics_out.empty()) {
    if (auto written = write_out(given.topics_out, topics_toml(given.scenario.topics, film)); !written)
      return report(kCommand, written.error());
  }
  if (!given.lists_out.empty()) {
    if (auto written = write_out(given.lists_out, expert_list_csv(film, given.format)); !written)
      return report(kCommand, written.error());
  }
  // Asking for the rules or the list alone makes no stream.
  if ((!given.topics_out.empty() || !given.lists_out.empty()) && given.out == "-" && given.push.empty() &&
      given.truth.empty() && !given.count && !given.seconds)
    return ExitCode::ok;
  const auto start = parse_rfc3339(given.start);
  if (!start)
    return report(kCommand, {ErrorCode::invalid_argument,
                             "--start '" + given.start + "' is no time; write it like 2026-05-02T14:00:00Z"});

  const bool port = !given.push.empty() || is_port(given.out);
  SimulateOptions options{
      .scenario = given.scenario,
      .format = given.format,
      .rate_milli = std::max<uint64_t>(1, static_cast<uint64_t>(given.rate * 1000.0 + 0.5)),
      .count = given.count,
      .seconds = given.seconds,
      .start = *start,
      .live = given.live,
      .paced = (given.live || port) && !given.fast,
  };
  options.scenario.film = film;
  options.scenario.wave = wave;
  options.scenario.rate = static_cast<double>(options.rate_milli) / 1000.0;
  options.scenario.turn_at_s = given.no_turn ? std::nullopt : std::optional(given.turn_at_s);
  if (!options.count && !options.seconds && !options.paced) options.seconds = 600;

  const StopSignal signal;
  auto output = given.push.empty() ? open_output(given.out) : open_push(given.push);
  if (!output) return report(kCommand, output.error());
  const AnchoredClock clock;
  Scenario scenario(options.scenario);
  const auto facts = simulate(options, scenario, **output, clock, [&] { return signal.requested(); });
  if (!facts) return report(kCommand, facts.error());
  if (!given.truth.empty()) {
    if (auto written = write_whole_file(given.truth, truth_json(*facts, scenario)); !written)
      return report(kCommand, written.error());
  }
  return ExitCode::ok;
}

}  // namespace

void add_simulate(CLI::App& app, Invocation& invocation) {
  auto given = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("simulate", kAbout);
  command->footer(kExamples);
  const std::map<std::string, WireFormat> formats = {
      {"jetstream", WireFormat::jetstream}, {"mastodon", WireFormat::mastodon}, {"own", WireFormat::own}};
  command->add_option("--format", given->format, "jetstream (default), mastodon or own")
      ->transform(CLI::CheckedTransformer(formats).description(""))
      ->type_name("NAME");
  command
      ->add_option("--out", given->out, "FILE, - for stdout (default), tcp://HOST:PORT, http://HOST:PORT/v1/messages")
      ->type_name("WHERE");
  command->add_option("--push", given->push, "a ZeroMQ PULL socket to send to instead, such as tcp://127.0.0.1:5572")
      ->type_name("ENDPOINT")
      ->excludes("--out");
  command->add_option("--rate", given->rate, "events per second of event time (default 50)")
      ->type_name("N")
      ->check(CLI::Range(0.001, 10'000'000.0).description(""));
  command->add_option("--count", given->count, "end after N events")->type_name("N");
  command->add_option("--seconds", given->seconds, "end after N seconds of event time")
      ->type_name("N")
      ->check(CLI::Range(0.0, 1e9).description(""));
  command->add_option("--seed", given->scenario.seed, "which of the possible crowds (default 1)")->type_name("N");
  command->add_option("--start", given->start, "event time at second 0 (default 2026-05-02T14:00:00Z)")
      ->type_name("TIME");
  command->add_flag("--live", given->live, "stamp events with the present time, and keep pace with it");
  command->add_flag("--fast", given->fast, "keep no pace: as quickly as the other side takes it");
  command->add_option("--turn-at", given->turn_at_s, "second at which the launch turns sour (default 300)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.0, 1e9).description(""));
  command->add_flag("--no-turn", given->no_turn, "the launch stays a success")->excludes("--turn-at");
  command
      ->add_option("--noise", given->scenario.noise,
                   "share of events that are no posts: likes, follows ... (default 0)")
      ->type_name("SHARE")
      ->check(CLI::Range(0.0, 0.99).description(""));
  command->add_option("--topics", given->scenario.topics, "how many small topics exist (default 1000)")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{0}, kGeneratedTopicsMax).description(""));
  command->add_option("--topic-share", given->scenario.topic_share, "share of posts that name one (default 0.25)")
      ->type_name("SHARE")
      ->check(CLI::Range(0.0, 0.5).description(""));
  command->add_option("--authors", given->scenario.authors, "size of the crowd (default 100000)")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{20'000'000}).description(""));
  command
      ->add_option("--with", given->with,
                   "add to the story: film (a room with critics, look-alikes and bots), wave (film, and spam in it)")
      ->type_name("NAME")
      ->delimiter(',')
      ->check(CLI::IsMember({"film", "wave"}).description(""));
  command->add_option("--truth", given->truth, "also write what was said in each room, as JSON")->type_name("FILE");
  command->add_option("--topics-out", given->topics_out, "write the rules of all rooms as a TOML [topics] table")
      ->type_name("FILE");
  command->add_option("--lists-out", given->lists_out, "write the story's experts as the file of a list, in CSV")
      ->type_name("FILE");
  command->add_flag("--list-rooms", given->list_rooms, "explain the cast and exit");
  command->callback([given, &invocation] { invocation.run = [given] { return run_simulate(*given); }; });
}

}  // namespace roomtone::cli
