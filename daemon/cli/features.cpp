#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/limits.hpp"
#include "cli/cli.hpp"
#include "cli/output.hpp"
#include "mood/cue_table.hpp"
#include "mood/features.hpp"
#include "text/tokenize.hpp"

namespace roomtone::cli {

namespace {

constexpr const char* kAbout =
    "Prints what a mood model sees of each line of text. This is what models are trained on, so that a\n"
    "model learns from exactly the tokens, pairs and scopes that it is scored with.";

constexpr const char* kFooter =
    R"(Output, one line for each line of input: the facts about the whole text, joined by commas, then after a
TAB each feature: KEY FLAGS SHORT SHORTER NAME, with the keys in hexadecimal (SHORT and SHORTER are the other
spellings of a word written long, or 0) and flags 1 negated, 2 emphasised, 4 before a contrast, 8 single,
16 written long.

Example:
  echo 'not sooo good' | roomtone features --cues scripts/train/cues.txt)";

struct Arguments {
  std::string cues;
};

void append(const Tokens& tokens, const mood::Features& features, std::string& out) {
  for (std::size_t i = 0; i < features.dense.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{}{}", i == 0 ? "" : ",", features.dense[i]);
  }
  for (std::size_t i = 0; i < features.count; ++i) {
    const Token& token = tokens.tokens[features.token(i)];
    const unsigned flags = features.flags(i);
    mood::Spellings other{};
    if (features.single(i) && (flags & mood::kLong) != 0) other = mood::short_spellings(tokens.view(token));
    fmt::format_to(std::back_inserter(out), "\t{:x} {} {:x} {:x} ", features.keys[i], flags, other[0], other[1]);
    if (!features.single(i))
      fmt::format_to(std::back_inserter(out), "{} ", tokens.view(tokens.tokens[features.token(i) - 1]));
    out += tokens.view(token);
  }
  out += '\n';
}

ExitCode run_features(const Arguments& given) {
  constexpr std::string_view kCommand = "features";
  std::ifstream in(given.cues, std::ios::binary);
  if (!in) return report(kCommand, {ErrorCode::not_found, "open " + given.cues + ": " + std::strerror(errno)});
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto parsed = mood::parse_cues(text, given.cues);
  if (!parsed) {
    report(kCommand, parsed.error());
    return ExitCode::config;
  }
  const mood::CueTable cues(parsed->words);
  auto output = open_output("-");
  if (!output) return report(kCommand, output.error());

  const auto features = std::make_unique<mood::Features>();
  Tokens tokens;
  std::string line;
  std::string out;
  while (std::getline(std::cin, line)) {
    if (line.ends_with('\r')) line.pop_back();
    text::tokenize(line, tokens);
    mood::extract(tokens, cues, {}, false, *features);
    append(tokens, *features, out);
    if (out.size() < limits::kTextBytes) continue;
    const auto wanted = (*output)->write(out);
    if (!wanted) return report(kCommand, wanted.error());
    if (!*wanted) return ExitCode::ok;
    out.clear();
  }
  const auto wanted = (*output)->write(out);
  return wanted ? ExitCode::ok : report(kCommand, wanted.error());
}

}  // namespace

void add_features(CLI::App& app, Invocation& invocation) {
  auto given = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("features", kAbout);
  command->footer(kFooter);
  command->add_option("--cues", given->cues, "words that turn, strengthen or set apart others")
      ->required()
      ->type_name("FILE");
  command->callback([given, &invocation] { invocation.run = [given] { return run_features(*given); }; });
}

}  // namespace roomtone::cli
