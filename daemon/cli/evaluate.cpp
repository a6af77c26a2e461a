#include "cli/evaluate.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/model_place.hpp"
#include "cli/cli.hpp"
#include "text/tokenize.hpp"

namespace roomtone::cli {

namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1} << 30;
constexpr double kRatingMax = 4;

/// The columns of a line; the last one keeps every TAB that follows.
std::vector<std::string_view> columns_of(std::string_view line, std::size_t count) {
  std::vector<std::string_view> columns;
  while (columns.size() + 1 < count) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) break;
    columns.push_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  columns.push_back(line);
  return columns;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double pearson(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xy = 0;
  double xx = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  return xx * yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

/// Three classes of a number: under -cut, between, over cut.
std::size_t class_of(double value, double cut) {
  return value > 0 && value >= cut ? 2 : value < 0 && value <= -cut ? 0 : 1;
}

}  // namespace

Result<Labelled> parse_labelled(std::string_view tsv, std::string_view name) {
  std::size_t number = 1;
  const auto wrong = [&](const std::string& what) {
    return fail(ErrorCode::invalid_argument, std::string(name) + ":" + std::to_string(number) + ": " + what);
  };
  const auto next_line = [&] {
    const std::size_t end = tsv.find('\n');
    const std::string_view line = tsv.substr(0, end);
    tsv.remove_prefix(end == std::string_view::npos ? tsv.size() : end + 1);
    return line;
  };
  const auto header = columns_of(next_line(), SIZE_MAX);
  const auto column = [&](std::string_view wanted) {
    return static_cast<std::size_t>(std::ranges::find(header, wanted) - header.begin());
  };
  Labelled found;
  std::size_t gold = column("label");
  found.rated = gold == header.size();
  if (found.rated) gold = column("mean_rating");
  if (gold + 1 >= header.size())
    return wrong("expected a header with 'label' or 'mean_rating', and the text in the last column");
  while (!tsv.empty()) {
    ++number;
    const auto columns = columns_of(next_line(), header.size());
    if (columns.size() != header.size()) return wrong("expected " + std::to_string(header.size()) + " columns");
    const auto value = number_of(columns[gold]);
    const bool right =
        value && (found.rated ? std::abs(*value) <= kRatingMax : *value == 0 || *value == 1 || *value == 2);
    if (!right) return wrong(found.rated ? "expected a mean_rating of -4 to 4" : "expected a label of 0, 1 or 2");
    found.gold.push_back(*value);
    found.texts.emplace_back(columns.back());
  }
  if (found.texts.empty()) return wrong("no rows");
  return found;
}

std::size_t Evaluation::meant(std::size_t label) const {
  return std::accumulate(confusion[label].begin(), confusion[label].end(), std::size_t{0});
}
std::size_t Evaluation::size() const { return meant(0) + meant(1) + meant(2); }
double Evaluation::recall(std::size_t label) const { return share(confusion[label][label], meant(label)); }
double Evaluation::f1(std::size_t label) const {
  const std::size_t said = confusion[0][label] + confusion[1][label] + confusion[2][label];
  return share(2 * confusion[label][label], said + meant(label));
}
double Evaluation::macro_recall() const { return (recall(0) + recall(1) + recall(2)) / 3; }
double Evaluation::macro_f1() const { return (f1(0) + f1(1) + f1(2)) / 3; }
double Evaluation::weighted_f1() const {
  double sum = 0;
  for (std::size_t i = 0; i < confusion.size(); ++i) sum += f1(i) * share(meant(i), size());
  return sum;
}
double Evaluation::accuracy() const { return share(confusion[0][0] + confusion[1][1] + confusion[2][2], size()); }

