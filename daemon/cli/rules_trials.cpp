#include "cli/rules.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "app/catalog.hpp"
#include "app/config_topics.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "cli/rules_explained.hpp"
#include "cli/rules_matcher.hpp"

namespace roomtone::cli {

namespace {

/// Where rules come from, and what a text is tried with.
struct Trial {
  std::string config;
  std::vector<std::string> words;  // a rules file where there is no --config, a topic, texts
  topics::Example beside;
  std::string at;
  bool json = false;
  ColourChoice colour = ColourChoice::automatic;
};

/// The topics to try. Takes the file from the front of the words.
Result<std::vector<topics::TopicSpec>> topics_of(Trial& trial) {
  if (trial.config.empty() && !trial.words.empty()) {
    const std::string file = trial.words.front();
    trial.words.erase(trial.words.begin());
    return app::read_rules_file(file);
  }
  std::filesystem::path file = trial.config;
  if (file.empty()) {
    const auto found = app::find_config();
    if (!found) return tl::unexpected(found.error());
    file = *found;
  }
  auto config = app::load_config(file);
  if (!config) return tl::unexpected(std::move(config.error()));
  const auto put = app::read_put_rules(config->store.path);
  if (!put) return tl::unexpected(put.error());
  return app::topics_with_put(std::move(config->topics), *put);
}

Result<Instant> time_of(const Trial& trial) {
  if (trial.at.empty()) return AnchoredClock().wall();
  const auto at = parse_rfc3339(trial.at);
  if (!at) return fail(ErrorCode::invalid_argument, "--at: expected a time such as 2026-05-02T22:30:00Z");
  return *at;
}

/// A line of at most limits::kTextBytes; what is longer is cut. False at the end.
bool read_line(std::istream& in, std::string& line) {
  line.clear();
  int c = in.get();
  if (c == std::istream::traits_type::eof()) return false;
  for (; c != std::istream::traits_type::eof() && c != '\n'; c = in.get())
    if (line.size() < limits::kTextBytes) line += static_cast<char>(c);
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

ExitCode try_examples(const std::vector<topics::TopicSpec>& topics, const topics::RuleSet& rules, bool json) {
  std::size_t examples = 0;
  for (const topics::TopicSpec& topic : topics) examples += topic.match.size() + topic.no_match.size();
  const std::vector<std::string> failing = topics::failing_examples(topics, rules);
  for (const std::string& one : failing) std::fprintf(stderr, "%s\n", one.c_str());
  if (json) {
    std::printf("{\"topics\":%zu,\"examples\":%zu,\"failing\":%zu}\n", topics.size(), examples, failing.size());
  } else if (failing.empty()) {
    std::printf("%zu topics, %zu examples, all true\n", topics.size(), examples);
  }
  return failing.empty() ? ExitCode::ok : ExitCode::no;
}

ExitCode run_test(Trial trial) {
  const auto topics = topics_of(trial);
  if (!topics) return refuse_rules(topics.error());
  const auto rules = topics::RuleSet::compile(*topics, limits::kTopicsDefault);
  if (!rules) return refuse_rules(rules.error());
  const auto at = time_of(trial);
  if (!at) return report("rules test", at.error());
  if (trial.words.empty()) return try_examples(*topics, *rules, trial.json);

  RulesMatcher matcher(*rules, trial.beside, *at, trial.json);
  bool any = false;
  std::string out;
  const auto take = [&](std::string_view text) {
    out.clear();
    any = matcher.match(text, out) || any;
    std::fwrite(out.data(), 1, out.size(), stdout);
  };
  if (trial.words == std::vector<std::string>{"-"}) {
    for (std::string line; read_line(std::cin, line);) take(line);
  } else {
    for (const std::string& text : trial.words) take(text);
  }
  return any ? ExitCode::ok : ExitCode::no;
}

/// Explains one rule; whether it is true.
bool explain_rule(const std::string& room, const std::string& rule, const topics::ExampleMessage& made, bool colour) {
  const auto parsed = topics::parse_rule(rule);
  if (!parsed) return false;  // has been compiled
  const topics::Explanation why = topics::explain(*parsed, made.message(), made.tokens(), made.beside());
  std::printf("%s %s: %s\n%s", room.c_str(), why.holds() ? "matches" : "does not match", topics::reason(why).c_str(),
              tree_of(why, colour).c_str());
  return why.holds();
}

ExitCode run_explain(Trial trial) {
  const auto topics = topics_of(trial);
  if (!topics) return refuse_rules(topics.error());
  if (const auto rules = topics::RuleSet::compile(*topics, limits::kTopicsDefault); !rules)
    return refuse_rules(rules.error());
  if (trial.words.size() != 2)
    return report("rules explain", {ErrorCode::invalid_argument, "expected a topic and a text; try --help"});
  const std::string id = trial.words[0].substr(0, trial.words[0].find("/e/"));
  const auto topic = std::ranges::find(*topics, id, &topics::TopicSpec::id);
  const auto unknown = [&] {
    return report("rules explain", {ErrorCode::invalid_argument, "no topic '" + printable(trial.words[0], 80) + "'"});
  };
  if (topic == topics->end()) return unknown();
  std::vector<topics::EntitySpec> entities;
  if (id != trial.words[0]) {
    const auto entity =
        std::ranges::find(topic->entities, trial.words[0].substr(id.size() + 3), &topics::EntitySpec::id);
    if (entity == topic->entities.end()) return unknown();
    entities.push_back(*entity);
  }
  const auto at = trial.at.empty() ? Result<Instant>(topics::time_within(*topic)) : time_of(trial);
  if (!at) return report("rules explain", at.error());

  trial.beside.text = trial.words[1];
  const topics::ExampleMessage made(trial.beside, *at);
  const bool colour = use_colour(trial.colour, STDOUT_FILENO);
  bool holds = explain_rule("t/" + id, topic->rule, made, colour);
  for (const topics::EntitySpec& entity : entities)
    holds = explain_rule("t/" + id + "/e/" + entity.id, entity.rule, made, colour) && holds;
  const bool heard =
      (topic->start == kNoInstant || *at >= topic->start) && (topic->end == kNoInstant || *at < topic->end);
  if (!heard) std::printf("t/%s hears nothing at %s\n", id.c_str(), format_rfc3339(*at).c_str());
  return holds && heard ? ExitCode::ok : ExitCode::no;
}

void add_trial_options(CLI::App& command, Trial& trial) {
  command.add_option("-c,--config", trial.config, "the rules of this configuration, and those put beside its store")
      ->type_name("FILE");
  command.add_option("--lang", trial.beside.lang, "the texts declare this language")->type_name("CODE");
  command.add_option("--from", trial.beside.from, "their author")->type_name("NAME");
  command.add_option("--to", trial.beside.to, "whom they answer")->type_name("NAME");
  command.add_option("--source", trial.beside.source, "the source they come by")->type_name("NAME");
  command.add_option("--list", trial.beside.lists, "a list that their author is on; may be given several times")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_flag("--reply", trial.beside.reply, "they answer a message");
  command.add_flag("--reshare", trial.beside.reshare, "they pass on a message");
}

}  // namespace

void add_rules_trials(CLI::App& rules, Invocation& invocation) {
  auto trial = std::make_shared<Trial>();
  CLI::App* test = rules.add_subcommand("test", "Try the examples of rules, or say which topics hear a text");
  test->add_option("words", trial->words,
                   "a rules file, unless there is --config; then texts, or - for the lines of stdin.\n"
                   "Without texts the examples are tried")
      ->type_name("[FILE] [TEXT...]");
  add_trial_options(*test, *trial);
  test->add_option("--at", trial->at, "when the texts were said (default: now)")->type_name("TIME");
  test->add_flag("--json", trial->json, "one JSON object a line");
  test->footer(
      "Output: for each text the topics and tags, with commas, and a tab between; - for none.\n"
      "Exit codes: 0 something matches, or all examples are true; 1 not so; 78 rules refused.");
  test->callback([trial, &invocation] { invocation.run = [trial] { return run_test(*trial); }; });

  auto asked = std::make_shared<Trial>();
  CLI::App* explain = rules.add_subcommand("explain", "Show what a text has and lacks of a topic's rule");
  explain
      ->add_option("words", asked->words,
                   "a rules file, unless there is --config; a topic, or an entity such as derby/e/sham; a text")
      ->type_name("[FILE] TOPIC TEXT");
  add_trial_options(*explain, *asked);
  explain->add_option("--at", asked->at, "when the text was said (default: a time when the topic is heard)")
      ->type_name("TIME");
  add_colour(*explain, asked->colour);
  explain->callback([asked, &invocation] { invocation.run = [asked] { return run_explain(*asked); }; });
}

}  // namespace roomtone::cli
