#include "cli/alerts_control.hpp"

#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "base/json_text.hpp"
#include "base/log.hpp"
#include "base/time.hpp"
#include "cli/terminal_text.hpp"
#include "store/control.hpp"

namespace roomtone::cli {

namespace {

struct Arguments {
  std::string data;
  std::string which;  // a room, or a silence's id
  std::string rule;
  std::string lasts;
  std::string until;
  std::string by;
  std::string reason;
  bool json = false;
};

/// A silence's columns, as the daemon answers them.
struct Row {
  std::array<std::string, 7> columns;
  [[nodiscard]] const std::string& id() const { return columns[0]; }
  [[nodiscard]] const std::string& room() const { return columns[1]; }
  [[nodiscard]] const std::string& rule() const { return columns[2]; }
  [[nodiscard]] const std::string& ends() const { return columns[4]; }
  [[nodiscard]] const std::string& by() const { return columns[5]; }
  [[nodiscard]] const std::string& reason() const { return columns[6]; }
};

Result<std::vector<Row>> ask(const Arguments& given, const std::string& request, std::string_view body = {}) {
  const auto text = store::ask_daemon(
      given.data.empty() ? app::default_state_folder() : std::filesystem::path(given.data), request, body);
  if (!text) return tl::unexpected(text.error());
  std::istringstream lines(*text);
  std::string line;
  if (!std::getline(lines, line) || line.substr(0, line.find('\t')) != "silences")
    return fail(ErrorCode::unavailable, "the daemon's answer is none that this version knows");
  std::vector<Row> rows;
  while (std::getline(lines, line)) {
    std::istringstream cells(line);
    Row& row = rows.emplace_back();
    for (std::string& column : row.columns) std::getline(cells, column, '\t');
  }
  return rows;
}

std::string json_of(const Row& row) {
  constexpr std::array<std::string_view, 7> kNames = {"id", "room", "rule", "begins", "ends", "by", "reason"};
  std::string json = "{";
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    json.append(i == 0 ? "\"" : ",\"").append(kNames[i]).append("\":");
    i == 2 && row.columns[i].empty() ? void(json += "null") : append_utf8_string(json, row.columns[i]);
  }
  return json + "}\n";
}

/// To the second.
std::string short_time(const std::string& rfc3339) { return rfc3339.substr(0, 19) + "Z"; }

void print(const std::vector<Row>& rows, const Arguments& given, const char* nothing) {
  if (given.json) {
    for (const Row& row : rows) std::fputs(json_of(row).c_str(), stdout);
    return;
  }
  if (rows.empty()) std::puts(nothing);
  for (const Row& row : rows) {
    const std::string rule = row.rule().empty() ? "" : " " + escape_for_terminal(row.rule());
    std::printf("%s  %s%s until %s, by %s: %s\n", escape_for_terminal(row.id()).c_str(),
                escape_for_terminal(row.room()).c_str(), rule.c_str(), short_time(row.ends()).c_str(),
                escape_for_terminal(row.by()).c_str(), escape_for_terminal(row.reason()).c_str());
  }
}

/// Who runs this.
std::string user_name() {
  const passwd* const entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

Result<Instant> end_of(const Arguments& given) {
  if (!given.until.empty()) {
    const auto until = parse_rfc3339(given.until);
    if (until) return *until;
    return fail(ErrorCode::invalid_argument,
                "--until: got '" + printable(given.until, 40) + "', expected a time such as 2026-05-02T22:30:00Z");
  }
  const auto lasts = parse_duration(given.lasts);
  if (!lasts)
    return fail(ErrorCode::invalid_argument,
                "--for: got '" + printable(given.lasts, 40) + "', expected a duration such as 30m, 2h or 1d");
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()) + *lasts;
}

ExitCode run_silence(const Arguments& given) {
  const auto ends = end_of(given);
  if (!ends) return report("alerts silence", ends.error());
  std::string body;
  for (const auto& [name, value] : {std::pair<const char*, std::string>{"room", given.which},
                                    {"rule", given.rule},
                                    {"until", format_rfc3339(*ends)},
                                    {"by", given.by.empty() ? user_name() : given.by},
                                    {"reason", given.reason}}) {
    if (value.find('\n') != std::string::npos)
      return report("alerts silence", {ErrorCode::invalid_argument, std::string(name) + ": expected one line"});
    body += std::string(name) + "\t" + value + "\n";
  }
  const auto rows = ask(given, "alerts silence", body);
  if (!rows) return report("alerts silence", rows.error());
  print(*rows, given, "");
  return ExitCode::ok;
}

ExitCode run_silences(const Arguments& given) {
  const auto rows = ask(given, "alerts silences");
  if (!rows) return report("alerts silences", rows.error());
  print(*rows, given, "no silences");
  return ExitCode::ok;
}

ExitCode run_unsilence(const Arguments& given) {
  if (given.which.find_first_of(" \t\n+") != std::string::npos)
    return report("alerts unsilence", {ErrorCode::invalid_argument, "expected an id such as s3"});
  const auto rows = ask(given, "alerts unsilence " + given.which);
  if (!rows) return report("alerts unsilence", rows.error());
  if (given.json) {
    print(*rows, given, "");
  } else {
    std::printf("ended %s\n", rows->empty() ? "" : escape_for_terminal(rows->front().id()).c_str());
  }
  return ExitCode::ok;
}

void add_common(CLI::App& command, Arguments& given) {
  command.add_option("--data", given.data, "the daemon's store (default: the usual place)")->type_name("FOLDER");
  command.add_flag("--json", given.json, "one JSON object a line");
}

}  // namespace

void add_alerts_control(CLI::App& alerts, Invocation& invocation) {
  auto given = std::make_shared<Arguments>();
  CLI::App* silence = alerts.add_subcommand("silence", "Has a running daemon tell nobody of some alerts for a while");
  add_common(*silence, *given);
  silence
      ->add_option("room", given->which,
                   "a room with all inside it, such as t/derby; t/ for all that begin so; '*' for all")
      ->required()
      ->type_name("ROOM");
  silence->add_option("--rule", given->rule, "only this rule, such as tone-shift (default: all)")->type_name("RULE");
  CLI::Option* lasts =
      silence->add_option("--for", given->lasts, "how long: 30m, 2h, 1d; at most 30d")->type_name("DURATION");
  CLI::Option* until =
      silence->add_option("--until", given->until, "until then, such as 2026-05-02T22:30:00Z")->type_name("TIME");
  lasts->excludes(until);
  silence->add_option("--reason", given->reason, "why, for those who find it")->required()->type_name("TEXT");
  silence->add_option("--by", given->by, "by whom (default: the user's name)")->type_name("NAME");
  silence->callback([given, lasts, until, &invocation] {
    if (lasts->count() + until->count() == 0) throw CLI::RequiredError("an end, --for or --until");
    invocation.run = [given] { return run_silence(*given); };
  });

  CLI::App* silences = alerts.add_subcommand("silences", "Lists the silences that are not over");
  add_common(*silences, *given);
  silences->callback([given, &invocation] { invocation.run = [given] { return run_silences(*given); }; });

  CLI::App* unsilence = alerts.add_subcommand("unsilence", "Ends a silence early");
  add_common(*unsilence, *given);
  unsilence->add_option("id", given->which, "its id, such as s3")->required()->type_name("ID");
  unsilence->callback([given, &invocation] { invocation.run = [given] { return run_unsilence(*given); }; });
}

}  // namespace roomtone::cli
