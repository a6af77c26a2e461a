#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/explanation_reader.hpp"
#include "cli/cli.hpp"
#include "cli/explain_screen.hpp"
#include "cli/history.hpp"
#include "cli/reader_keys.hpp"
#include "cli/terminal.hpp"
#include "cli/watch.hpp"
#include "model/key.hpp"
#include "publish/explanation_body.hpp"
#include "publish/question.hpp"
#include "store/store.hpp"

namespace roomtone::cli {

namespace {

constexpr const char* kAbout =
    "Says why a room is as it is: what changed since the time before, and which words, voices and campaigns did it";

constexpr const char* kFooter =
    R"(The window is compared with the hour before it (60s, 300s), the day (3600s) or the week (86400s).
A bar to the left pulled the tone down, one to the right up; the bars and 'everything else'
sum to the change. A word is shown only if at least 3 people said it. Nobody is named.

Examples:
  roomtone explain t/derby
  roomtone explain t/derby --window 3600s --at -2h
  roomtone explain room --at 2026-11-22T16:05:00Z --data /var/lib/roomtone
  roomtone explain t/derby --json | jq '.shift.words[].word')";

struct Arguments {
  std::string room;
  std::string window = "300s";
  std::string at;
  std::string data;
  std::string query = "tcp://127.0.0.1:5571";
  std::string server_key;
  std::string key;
  ColourChoice colour = ColourChoice::automatic;
  bool no_colour = false;
  bool json = false;
};

Result<Explanation> from_store(const Arguments& given, const publish::ExplainQuestion& question) {
  auto store = store::Store::open_read_only(given.data);
  if (!store) return tl::unexpected(std::move(store.error()));
  return app::explain_from(**store, question);
}

Result<Explanation> from_daemon(const Arguments& given, const publish::ExplainQuestion& question) {
  publish::QuestionTarget target{.query_endpoint = given.query};
  if (!given.key.empty()) {
    auto keys = read_reader_keys(given.server_key, given.key);
    if (!keys) return tl::unexpected(std::move(keys.error()));
    target.keys = std::move(*keys);
  }
  std::string arguments =
      "{\"key\":\"" + question.room + "\",\"window\":\"" + std::string(spec_of(question.window).name) + "\"";
  if (question.end) arguments += ",\"end_us\":" + std::to_string(micros(*question.end));
  auto answer = publish::ask(target, "EXPLAIN", arguments + "}");
  if (!answer) return tl::unexpected(std::move(answer.error()));
  return publish::read_explanation(*answer);
}

ExitCode usage(const std::string& what) { return report("explain", {ErrorCode::invalid_argument, what}); }

ExitCode run_explain(const Arguments& given) {
  publish::ExplainQuestion question;
  question.room = given.room;
  if (!valid_key(given.room)) return usage("'" + given.room + "' is no room; write it like room or t/derby");
  const auto window = window_of(given.window);
  if (!window) return usage("--window '" + given.window + "' is not kept; choose 60s, 300s, 3600s or 86400s");
  question.window = *window;
  if (!given.at.empty()) {
    const Instant now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    question.end = parse_moment(given.at, now);
    if (!question.end) return usage("--at takes a time such as 2026-11-22T16:05:00Z, a day such as 2026-11-22, or -2h");
  }
  const auto explanation = given.data.empty() ? from_daemon(given, question) : from_store(given, question);
  if (!explanation) return report("explain", explanation.error());

  std::string out;
  if (given.json) {
    out = "{";
    publish::append_explanation(out, *explanation);
    out += "}\n";
  } else {
    ExplainScreen screen;
    screen.columns = terminal_size(STDOUT_FILENO).columns;
    screen.colour = !given.no_colour && use_colour(given.colour, STDOUT_FILENO);
    screen.unicode = locale_is_utf8();
    for (const std::string& line : draw_explanation(*explanation, screen)) out += line + "\n";
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  return std::fflush(stdout) == 0 ? ExitCode::ok : report("explain", {ErrorCode::io, "write to standard output"});
}

}  // namespace

void add_explain(CLI::App& app, Invocation& invocation) {
  auto given = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("explain", kAbout);
  command->footer(kFooter);
  command->add_option("room", given->room, "The room: room, t/derby ...")->required()->type_name("KEY");
  command->add_option("--window", given->window, "60s, 300s (default), 3600s or 86400s")->type_name("SIZE");
  command
      ->add_option("--at", given->at,
                   "The last window that ends by then: 2026-11-22T16:05:00Z, 2026-11-22 or -2h (default: the newest)")
      ->type_name("TIME");
  CLI::Option* data =
      command->add_option("--data", given->data, "Read a store's folder, which a daemon may hold, instead of asking")
          ->type_name("DIR");
  CLI::Option* query =
      command->add_option("--query,--endpoint", given->query, "Where the daemon answers (default tcp://127.0.0.1:5571)")
          ->type_name("ENDPOINT");
  CLI::Option* server_key =
      command->add_option("--server-key", given->server_key, "The daemon's .pub file, when its feed has keys")
          ->type_name("FILE");
  CLI::Option* key =
      command->add_option("--key", given->key, "Your own .key file, as 'roomtone keygen' wrote it")->type_name("FILE");
  server_key->needs(key);
  key->needs(server_key);
  data->excludes(query);
  data->excludes(key);
  command->add_flag("--json", given->json, "The whole answer as JSON, as proto/PROTOCOL.md describes it");
  add_colour(*command, given->colour);
  command->add_flag("--no-color,--no-colour", given->no_colour, "The same as --color never");
  command->callback([given, &invocation] { invocation.run = [given] { return run_explain(*given); }; });
}

}  // namespace roomtone::cli
