#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/mood.hpp"
#include "model/tokens.hpp"
#include "mood/judgement.hpp"
#include "mood/lexicon.hpp"
#include "mood/network.hpp"
#include "mood/word_effects.hpp"

namespace roomtone::mood {

/// Scores the mood of one tokenised text with a trained model. Immutable after load and pure; shared by workers.
class Scorer {
 public:
  /// Reads a model file (format: FORMAT.md). Errors name the file and what is wrong with it.
  [[nodiscard]] static Result<Scorer> load(const std::filesystem::path& file,
                                           Instructions instructions = best_instructions());

  /// Takes over what users say that words mean. Before the scorer is shared.
  void use(Lexicon lexicon);

  /// `lang` is the declared language (BCP 47, any case) or empty. Unscored when the language is declared and is not
  /// the model's, or is not declared and the text does not look like it. `topic` says whose meaning of a user's words
  /// counts; see deploy/LEXICONS.md for how they count.
  [[nodiscard]] Mood score(const Tokens& tokens, std::string_view lang, uint32_t topic = kEveryTopic) const;

  /// The same for a text whose words lexicon() has already looked for.
  [[nodiscard]] Mood score(const Tokens& tokens, std::string_view lang, const LexiconHits& hits,
                           uint32_t topic = kEveryTopic) const;

  /// Scores, and leaves in `features` what a scored text was judged by: but for the words of users, all that
  /// word_effects() asks for.
  [[nodiscard]] Mood score(const Tokens& tokens, std::string_view lang, const LexiconHits& hits, Features& features,
                           uint32_t topic = kEveryTopic) const;

  /// What single words do to a mood. Costs some ten milliseconds; must not outlive the scorer.
  [[nodiscard]] WordEffects word_effects() const;

  /// Scores, and says all else that the model does of the text; nothing but `mood` when that is unscored. Where a
  /// user's word counts, all but `mood` is about the rest of the text.
  [[nodiscard]] Judgement judge(const Tokens& tokens, std::string_view lang, uint32_t topic = kEveryTopic) const;

  /// The effect of each token on the text's valence, in millionths: what it is, less what it would be without the
  /// token. So a "not" has one too. 0 for all of an unscored text, and for a hashtag and its parts by themselves. Costs
  /// as much as scoring the text once for each token.
  [[nodiscard]] std::vector<int32_t> effects(const Tokens& tokens, std::string_view lang,
                                             uint32_t topic = kEveryTopic) const;

  /// Name, version and hash of the model, as published in every atmosphere, and what users say beside it:
  /// "open-1.5f3a9c12", or "open-1.5f3a9c12/9b1d22e0".
  [[nodiscard]] std::string_view id() const { return id_; }

  /// The model's language: a primary subtag, lower case.
  [[nodiscard]] std::string_view language() const;

  [[nodiscard]] const Lexicon& lexicon() const { return lexicon_; }

  /// The words with a role: for features that models are trained on.
  [[nodiscard]] const CueTable& cues() const;

  Scorer(Scorer&&) noexcept;
  Scorer& operator=(Scorer&&) noexcept;
  ~Scorer();

 private:
  struct Loaded;
  struct Sight;
  explicit Scorer(std::unique_ptr<const Loaded> model);
  /// What the network makes of the text beside what users say of it, if that is not null.
  void look(const Tokens& tokens, const LexiconReading* users, bool language_matters, Wanted wanted,
            Sight& sight) const;
  /// Whether the text can be judged; then `sight` is what there is to judge by.
  [[nodiscard]] bool run(const Tokens& tokens, std::string_view lang, const LexiconReading* users, Wanted wanted,
                         Sight& sight) const;
  [[nodiscard]] Mood mood_of_sight(const Sight& sight) const;
  [[nodiscard]] Mood score_plain(const Tokens& tokens, std::string_view lang, Features& features) const;
  /// Apart, because its memory would cost every text.
  [[nodiscard, gnu::noinline]] Mood score_with(const Tokens& tokens, std::string_view lang, const LexiconHits& hits,
                                               uint32_t topic, Features& features) const;

  std::unique_ptr<const Loaded> model_;
  Lexicon lexicon_;
  std::string id_;
};

}  // namespace roomtone::mood
