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

/// Which of the words the model's language has; a user's word is one of it.
void count_words(const Network& net, const Tokens& tokens, const LexiconReading* users, LanguageEvidence& evidence) {
  for (std::size_t i = 0; i < tokens.tokens.size(); ++i) {
    const Token& token = tokens.tokens[i];
    if (token.kind != TokenKind::word || (token.flags & kDigitFirst) != 0) continue;  // numbers are of all languages
    const bool known = net.knows_word(token.hash) || (users != nullptr && users->is_silent(i));
    evidence.word(known, is_ordinary_word(token));
  }
}

/// `tokens` without the one at `at`.
void leave_out(const Tokens& tokens, std::size_t at, Tokens& without) {
  without = tokens;
  const Token& token = tokens.tokens[at];
  without.tokens.erase(without.tokens.begin() + static_cast<std::ptrdiff_t>(at));
  const std::string_view bytes = tokens.view(token);
  switch (token.kind) {
    case TokenKind::word:
      --without.words;
      if ((token.flags & kAllCaps) != 0) --without.words_all_caps;
      if ((token.flags & kElongated) != 0) --without.elongated;
      break;
    case TokenKind::hashtag: --without.hashtags; break;
    case TokenKind::mention: --without.mentions; break;
    case TokenKind::url: --without.links; break;
    case TokenKind::emoji:
    case TokenKind::emoticon: --without.signs; break;
    case TokenKind::punctuation:
      if (bytes.find('?') != std::string_view::npos) --without.questions;
      // A mixed run of both is counted as if it were all of this one: close enough for leaving it out.
      if (bytes.find('!') != std::string_view::npos) {
        without.exclamations -= std::min<uint32_t>(without.exclamations, token.run);
      }
      if (bytes == "." && token.run > 2) --without.ellipses;
      break;
    case TokenKind::cashtag: break;
  }
}

/// Whether anything but the users' words speaks.
bool rest_speaks(const Tokens& tokens, const LexiconReading& users) {
  for (std::size_t i = 0; i < tokens.tokens.size(); ++i) {
    const TokenKind kind = tokens.tokens[i].kind;
    const bool speaking = kind == TokenKind::word || kind == TokenKind::emoji || kind == TokenKind::emoticon;
    if (speaking && !users.is_silent(i)) return true;
  }
  return false;
}

/// What the users' words add: their valence, and half of its opposite in the reach of a "not".
int64_t added_micro(const Features& features, const LexiconReading& users) {
  int64_t sum = 0;
  for (std::size_t i = 0; i < users.count; ++i) {
    const LexiconReading::Word& word = users.words[i];
    const bool negated = (features.flags_at[2U * word.token + 1] & kNegated) != 0;
    sum += negated ? -(word.valence_micro / 2) : word.valence_micro;
  }
  return sum;
}

/// Takes away every feature of which a silent token is part.
void leave_out(const LexiconReading& users, Features& features) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < features.count; ++i) {
    const std::size_t token = features.token(i);
    if (users.is_silent(token) || (!features.single(i) && users.is_silent(token - 1))) continue;
    features.keys[kept] = features.keys[i];
    features.places[kept++] = features.places[i];
  }
  features.count = kept;
}

/// The mood of a text in which users' words count.
Mood with_users_words(int32_t rest_micro, int64_t added_micro) {
  constexpr int64_t kWhole = 1'000'000;
  constexpr int32_t kTelling = 50'000;  // nearer to 0 it is neutral
  const auto valence = static_cast<int32_t>(std::clamp<int64_t>(rest_micro + added_micro, -kWhole, kWhole));
  const MoodLabel label = valence >= kTelling    ? MoodLabel::positive
                          : valence <= -kTelling ? MoodLabel::negative
                                                 : MoodLabel::neutral;
  return {.valence_micro = valence, .label = label, .scored = true};
}

}  // namespace

Result<Scorer> Scorer::load(const std::filesystem::path& file, Instructions instructions) {
  auto model = ModelFile::open(file);
  if (!model) return tl::unexpected(model.error());
  return Scorer(std::make_unique<const Loaded>(std::move(*model), instructions));
}

void Scorer::use(Lexicon lexicon) {
  lexicon_ = std::move(lexicon);
  id_ = model_->file.model().id;
  if (!lexicon_.empty()) id_ += "/" + lexicon_.digest();
}

/// What a text's score is made of.
struct Scorer::Sight {
  explicit Sight(Features& into) : features(into) {}

  Features& features;
  Outputs outputs;
  bool own_language = true;  // it looks like the model's, if that was asked
  bool users_words = false;  // there are some, and then:
  bool rest_speaks = true;   // there is more than those
  int64_t added_micro = 0;   // their valences
};

