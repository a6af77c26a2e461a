#include "cli/score.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/lexicon_files.hpp"
#include "app/model_place.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "cli/account.hpp"
#include "cli/cli.hpp"
#include "cli/output.hpp"
#include "cli/stop_signal.hpp"
#include "model/key.hpp"
#include "text/tokenize.hpp"

namespace roomtone::cli {

LineScorer::LineScorer(const mood::Scorer& scorer, ScoreOptions options)
    : scorer_(scorer), options_(std::move(options)) {}

void LineScorer::keep(std::string_view part) {
  open_ = open_ || !part.empty();
  begun_.append(part.substr(0, limits::kTextBytes - std::min(begun_.size(), limits::kTextBytes)));
}

void LineScorer::take(std::string_view piece, std::string& out) {
  for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    if (begun_.empty()) {
      score_line(piece.substr(0, end), out);
    } else {
      keep(piece.substr(0, end));
      score_line(begun_, out);
      begun_.clear();
    }
    open_ = false;
    piece.remove_prefix(end + 1);
  }
  keep(piece);
}

void LineScorer::end(std::string& out) {
  if (open_) score_line(begun_, out);
  begun_.clear();
  open_ = false;
}

void LineScorer::score_line(std::string_view line, std::string& out) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++line_;
  text::tokenize(line, tokens_);
  if (options_.form == ScoreForm::columns) {
    const Mood mood = scorer_.score(tokens_, options_.lang, options_.topic);
    append_valence(out, mood.valence_micro);
    fmt::format_to(std::back_inserter(out), "\t{}\t{}\n", name_of(mood.label), mood.scored ? 1 : 0);
    return;
  }
  const Account account{.line = line_,
                        .tokens = tokens_,
                        .judgement = scorer_.judge(tokens_, options_.lang, options_.topic),
                        .effects = scorer_.effects(tokens_, options_.lang, options_.topic),
                        .model = scorer_.id()};
  if (options_.form == ScoreForm::json)
    append_json(out, account);
  else
    append_for_people(out, account, options_.colour);
}

