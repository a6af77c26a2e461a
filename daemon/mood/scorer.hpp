#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/mood.hpp"
#include "model/tokens.hpp"

namespace roomtone::mood {

/// Scores the mood of one tokenised text: word list plus rules for negation, boosters, capitals, emoji and contrast.
/// Immutable after load and pure; shared by workers.
class Scorer {
 public:
  /// Reads a lexicon file (format: deploy/models/README.md). Errors name the file and line.
  [[nodiscard]] static Result<Scorer> load(const std::filesystem::path& file);

  /// `lang` is the declared language (BCP 47, any case) or empty. Unscored when the language is declared and is
  /// not one the lexicon covers, or is not declared and the text does not look like one.
  [[nodiscard]] Mood score(const Tokens& tokens, std::string_view lang) const;

  /// Name and version of the word list, as published in every atmosphere: "roomtone-en-open-1".
  [[nodiscard]] std::string_view id() const;

  Scorer(Scorer&&) noexcept;
  Scorer& operator=(Scorer&&) noexcept;
  ~Scorer();

 private:
  struct Tables;
  explicit Scorer(std::unique_ptr<const Tables> tables);
  std::unique_ptr<const Tables> tables_;
};

}  // namespace roomtone::mood
