#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/mood.hpp"
#include "model/tokens.hpp"
#include "mood/judgement.hpp"
#include "mood/network.hpp"

namespace roomtone::mood {

/// Scores the mood of one tokenised text with a trained model. Immutable after load and pure; shared by workers.
class Scorer {
 public:
  /// Reads a model file (format: FORMAT.md). Errors name the file and what is wrong with it.
  [[nodiscard]] static Result<Scorer> load(const std::filesystem::path& file,
                                           Instructions instructions = best_instructions());

  /// `lang` is the declared language (BCP 47, any case) or empty. Unscored when the language is declared and is not
  /// the model's, or is not declared and the text does not look like it.
  [[nodiscard]] Mood score(const Tokens& tokens, std::string_view lang) const;

  /// The same, and all else that the model says of the text; nothing but `mood` when that is unscored.
  [[nodiscard]] Judgement judge(const Tokens& tokens, std::string_view lang) const;

  /// The effect of each token on the text's valence, in millionths: what it is, less what it would be without the
  /// token. So a "not" has one too. 0 for all of an unscored text, and for a hashtag and its parts by themselves. Costs
  /// as much as scoring the text once for each token.
  [[nodiscard]] std::vector<int32_t> effects(const Tokens& tokens, std::string_view lang) const;

  /// Name, version and hash of the model, as published in every atmosphere: "open-1.5f3a9c12".
  [[nodiscard]] std::string_view id() const;

  /// The words with a role: for features that models are trained on.
  [[nodiscard]] const CueTable& cues() const;

  Scorer(Scorer&&) noexcept;
  Scorer& operator=(Scorer&&) noexcept;
  ~Scorer();

 private:
  struct Loaded;
  explicit Scorer(std::unique_ptr<const Loaded> model);
  /// Whether the text can be judged; then `outputs` are what the network makes of it.
  [[nodiscard]] bool run(const Tokens& tokens, std::string_view lang, Outputs& outputs) const;

  std::unique_ptr<const Loaded> model_;
};

}  // namespace roomtone::mood
