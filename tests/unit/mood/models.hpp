#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "model/tokens.hpp"
#include "mood/scorer.hpp"
#include "support/model_writer.hpp"
#include "text/tokenize.hpp"

namespace roomtone::mood::test {

using roomtone::test::ModelWriter;

/// A file with these bytes, named after the running test.
inline std::filesystem::path write_file(const std::string& bytes) {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(info->test_suite_name()) + "." + info->name() + ".mood";
  for (char& c : name) c = c == '/' ? '_' : c;
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

inline Scorer load(const std::filesystem::path& file, Instructions instructions = best_instructions()) {
  auto scorer = Scorer::load(file, instructions);
  if (!scorer) throw std::runtime_error(scorer.error().context);
  return std::move(*scorer);
}

/// The models that are delivered with the daemon.
inline std::filesystem::path shipped_file(const std::string& name) {
  return std::filesystem::path(ROOMTONE_SOURCE_DIR) / "deploy/models" / (name + ".mood");
}

/// The default one.
inline const Scorer& shipped() {
  static const Scorer scorer = load(shipped_file("social"));
  return scorer;
}

inline Tokens tokens_of(std::string_view text) {
  Tokens tokens;
  text::tokenize(text, tokens);
  return tokens;
}

inline Mood mood_of(const Scorer& scorer, std::string_view text, std::string_view lang = "en") {
  return scorer.score(tokens_of(text), lang);
}

}  // namespace roomtone::mood::test