Evaluation evaluate(const mood::Scorer& scorer, const Labelled& texts, std::string_view lang) {
  constexpr double kCut = 0.05;  // of the VADER paper
  Evaluation found;
  std::vector<double> valences;
  valences.reserve(texts.texts.size());
  Tokens tokens;
  for (std::size_t i = 0; i < texts.texts.size(); ++i) {
    text::tokenize(texts.texts[i], tokens);
    const Mood mood = scorer.score(tokens, lang);
    valences.push_back(mood.valence_micro / 1e6);
    found.scored += mood.scored ? 1 : 0;
    const std::size_t gold = texts.rated ? class_of(texts.gold[i], 0) : static_cast<std::size_t>(texts.gold[i]);
    const std::size_t said = texts.rated ? class_of(valences.back(), kCut) : static_cast<std::size_t>(mood.label);
    ++found.confusion[gold][said];
  }
  if (texts.rated) found.r = pearson(valences, texts.gold);
  return found;
}

namespace {

constexpr const char* kAbout =
    "Compares the model with texts that people have judged, and prints how well it agrees with them.";

constexpr const char* kFooter =
    R"(FILE is a TSV with a header line and the text in its last column; a column `label` holds 0 negative,
1 neutral, 2 positive, or a column `mean_rating` -4 to 4.
Printed for labels: macro-averaged recall (the measure of SemEval 2017, task 4A), accuracy, macro-F1 and the recall
of each class; for ratings: Pearson's r of valence and rating, and the weighted F1 of the rating's sign, with
valence cut at 0.05. `scored` counts the texts that could be judged at all; the others count as neutral.

Example:
  roomtone evaluate tweets.tsv reviews.tsv)";

struct Arguments {
  std::vector<std::string> files;
  std::string model;
  std::string lang;
};

std::string described(const std::string& file, const Labelled& texts, const Evaluation& found) {
  const std::string name = file.substr(file.rfind('/') + 1);
  if (texts.rated) {
    return fmt::format("{}: r {:.4f} weighted-F1 {:.4f} (n {}; scored {})\n", name, found.r, found.weighted_f1(),
                       found.size(), found.scored);
  }
  return fmt::format(
      "{}: macro-recall {:.2f} accuracy {:.2f} macro-F1 {:.2f} (neg {:.3f} neu {:.3f} pos {:.3f}; n {}; scored {})\n",
      name, 100 * found.macro_recall(), 100 * found.accuracy(), 100 * found.macro_f1(), found.recall(0),
      found.recall(1), found.recall(2), found.size(), found.scored);
}

ExitCode run_evaluate(const Arguments& given) {
  constexpr std::string_view kCommand = "evaluate";
  const auto model = app::find_model(given.model);
  if (!model) return report(kCommand, model.error());
  const auto scorer = mood::Scorer::load(*model);
  if (!scorer) {
    report(kCommand, scorer.error());
    return ExitCode::config;
  }
  std::printf("model %s\n", std::string(scorer->id()).c_str());
  for (const std::string& file : given.files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return report(kCommand, {ErrorCode::not_found, "open " + file + ": " + std::strerror(errno)});
    const std::string tsv{std::istreambuf_iterator<char>(in), {}};
    if (tsv.size() > kFileBytesMax) return report(kCommand, {ErrorCode::invalid_argument, file + ": over 1 GiB"});
    const auto texts = parse_labelled(tsv, file);
    if (!texts) return report(kCommand, texts.error());
    std::fputs(described(file, *texts, evaluate(*scorer, *texts, given.lang)).c_str(), stdout);
    std::fflush(stdout);
  }
  return ExitCode::ok;
}

}  // namespace

void add_evaluate(CLI::App& app, Invocation& invocation) {
  auto given = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("evaluate", kAbout);
  command->footer(kFooter);
  command->add_option("files", given->files, "files to read")->required()->type_name("FILE");
  command->add_option("--model", given->model, "model to use (default: as for score)")->type_name("FILE");
  command->add_option("--lang", given->lang, "the language that all texts are declared to be in, such as en")
      ->type_name("CODE");
  command->callback([given, &invocation] { invocation.run = [given] { return run_evaluate(*given); }; });
}

}  // namespace roomtone::cli
