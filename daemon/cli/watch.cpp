#include "cli/watch.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/cli.hpp"
#include "cli/reader_keys.hpp"
#include "cli/stop_signal.hpp"
#include "cli/terminal.hpp"
#include "cli/watch_screen.hpp"
#include "model/key.hpp"
#include "publish/reader.hpp"

namespace roomtone::cli {
namespace {

constexpr std::chrono::milliseconds kRedraw{250};
constexpr std::chrono::milliseconds kOncePatience{5000};

Link link_of(const publish::Reader& reader) {
  if (reader.server_stopped()) return Link::stopped;
  if (!reader.heartbeat() && reader.rooms().empty()) return reader.stale() ? Link::stale : Link::waiting;
  if (reader.stale()) return Link::stale;
  return reader.complete() ? Link::live : Link::filling;
}

Result<std::unique_ptr<publish::Reader>> connect(const WatchOptions& options, const Clock& clock) {
  publish::ReaderOptions reader;
  reader.publish_endpoint = options.publish_endpoint;
  reader.query_endpoint = options.query_endpoint;
  reader.keys = options.keys;
  reader.prefix = options.prefix;
  auto connected = publish::Reader::connect(std::move(reader), clock);
  if (!connected && connected.error().code == ErrorCode::invalid_argument)
    connected.error().context += "; write --connect and --query like tcp://127.0.0.1:5570";
  return connected;
}

std::string spell(const publish::RoomView& room, bool json) {
  return (json ? json_line(room.atmosphere, room.sentence, room.key_seq, room.global_seq)
               : plain_line(room.atmosphere)) +
         "\n";
}

void show_link(Link link) {
  if (link == Link::stale) std::fputs("roomtone watch: stale: nothing heard for 3 s\n", stderr);
  if (link == Link::stopped) std::fputs("roomtone watch: the daemon has stopped\n", stderr);
}

WatchState state_of(const publish::Reader& reader, const WatchOptions& options) {
  WatchState state;
  state.endpoint = options.publish_endpoint;
  state.window = options.window;
  state.link = link_of(reader);
  state.pulse = reader.heartbeat();
  for (const auto& [key, room] : reader.rooms()) state.apply(room.atmosphere);
  return state;
}

Result<void> watch_once(const WatchOptions& options, publish::Reader& reader, Output& output, const Clock& clock,
                        const std::function<bool()>& stop) {
  const Mono began = clock.mono();
  while (!reader.complete() || !reader.heartbeat()) {
    if (stop()) return {};
    if (clock.mono() - began > kOncePatience)
      return fail(ErrorCode::unavailable, "no answer from " + options.publish_endpoint + " and " +
                                              options.query_endpoint +
                                              " within 5 s. Is roomtoned running, and are these its publish and query "
                                              "addresses?");
    (void)reader.poll(std::chrono::milliseconds(50));
  }
  std::string out;
  if (options.json) {
    for (const auto& [key, room] : reader.rooms())
      if (room.atmosphere.window == options.window) out += spell(room, true);
  } else {
    const WatchState state = state_of(reader, options);
    const std::size_t rooms = state.rooms[static_cast<std::size_t>(options.window)].size();
    auto lines = draw_screen(state, {terminal_size(STDOUT_FILENO).columns, rooms + 5, options.colour, options.unicode},
                             clock.wall());
    lines.pop_back();  // the keys: nobody is there to type
    for (const std::string& line : lines) out += line + "\n";
  }
  if (auto written = output.write(out); !written) return tl::unexpected(written.error());
  return {};
}

}  // namespace

Result<std::string> feed_prefix(std::string_view text) {
  const std::string given(text);
  if (text.starts_with("/a/")) text.remove_prefix(3);
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return std::string("/a/");
  if (!valid_key(text))
    return fail(ErrorCode::invalid_argument, "--key-prefix '" + given + "' is no key; write it like t/ or t/derby/");
  return "/a/" + std::string(text) + "/";
}

std::optional<WindowSize> window_of(std::string_view text) {
  const auto wanted = parse_duration(text);
  for (std::size_t i = 0; i < kWindowSizes; ++i)
    if (wanted && kWindows[i].size == *wanted) return static_cast<WindowSize>(i);
  return std::nullopt;
}

Result<void> watch_lines(const WatchOptions& options, Output& output, const Clock& clock,
                         const std::function<bool()>& stop) {
  auto reader = connect(options, clock);
  if (!reader) return tl::unexpected(reader.error());
  if (options.once) return watch_once(options, **reader, output, clock, stop);
  const Mono began = clock.mono();
  Link link = Link::waiting;
  while (!stop() && (!options.time || clock.mono() - began < *options.time)) {
    std::string out;
    for (const publish::RoomView& room : (*reader)->poll(kRedraw))
      if (room.atmosphere.window == options.window) out += spell(room, options.json);
    const Link now = link_of(**reader);
    if (now != link) show_link(now);
    link = now;
    if (out.empty()) continue;
    const auto wanted = output.write(out);
    if (!wanted) return tl::unexpected(wanted.error());
    if (!*wanted) break;
  }
  return {};
}

namespace {

constexpr const char* kAbout =
    "Shows the atmosphere of every room, live: mood, how sure that is, how much is said and by how many.\n"
    "On a terminal it is a screen that redraws itself; otherwise one line for each update.";

constexpr const char* kExamples = R"(Examples:
  roomtone watch
  roomtone watch --key-prefix t/ --window 300s
  roomtone watch --once
  roomtone watch --json --key-prefix t/derby/ | jq .raw.tone

The bar goes from -1 (unpleasant) to +1 (pleasant): the block is the tone, the bold line its
95 % interval. TRAIL shows the tones of the last windows, from -0.5 to +0.5. MSG/MIN counts
messages, VOICES those who wrote them. 'quiet' is a room in which nothing was said for a window.
When nothing at all is heard for 3 s, heartbeats included, the view says STALE.
Keys: q quits, w shows the next window, s sorts by tone or by volume.)";

struct Arguments {
  std::string connect = "tcp://127.0.0.1:5570";
  std::string query = "tcp://127.0.0.1:5571";
  std::string server_key;
  std::string key;
  std::string prefix;
  std::string window = "60s";
  std::optional<double> seconds;
  ColourChoice colour = ColourChoice::automatic;
  bool once = false;
  bool json = false;
};

Result<void> watch_screen(const WatchOptions& options, const Clock& clock, StopSignal& signal) {
  auto reader = connect(options, clock);
  if (!reader) return tl::unexpected(reader.error());
  WatchState state;
  state.endpoint = options.publish_endpoint;
  state.window = options.window;
  AlternateScreen screen;
  const Mono began = clock.mono();
  Mono next_draw = began;
  while (!signal.requested() && (!options.time || clock.mono() - began < *options.time)) {
    const auto until_draw = std::chrono::ceil<std::chrono::milliseconds>(next_draw - clock.mono());
    for (const publish::RoomView& room : (*reader)->poll(std::clamp(until_draw, std::chrono::milliseconds(0), kRedraw)))
      state.apply(room.atmosphere);
    bool now = signal.take_resized();
    for (char key = screen.take_key(); key != 0; key = screen.take_key()) {
      now = true;
      if (key == 'q') return {};
      if (key == 's') state.by_tone = !state.by_tone;
      if (key == 'w')
        state.window = static_cast<WindowSize>((static_cast<std::size_t>(state.window) + 1) % kWindowSizes);
    }
    if (!now && clock.mono() < next_draw) continue;
    next_draw = clock.mono() + kRedraw;
    state.link = link_of(**reader);
    state.pulse = (*reader)->heartbeat();
    const TerminalSize size = terminal_size(STDOUT_FILENO);
    screen.show(draw_screen(state, {size.columns, size.rows, options.colour, options.unicode}, clock.wall()));
  }
  return {};
}

ExitCode run_watch(const Arguments& given) {
  constexpr std::string_view kCommand = "watch";
  const auto prefix = feed_prefix(given.prefix);
  if (!prefix) return report(kCommand, prefix.error());
  const auto window = window_of(given.window);
  if (!window)
    return report(kCommand, {ErrorCode::invalid_argument,
                             "--window '" + given.window + "' is not published; choose 60s, 300s, 3600s or 86400s"});
  WatchOptions options{
      .publish_endpoint = given.connect,
      .query_endpoint = given.query,
      .keys = {},
      .prefix = *prefix,
      .window = *window,
      .time = {},
      .once = given.once,
      .json = given.json,
      .colour = use_colour(given.colour, STDOUT_FILENO),
      .unicode = locale_is_utf8(),
  };
  if (!given.key.empty()) {
    auto keys = read_reader_keys(given.server_key, given.key);
    if (!keys) return report(kCommand, keys.error());
    options.keys = std::move(*keys);
  }
  if (given.seconds) options.time = std::chrono::milliseconds(static_cast<int64_t>(*given.seconds * 1000));
  const AnchoredClock clock;
  StopSignal signal;
  const bool live = ::isatty(STDOUT_FILENO) == 1 && !options.json && !options.once;
  if (live) {
    const auto watched = watch_screen(options, clock, signal);
    return watched ? ExitCode::ok : report(kCommand, watched.error());
  }
  auto output = open_output("-");
  if (!output) return report(kCommand, output.error());
  const auto watched = watch_lines(options, **output, clock, [&] { return signal.requested(); });
  return watched ? ExitCode::ok : report(kCommand, watched.error());
}

}  // namespace

