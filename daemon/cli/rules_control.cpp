#include "cli/rules.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/config.hpp"
#include "app/config_topics.hpp"
#include "store/control.hpp"

namespace roomtone::cli {

namespace {

struct Control {
  std::string data;
  std::string what;  // a file, or an id
  std::string version = "any";
  bool json = false;
};

std::filesystem::path folder_of(const Control& control) {
  return control.data.empty() ? app::default_state_folder() : std::filesystem::path(control.data);
}

/// What the daemon answers, line by line, without the first, which has the version of all.
struct Answer {
  std::string version;
  std::vector<std::vector<std::string>> rows;
};

Result<Answer> ask(const Control& control, const std::string& request, std::string_view body = {}) {
  const auto text = store::ask_daemon(folder_of(control), request, body);
  if (!text) return tl::unexpected(text.error());
  Answer answer;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string>& row = answer.rows.emplace_back();
    std::size_t tab = line.find('\t');
    for (; tab != std::string::npos; tab = line.find('\t')) {
      row.push_back(line.substr(0, tab));
      line.erase(0, tab + 1);
    }
    row.push_back(line);
    row.resize(std::max<std::size_t>(row.size(), 5));
  }
  if (answer.rows.empty() || answer.rows[0][0] != "rules")
    return fail(ErrorCode::unavailable, "the daemon's answer is none that this version knows");
  answer.version = answer.rows[0][1];
  answer.rows.erase(answer.rows.begin());
  return answer;
}

/// A daemon that refuses a rule has the code of a refused rule; one that is not there is not available.
ExitCode not_done(const Error& error) {
  return error.code == ErrorCode::invalid_argument ? refuse_rules(error) : report("rules", error);
}

std::string list_of(const std::string& commas) {
  std::string all = "[";
  std::istringstream words(commas);
  for (std::string word; std::getline(words, word, ',');) all += (all.size() > 1 ? ",\"" : "\"") + word + '"';
  return all + "]";
}

ExitCode run_list(const Control& control) {
  const auto answer = ask(control, "rules list");
  if (!answer) return not_done(answer.error());
  if (control.json) {
    std::string all;
    for (const auto& row : answer->rows)
      all += (all.empty() ? "" : ",") + std::string("{\"id\":\"") + row[0] + "\",\"version\":\"" + row[1] +
             "\",\"origin\":\"" + row[2] + "\",\"tags\":" + list_of(row[3]) + ",\"entities\":" + list_of(row[4]) + "}";
    std::printf("{\"version\":\"%s\",\"topics\":[%s]}\n", answer->version.c_str(), all.c_str());
    return ExitCode::ok;
  }
  std::size_t width = 5;
  for (const auto& row : answer->rows) width = std::max(width, row[0].size());
  const int columns = static_cast<int>(width);
  std::printf("%-*s  %-8s  %-10s  %s\n", columns, "topic", "version", "origin", "tags; entities");
  for (const auto& row : answer->rows)
    std::printf("%-*s  %-8s  %-10s  %s%s%s\n", columns, row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(),
                row[4].empty() ? "" : "; ", row[4].c_str());
  std::printf("%zu topics, version %s\n", answer->rows.size(), answer->version.c_str());
  return ExitCode::ok;
}

ExitCode run_put(const Control& control) {
  std::ostringstream text;
  if (control.what == "-") {
    text << std::cin.rdbuf();
  } else {
    const std::ifstream file(control.what, std::ios::binary);
    if (!file)
      return report("rules put", {ErrorCode::not_found, "open " + control.what + ": no such file, or not readable"});
    text << file.rdbuf();
  }
  // Told here with the file's own name; the daemon looks at all of it again.
  if (const auto rules = app::parse_rules(text.view(), control.what); !rules) return refuse_rules(rules.error());
  if (text.view().size() > store::ControlServer::kBodyBytes)
    return report("rules put", {ErrorCode::invalid_argument, "at most 1 MiB can be put at once"});
  const auto answer = ask(control, "rules put " + control.version, text.view());
  if (!answer) return not_done(answer.error());
  for (const auto& row : answer->rows)
    std::printf("%s  %s, %s\n", row[0].c_str(), row[1].c_str(), row[2] == "new" ? "new" : ("was " + row[2]).c_str());
  return ExitCode::ok;
}

ExitCode run_remove(const Control& control) {
  const auto answer = ask(control, "rules remove " + control.what + " " + control.version);
  if (!answer) return not_done(answer.error());
  std::printf("removed %s; version %s\n", control.what.c_str(), answer->version.c_str());
  return ExitCode::ok;
}

void add_control_options(CLI::App& command, Control& control) {
  command.add_option("--data", control.data, "the daemon's store (default: the usual place)")->type_name("FOLDER");
}

}  // namespace

void add_rules_control(CLI::App& rules, Invocation& invocation) {
  auto control = std::make_shared<Control>();
  CLI::App* list = rules.add_subcommand("list", "The topics that a running daemon hears");
  add_control_options(*list, *control);
  list->add_flag("--json", control->json, "one JSON object");
  list->callback([control, &invocation] { invocation.run = [control] { return run_list(*control); }; });

  CLI::App* put = rules.add_subcommand("put", "Put the topics of a rules file in force in a running daemon");
  add_control_options(*put, *control);
  put->add_option("file", control->what, "the rules file; - for stdin")->required()->type_name("FILE");
  put->add_option("--version", control->version, "only in place of this version; 'new': only where there is none")
      ->type_name("VERSION");
  put->callback([control, &invocation] { invocation.run = [control] { return run_put(*control); }; });

  CLI::App* remove = rules.add_subcommand("remove", "Take away a topic that was put");
  add_control_options(*remove, *control);
  remove->add_option("topic", control->what, "its id")->required()->type_name("ID");
  remove->add_option("--version", control->version, "only this version")->type_name("VERSION");
  remove->callback([control, &invocation] { invocation.run = [control] { return run_remove(*control); }; });
}

}  // namespace roomtone::cli