void Scorer::look(const Tokens& tokens, const LexiconReading* users, bool language_matters, Wanted wanted,
                  Sight& sight) const {
  Features& features = sight.features;
  extract(tokens, model_->cues, model_->filter, language_matters, features);
  if (users != nullptr) {
    sight.users_words = true;
    sight.rest_speaks = rest_speaks(tokens, *users);
    sight.added_micro = added_micro(features, *users);
    leave_out(*users, features);
  }
  const Network& net = model_->file.model().network;
  sight.outputs = forward(net, tokens, features, model_->instructions, wanted);
  if (!language_matters) return;
  count_words(net, tokens, users, features.evidence);
  sight.own_language = features.evidence.looks_own(tokens.signs);
}

bool Scorer::run(const Tokens& tokens, std::string_view lang, const LexiconReading* users, Wanted wanted,
                 Sight& sight) const {
  const Declared declared = declared_language(lang, language());
  if (declared == Declared::foreign || !speaks(tokens)) return false;
  // Many clients declare the language of their interface, so letters of another script overrule what was declared.
  if (tokens.other_letters > tokens.latin_letters) return false;

  look(tokens, users, declared == Declared::unknown, wanted, sight);
  return sight.own_language;
}

Mood Scorer::mood_of_sight(const Sight& sight) const {
  const Mood rest = mood_of(model_->file.model().network, sight.outputs.at);
  return sight.users_words ? with_users_words(sight.rest_speaks ? rest.valence_micro : 0, sight.added_micro) : rest;
}

Mood Scorer::score_plain(const Tokens& tokens, std::string_view lang, Features& features) const {
  Sight sight(features);
  return run(tokens, lang, nullptr, Wanted::mood, sight) ? mood_of_sight(sight) : Mood{};
}

Mood Scorer::score(const Tokens& tokens, std::string_view lang, const LexiconHits& hits, Features& features,
                   uint32_t topic) const {
  return hits.count == 0 ? score_plain(tokens, lang, features) : score_with(tokens, lang, hits, topic, features);
}

Mood Scorer::score(const Tokens& tokens, std::string_view lang, const LexiconHits& hits, uint32_t topic) const {
  Features features;
  return score(tokens, lang, hits, features, topic);
}

Mood Scorer::score(const Tokens& tokens, std::string_view lang, uint32_t topic) const {
  LexiconHits hits;
  lexicon_.find(tokens, hits);
  return score(tokens, lang, hits, topic);
}

Mood Scorer::score_with(const Tokens& tokens, std::string_view lang, const LexiconHits& hits, uint32_t topic,
                        Features& features) const {
  Sight sight(features);
  LexiconReading users;
  const bool any = lexicon_.read(tokens, hits, topic, users);
  return run(tokens, lang, any ? &users : nullptr, Wanted::mood, sight) ? mood_of_sight(sight) : Mood{};
}

Judgement Scorer::judge(const Tokens& tokens, std::string_view lang, uint32_t topic) const {
  LexiconHits hits;
  LexiconReading users;
  lexicon_.find(tokens, hits);
  const bool any = lexicon_.read(tokens, hits, topic, users);
  Features features;
  Sight sight(features);
  if (!run(tokens, lang, any ? &users : nullptr, Wanted::everything, sight)) return {};
  Judgement all = judgement_of(model_->file.model().network, sight.outputs.at);
  all.mood = mood_of_sight(sight);
  return all;
}

std::vector<int32_t> Scorer::effects(const Tokens& tokens, std::string_view lang, uint32_t topic) const {
  std::vector<int32_t> effects(tokens.tokens.size());
  const Mood whole = score(tokens, lang, topic);
  if (!whole.scored) return effects;
  Tokens without;
  Features features;
  LexiconHits hits;
  LexiconReading users;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    leave_out(tokens, i, without);
    int32_t rest = 0;
    if (speaks(without)) {
      lexicon_.find(without, hits);
      const bool any = lexicon_.read(without, hits, topic, users);
      Sight sight(features);
      look(without, any ? &users : nullptr, false, Wanted::mood, sight);
      rest = mood_of_sight(sight).valence_micro;
    }
    effects[i] = whole.valence_micro - rest;
  }
  return effects;
}

WordEffects Scorer::word_effects() const { return {model_->file.model().network, model_->instructions}; }

std::string_view Scorer::language() const { return model_->file.model().cues.languages.front(); }
const CueTable& Scorer::cues() const { return model_->cues; }

Scorer::Scorer(std::unique_ptr<const Loaded> model) : model_(std::move(model)), id_(model_->file.model().id) {}
Scorer::Scorer(Scorer&&) noexcept = default;
Scorer& Scorer::operator=(Scorer&&) noexcept = default;
Scorer::~Scorer() = default;

}  // namespace roomtone::mood
