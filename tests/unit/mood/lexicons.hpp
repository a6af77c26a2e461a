#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "model/tokens.hpp"
#include "mood/scorer.hpp"
#include "text/tokenize.hpp"

namespace roomtone::mood::test {

/// The least a lexicon must say before its words. Round numbers, so that tests can calculate along.
inline const std::string kPreamble =
    "roomtone-lexicon 1\n"
    "id test-1\n"
    "language en\n"
    "[rules]\n"
    "alpha\t1.0\nalpha_words\t1000000\nnegated_positive\t-0.5\nnegated_negative\t-0.25\nnegation_scope\t3\nboost_"
    "scope\t2\n"
    "capitals\t1.5\nelongated\t1.25\nexclamation\t0.1\nquestion\t0.5\ncontrast_before\t0.5\ncontrast_after\t2.0\n"
    "repeated_emoji\t0.5\nsarcasm\t-0.5\nnegative_at\t-0.1\npositive_at\t0.1\n";

inline std::filesystem::path write_lexicon(const std::string& text) {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(info->test_suite_name()) + "." + info->name() + ".lexicon";
  for (char& c : name) c = c == '/' ? '_' : c;
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

inline Scorer load(const std::filesystem::path& file) {
  auto scorer = Scorer::load(file);
  if (!scorer) throw std::runtime_error(scorer.error().context);
  return std::move(*scorer);
}

/// The lexicon that is delivered with the daemon.
inline const Scorer& shipped() {
  static const Scorer scorer = load(std::filesystem::path(ROOMTONE_SOURCE_DIR) / "deploy/models/en-open.lexicon");
  return scorer;
}

inline Mood mood_of(const Scorer& scorer, std::string_view text, std::string_view lang = "en") {
  Tokens tokens;
  text::tokenize(text, tokens);
  return scorer.score(tokens, lang);
}

}  // namespace roomtone::mood::test
