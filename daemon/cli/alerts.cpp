#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "base/json_text.hpp"
#include "cli/alert_reader.hpp"
#include "cli/alerts_control.hpp"
#include "cli/alerts_screen.hpp"
#include "cli/cli.hpp"
#include "cli/reader_keys.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_text.hpp"
#include "delivery/http_get.hpp"
#include "delivery/http_url.hpp"
#include "publish/question.hpp"

namespace roomtone::cli {

namespace {

constexpr std::string_view kPrefix = "/al/";
constexpr std::size_t kAlertmanagerBytesMax = 64u << 20;
constexpr std::chrono::seconds kAlertmanagerTime{10};

constexpr const char* kAbout = "Shows the alerts that are firing, with their causes";

constexpr const char* kFooter =
    R"(Lists those that are firing or cannot be judged now; --all lists those that are over, too, as far as the
feed still has them. With --alertmanager it says what that one does with each: active, silenced,
inhibited, or not there. Silence, silences and unsilence ask the daemon itself: an alert under a silence is shown
here, with [s1], and told to nobody who has not been told of it before.

Examples:
  roomtone alerts
  roomtone alerts --alertmanager http://127.0.0.1:9093
  roomtone alerts explain t/derby
  roomtone alerts silence t/derby --for 2h --reason 'a feed of jokes'
  roomtone alerts --json | jq -r .sentence)";

struct Arguments {
  std::string query = "tcp://127.0.0.1:5571";
  std::string server_key;
  std::string key;
  std::string alertmanager;
  std::string which;  // explain
  ColourChoice colour = ColourChoice::automatic;
  bool no_colour = false;
  bool json = false;
  bool all = false;
};

/// An alert with the JSON that it came as.
struct Told {
  Alert alert;
  std::string json;
};

Result<std::vector<Told>> fetch(const Arguments& given) {
  publish::QuestionTarget target{.query_endpoint = given.query};
  if (!given.key.empty()) {
    auto keys = read_reader_keys(given.server_key, given.key);
    if (!keys) return tl::unexpected(std::move(keys.error()));
    target.keys = std::move(*keys);
  }
  auto values = publish::take_snapshot(target, kPrefix);
  if (!values) return tl::unexpected(std::move(values.error()));
  std::vector<Told> alerts;
  for (publish::SnapshotValue& value : *values) {
    if (!value.body.starts_with('{'))
      return fail(ErrorCode::unsupported, "the feed does not speak JSON; set publish.body = \"json\" to list alerts");
    auto alert = read_alert(value.body);
    if (!alert) return tl::unexpected(std::move(alert.error()));
    alerts.push_back({std::move(*alert), std::move(value.body)});
  }
  return alerts;
}

Result<std::optional<AlertmanagerStates>> ask_alertmanager(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto url = delivery::parse_http_url(text);
  if (!url) return fail(ErrorCode::invalid_argument, "--alertmanager: " + url.error().context);
  const auto answer = delivery::http_get(*url, url->below("/api/v2/alerts"), kAlertmanagerBytesMax, kAlertmanagerTime);
  if (!answer) return fail(answer.error(), "ask the Alertmanager");
  auto states = read_alertmanager_states(*answer);
  if (!states) return tl::unexpected(std::move(states.error()));
  return std::move(*states);
}

/// As the feed carries it, and what the Alertmanager does with it.
std::string json_line(const Told& told, const std::optional<AlertmanagerStates>& states) {
  std::string line = told.json;
  if (states) {
    const auto at = states->find(told.alert.id);
    line.resize(line.rfind('}'));
    line += ",\"alertmanager\":";
    append_json_string(line, at == states->end() ? "not there" : at->second);
    line += "}";
  }
  return line + "\n";
}

AlertsScreen screen_of(const Arguments& given, const std::optional<AlertmanagerStates>& states) {
  AlertsScreen screen;
  screen.columns = terminal_size(STDOUT_FILENO).columns;
  screen.colour = !given.no_colour && use_colour(given.colour, STDOUT_FILENO);
  screen.unicode = locale_is_utf8();
  screen.states = states ? &*states : nullptr;
  return screen;
}

ExitCode print(const std::string& out) {
  std::fwrite(out.data(), 1, out.size(), stdout);
  return std::fflush(stdout) == 0 ? ExitCode::ok : report("alerts", {ErrorCode::io, "write to standard output"});
}

Instant wall_now() { return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()); }

