#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/tokens.hpp"
#include "mood/scorer.hpp"

namespace roomtone::cli {

enum class ScoreForm : uint8_t {
  columns,  // valence TAB label TAB scored
  json,     // one object a line, with all that the model says
  account,  // for people: what each word did
};

struct ScoreOptions {
  std::string lang;  // BCP 47, as declared for all lines; empty: unknown
  ScoreForm form = ScoreForm::columns;
  bool colour = false;                 // of an account
  uint32_t topic = mood::kEveryTopic;  // whose meaning of a user's words counts
};

/// Turns lines of text into lines of mood: exactly one for each, whatever it holds; an account has more. Takes input in
/// pieces of any size and is the same for every way of cutting it. Not thread-safe; `scorer` outlives it.
class LineScorer {
 public:
  LineScorer(const mood::Scorer& scorer, ScoreOptions options);

  /// Scores the lines that `piece` completes and appends the results to `out`. A line ends with a line feed; a
  /// carriage return before it does not belong to it.
  void take(std::string_view piece, std::string& out);

  /// The input has ended: a last line without a line feed is one, too.
  void end(std::string& out);

 private:
  void keep(std::string_view part);
  void score_line(std::string_view line, std::string& out);

  const mood::Scorer& scorer_;
  const ScoreOptions options_;
  Tokens tokens_;
  std::string
      begun_;  // a line whose end has not come yet, cut at limits::kTextBytes, beyond which nothing is looked at
  bool open_ = false;  // bytes have come since the last line feed
  uint64_t line_ = 0;
};

}  // namespace roomtone::cli
