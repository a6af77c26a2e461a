#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "mood/scorer.hpp"

namespace roomtone::cli {

/// Labelled texts, as they are read from a TSV file: a header line, then rows with the text last and a column `label`
/// (0 negative, 1 neutral, 2 positive) or `mean_rating` (-4 .. 4).
struct Labelled {
  bool rated = false;        // mean_rating rather than label
  std::vector<double> gold;  // the rating, or 0, 1, 2
  std::vector<std::string> texts;
};

/// Errors name the file, the line and what was expected.
[[nodiscard]] Result<Labelled> parse_labelled(std::string_view tsv, std::string_view name);

/// How often each class was meant and said: [gold][said], by MoodLabel.
using Confusion = std::array<std::array<std::size_t, 3>, 3>;

/// What an evaluation finds.
struct Evaluation {
  Confusion confusion{};  // ratings: the sign of the rating, and the valence cut at +-0.05, as the VADER paper's table
  double r = 0;           // Pearson's, of valence and rating; 0 for labels
  std::size_t scored = 0;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t meant(std::size_t label) const;
  [[nodiscard]] double recall(std::size_t label) const;
  [[nodiscard]] double f1(std::size_t label) const;
  /// Mean of the three recalls: the official measure of SemEval 2017, task 4A, and of TweetEval.
  [[nodiscard]] double macro_recall() const;
  [[nodiscard]] double macro_f1() const;
  /// Weighted by how often each class was meant.
  [[nodiscard]] double weighted_f1() const;
  [[nodiscard]] double accuracy() const;
};

[[nodiscard]] Evaluation evaluate(const mood::Scorer& scorer, const Labelled& texts, std::string_view lang);

}  // namespace roomtone::cli
