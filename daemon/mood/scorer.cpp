#include "mood/scorer.hpp"

#include <algorithm>

#include "mood/cue_table.hpp"
#include "mood/features.hpp"
#include "mood/language.hpp"
#include "mood/model_file.hpp"

namespace roomtone::mood {

struct Scorer::Loaded {
  Loaded(ModelFile from, Instructions with)
      : file(std::move(from)), cues(file.model().cues.words), filter(file.model().network.filter), instructions(with) {}

  ModelFile file;
  CueTable cues;
  FeatureFilter filter;
  Instructions instructions;
};

namespace {

/// Whether there is anything a mood could be read from: a link or a name alone has none.
bool speaks(const Tokens& tokens) {
  return tokens.words > 0 || std::ranges::any_of(tokens.tokens, [](const Token& token) {
           return token.kind == TokenKind::emoji || token.kind == TokenKind::emoticon;
         });
}

/// Which of the words the model's language has.
void count_words(const Network& net, const Tokens& tokens, LanguageEvidence& evidence) {
  for (const Token& token : tokens.tokens) {
    if (token.kind != TokenKind::word || (token.flags & kDigitFirst) != 0) continue;  // numbers are of all languages
    evidence.word(net.knows_word(token.hash), is_ordinary_word(token));
  }
}

/// `tokens` without the one at `at`.
void leave_out(const Tokens& tokens, std::size_t at, Tokens& without) {
  without = tokens;
  const Token& token = tokens.tokens[at];
  without.tokens.erase(without.tokens.begin() + static_cast<std::ptrdiff_t>(at));
  if (token.kind == TokenKind::word) {
    --without.words;
    if ((token.flags & kAllCaps) != 0) --without.words_all_caps;
  }
  if (token.kind == TokenKind::punctuation) {
    const std::string_view marks = tokens.view(token);
    if (marks.find('?') != std::string_view::npos) --without.questions;
    // A mixed run of both is counted as if it were all of this one: close enough for leaving it out.
    if (marks.find('!') != std::string_view::npos) {
      without.exclamations -= std::min<uint32_t>(without.exclamations, token.run);
    }
  }
}

}  // namespace

Result<Scorer> Scorer::load(const std::filesystem::path& file, Instructions instructions) {
  auto model = ModelFile::open(file);
  if (!model) return tl::unexpected(model.error());
  return Scorer(std::make_unique<const Loaded>(std::move(*model), instructions));
}

bool Scorer::run(const Tokens& tokens, std::string_view lang, Outputs& outputs) const {
  const Declared declared = declared_language(lang, model_->file.model().cues.languages.front());
  if (declared == Declared::foreign || !speaks(tokens)) return false;
  // Many clients declare the language of their interface, so letters of another script overrule what was declared.
  if (tokens.other_letters > tokens.latin_letters) return false;

  Features features;
  extract(tokens, model_->cues, model_->filter, declared == Declared::unknown, features);
  outputs =
      forward(model_->file.model().network, tokens, features, model_->instructions);
  if (declared == Declared::covered) return true;
  count_words(model_->file.model().network, tokens, features.evidence);
  return features.evidence.looks_own(tokens.signs);
}

Mood Scorer::score(const Tokens& tokens, std::string_view lang) const {
  Outputs outputs;
  return run(tokens, lang, outputs) ? mood_of(model_->file.model().network, outputs.at) : Mood{};
}

Judgement Scorer::judge(const Tokens& tokens, std::string_view lang) const {
  Outputs outputs;
  return run(tokens, lang, outputs) ? judgement_of(model_->file.model().network, outputs.at) : Judgement{};
}

std::vector<int32_t> Scorer::effects(const Tokens& tokens, std::string_view lang) const {
  std::vector<int32_t> effects(tokens.tokens.size());
  Outputs outputs;
  if (!run(tokens, lang, outputs)) return effects;
  const Network& net = model_->file.model().network;
  const int32_t whole = mood_of(net, outputs.at).valence_micro;
  Tokens without;
  Features features;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    leave_out(tokens, i, without);
    int32_t rest = 0;
    if (speaks(without)) {
      extract(without, model_->cues, model_->filter, false, features);
      rest = mood_of(net, forward(net, without, features, model_->instructions).at).valence_micro;
    }
    effects[i] = whole - rest;
  }
  return effects;
}

std::string_view Scorer::id() const { return model_->file.model().id; }
const CueTable& Scorer::cues() const { return model_->cues; }

Scorer::Scorer(std::unique_ptr<const Loaded> model) : model_(std::move(model)) {}
Scorer::Scorer(Scorer&&) noexcept = default;
Scorer& Scorer::operator=(Scorer&&) noexcept = default;
Scorer::~Scorer() = default;

}  // namespace roomtone::mood
