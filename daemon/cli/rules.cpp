#include "cli/rules.hpp"

#include <cstdio>

#include <CLI/CLI.hpp>

namespace roomtone::cli {

namespace {

constexpr const char* kAbout = "Try topic rules, and change those of a running daemon";

constexpr const char* kExamples = R"(Examples:
  roomtone rules test rules.toml                          tries the examples in the file
  roomtone rules test rules.toml 'What a finish!'         which topics hear this?
  roomtone rules test --config roomtone.toml - < lines    and each of these lines?
  roomtone rules explain rules.toml derby 'What a finish!'
  roomtone rules list
  roomtone rules put rules.toml
  roomtone rules remove derby

What a rule is made of: TOPICS.md.)";

}  // namespace

ExitCode refuse_rules(const Error& error) {
  std::fprintf(stderr, "%s\n", error.context.c_str());
  return ExitCode::config;
}

void add_rules(CLI::App& app, Invocation& invocation) {
  CLI::App* rules = app.add_subcommand("rules", kAbout);
  rules->require_subcommand(1);
  rules->footer(kExamples);
  add_rules_trials(*rules, invocation);
  add_rules_control(*rules, invocation);
}

}  // namespace roomtone::cli