namespace {

constexpr const char* kAbout =
    "Says the mood of each line of text: valence from -1 (unpleasant) to 1 (pleasant), a label, and\n"
    "whether the line could be judged at all (0: another language, or nothing to judge by).";

constexpr const char* kExamples = R"(Examples:
  echo 'What a wonderful day' | roomtone score
  roomtone score reviews.txt more.txt > moods.tsv
  paste <(roomtone score posts.txt) posts.txt | sort -g | head
  roomtone score --json --lang en posts.txt
  echo "not bad, but I've seen better :(" | roomtone score --explain
  roomtone score --lexicon words.tsv --topic derby posts.txt

Output: valence TAB label TAB scored, one line for each line of input, in order; labels are
negative, neutral and positive. A single line's mood is a guess: Roomtone means its sums.
--json and --explain tell the effect of each token: the line's valence, less what it would be without it.
Without --lang a line that does not look like the model's language is not judged.)";

struct Arguments {
  std::vector<std::string> files;
  std::string model;
  std::string lang;
  std::vector<std::string> lexicons;
  std::string topic;
  bool json = false;
  bool explain = false;
  ColourChoice colour = ColourChoice::automatic;
};

/// Reads `fd` to its end. What was read at once is answered at once, so that a person may type and see.
Result<bool> score_all(int fd, const std::string& name, LineScorer& lines, Output& output) {
  std::vector<char> chunk(256 * 1024);
  std::string out;
  for (;;) {
    const ssize_t size = ::read(fd, chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) return false;
    if (size < 0) return fail(ErrorCode::io, "read " + name + ": " + std::strerror(errno));
    out.clear();
    if (size == 0)
      lines.end(out);
    else
      lines.take({chunk.data(), static_cast<std::size_t>(size)}, out);
    auto wanted = output.write(out);
    if (!wanted || !*wanted || size == 0) return wanted;
  }
}

/// Has the scorer use the lexicons; returns the number of the topic asked for. There is no configuration here, so a
/// topic is what a lexicon calls one.
Result<uint32_t> use_lexicons(const Arguments& given, mood::Scorer& scorer) {
  std::unordered_map<std::string, uint32_t> topics;
  const auto number = [&](std::string_view id) -> std::optional<uint32_t> {
    if (!valid_topic_id(id)) return std::nullopt;
    return topics.emplace(id, static_cast<uint32_t>(topics.size())).first->second;
  };
  const std::vector<std::filesystem::path> files(given.lexicons.begin(), given.lexicons.end());
  auto lexicon = app::load_lexicons(files, number, scorer.language());
  if (!lexicon) return tl::unexpected(std::move(lexicon.error()));
  scorer.use(std::move(*lexicon));
  if (given.topic.empty()) return mood::kEveryTopic;
  const auto asked = topics.find(given.topic);
  if (asked != topics.end()) return asked->second;
  return fail(ErrorCode::invalid_argument,
              "--topic: no lexicon has a word for the topic '" + printable(given.topic, 80) + "'");
}

ExitCode run_score(const Arguments& given) {
  constexpr std::string_view kCommand = "score";
  const auto file = app::find_model(given.model);
  if (!file) return report(kCommand, file.error());
  auto scorer = mood::Scorer::load(*file);
  if (!scorer) {
    report(kCommand, scorer.error());
    return ExitCode::config;
  }
  const auto topic = use_lexicons(given, *scorer);
  if (!topic) {
    report(kCommand, topic.error());
    return ExitCode::config;
  }
  const StopSignal signal;
  auto output = open_output("-");
  if (!output) return report(kCommand, output.error());
  const ScoreForm form = given.json ? ScoreForm::json : given.explain ? ScoreForm::account : ScoreForm::columns;
  LineScorer lines(
      *scorer, {.lang = given.lang, .form = form, .colour = use_colour(given.colour, STDOUT_FILENO), .topic = *topic});
  const std::vector<std::string> files = given.files.empty() ? std::vector<std::string>{"-"} : given.files;
  for (const std::string& name : files) {
    const int fd = name == "-" ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return report(kCommand, {ErrorCode::not_found, "open " + name + ": " + std::strerror(errno)});
    const auto wanted = score_all(fd, name, lines, **output);
    if (fd != STDIN_FILENO) ::close(fd);
    if (!wanted) return report(kCommand, wanted.error());
    if (!*wanted) break;
  }
  return ExitCode::ok;
}

}  // namespace

void add_score(CLI::App& app, Invocation& invocation) {
  auto given = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("score", kAbout);
  command->footer(kExamples);
  command->add_option("files", given->files, "files to read, - for stdin (default)")->type_name("FILE");
  command
      ->add_option("--model", given->model,
                   "model to use (default: social.mood beside the program, or in\n"
                   "/usr/share/roomtone/models)")
      ->type_name("FILE");
  command->add_option("--lang", given->lang, "the language that all lines are declared to be in, such as en")
      ->type_name("CODE");
  auto* lexicon = command
                      ->add_option("--lexicon", given->lexicons,
                                   "what words mean to you, see LEXICONS.md; may be given several times")
                      ->type_name("FILE")
                      ->allow_extra_args(false);
  command->add_option("--topic", given->topic, "the topic whose meaning of the words in the lexicons counts")
      ->type_name("ID")
      ->needs(lexicon);
  auto* json = command->add_flag("--json", given->json,
                                 "one JSON object a line: valence, label, probabilities, energy, emotions,\n"
                                 "every token with its effect, and the model");
  auto* explain =
      command->add_flag("--explain", given->explain, "an account of each line for people: what each word did");
  explain->excludes(json);
  add_colour(*command, given->colour);
  command->callback([given, &invocation] { invocation.run = [given] { return run_score(*given); }; });
}

}  // namespace roomtone::cli