void add_watch(CLI::App& app, Invocation& invocation) {
  auto given = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("watch", kAbout);
  command->footer(kExamples);
  command->add_option("--connect", given->connect, "the daemon's feed (default tcp://127.0.0.1:5570)")
      ->type_name("ENDPOINT");
  command->add_option("--query", given->query, "where it answers queries (default tcp://127.0.0.1:5571)")
      ->type_name("ENDPOINT");
  CLI::Option* server_key =
      command->add_option("--server-key", given->server_key, "the daemon's .pub file, when its feed has keys")
          ->type_name("FILE");
  CLI::Option* key =
      command->add_option("--key", given->key, "your own .key file, as 'roomtone keygen' wrote it")->type_name("FILE");
  server_key->needs(key);
  key->needs(server_key);
  command->add_option("--key-prefix", given->prefix, "only rooms below it: t/, t/derby/ (default all)")
      ->type_name("PREFIX");
  command->add_option("--window", given->window, "60s (default), 300s, 3600s or 86400s")->type_name("SIZE");
  command->add_option("--seconds", given->seconds, "end after N seconds")
      ->type_name("N")
      ->check(CLI::Range(0.0, 1e9).description(""));
  command->add_flag("--once", given->once, "show what is there now, and end");
  command->add_flag("--json", given->json, "one JSON object for each update");
  add_colour(*command, given->colour);
  command->callback([given, &invocation] { invocation.run = [given] { return run_watch(*given); }; });
}

}  // namespace roomtone::cli