ExitCode run_list(const Arguments& given) {
  auto told = fetch(given);
  if (!told) return report("alerts", told.error());
  if (!given.all) std::erase_if(*told, [](const Told& one) { return one.alert.state == AlertState::resolved; });
  const auto states = ask_alertmanager(given.alertmanager);
  if (!states) return report("alerts", states.error());
  std::string out;
  if (given.json) {
    for (const Told& one : *told) out += json_line(one, *states);
  } else {
    std::vector<Alert> alerts;
    for (Told& one : *told) alerts.push_back(std::move(one.alert));
    for (const std::string& line : draw_alerts(std::move(alerts), screen_of(given, *states), wall_now()))
      out += line + "\n";
  }
  return print(out);
}

/// Those whose id is the given one; else all of which it is the beginning, as a room's key is.
std::vector<Told> matching(std::vector<Told> all, const std::string& which) {
  for (Told& one : all)
    if (one.alert.id == which) return {std::move(one)};
  std::erase_if(all, [&](const Told& one) { return !one.alert.id.starts_with(which) && one.alert.key != which; });
  return all;
}

ExitCode run_explain(const Arguments& given) {
  auto told = fetch(given);
  if (!told) return report("alerts explain", told.error());
  const std::vector<Told> found = matching(std::move(*told), given.which);
  if (found.empty())
    return report("alerts explain",
                  {ErrorCode::not_found, "no alert '" + escape_for_terminal(given.which) +
                                             "' is on the feed; 'roomtone alerts --all --json' shows their ids"});
  const auto states = ask_alertmanager(given.alertmanager);
  if (!states) return report("alerts explain", states.error());
  std::string out;
  for (const Told& one : found) {
    if (given.json) {
      out += json_line(one, *states);
      continue;
    }
    if (!out.empty()) out += "\n";
    for (const std::string& line : draw_alert(one.alert, screen_of(given, *states), wall_now())) out += line + "\n";
    if (one.alert.kind != AlertKind::source_blind) {
      // The window that ends some minutes after the beginning has heard what began.
      const std::string at = format_rfc3339(one.alert.starts + 5min).substr(0, 19) + "Z";
      out += "more: roomtone explain " + escape_for_terminal(one.alert.key) + " --at " + at + "\n";
    }
  }
  return print(out);
}

void add_options(CLI::App& command, Arguments& given) {
  command.add_option("--query,--endpoint", given.query, "Where the daemon answers (default tcp://127.0.0.1:5571)")
      ->type_name("ENDPOINT");
  CLI::Option* server_key =
      command.add_option("--server-key", given.server_key, "The daemon's .pub file, when its feed has keys")
          ->type_name("FILE");
  CLI::Option* key =
      command.add_option("--key", given.key, "Your own .key file, as 'roomtone keygen' wrote it")->type_name("FILE");
  server_key->needs(key);
  key->needs(server_key);
  command.add_option("--alertmanager", given.alertmanager, "Ask this Alertmanager what it does with each")
      ->type_name("URL");
  command.add_flag("--json", given.json, "One JSON object a line, as the feed carries it");
  add_colour(command, given.colour);
  command.add_flag("--no-color,--no-colour", given.no_colour, "The same as --color never");
}

}  // namespace

void add_alerts(CLI::App& app, Invocation& invocation) {
  auto given = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("alerts", kAbout);
  command->footer(kFooter);
  command->require_subcommand(0, 1);
  add_options(*command, *given);
  command->add_flag("--all", given->all, "Those that are over, too");
  CLI::App* explain = command->add_subcommand("explain", "Says all about one alert, or those of one room");
  explain->add_option("which", given->which, "An id, the beginning of some, or a room such as t/derby")
      ->required()
      ->type_name("ID");
  add_options(*explain, *given);
  add_alerts_control(*command, invocation);
  command->callback([given, command, explain, &invocation] {
    if (!command->get_subcommands().empty() && !command->got_subcommand(explain)) return;
    const bool one = command->got_subcommand(explain);
    invocation.run = [given, one] { return one ? run_explain(*given) : run_list(*given); };
  });
}

}  // namespace roomtone::cli
