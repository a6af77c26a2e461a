#include "mood/scorer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "mood/language.hpp"
#include "mood/lexicon_file.hpp"
#include "mood/reading.hpp"
#include "mood/word_table.hpp"

namespace roomtone::mood {

struct Scorer::Tables {
  explicit Tables(Lexicon lexicon)
      : id(std::move(lexicon.id)),
        language(std::move(lexicon.language)),
        rules(lexicon.rules),
        words(lexicon.rows),
        negative_micro(micro(rules.negative_at)),
        positive_micro(micro(rules.positive_at)) {}

  /// Rounded half away from zero: the same integer wherever IEEE 754 holds.
  static int32_t micro(double value) { return static_cast<int32_t>(value * 1e6 + (value < 0 ? -0.5 : 0.5)); }

  std::string id;
  std::string language;
  Rules rules;
  WordTable words;
  int32_t negative_micro;
  int32_t positive_micro;
};

namespace {

/// Whether there is anything a mood could be read from: a link or a name alone has none.
bool speaks(const Tokens& tokens) {
  return tokens.words > 0 || std::ranges::any_of(tokens.tokens, [](const Token& token) {
           return token.kind == TokenKind::word || token.kind == TokenKind::emoji || token.kind == TokenKind::emoticon;
         });
}

}  // namespace

Result<Scorer> Scorer::load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::not_found, "open lexicon " + file.string() + ": " + std::strerror(errno));
  std::string text(kLexiconBytesMax + 1,
                   '\0');  // one more than allowed, so that too long a file is told from a full one
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (in.fail() && !in.eof())) return fail(ErrorCode::io, "read lexicon " + file.string());
  text.resize(static_cast<std::size_t>(in.gcount()));
  auto lexicon = parse_lexicon(text, file.string());
  if (!lexicon) return tl::unexpected(lexicon.error());
  return Scorer(std::make_unique<const Tables>(std::move(*lexicon)));
}

Mood Scorer::score(const Tokens& tokens, std::string_view lang) const {
  const Declared declared = declared_language(lang, tables_->language);
  if (declared == Declared::foreign || !speaks(tokens)) return {};
  // Many clients declare the language of their interface, so letters of another script overrule what was declared.
  if (tokens.other_letters > tokens.latin_letters) return {};

  Reading reading(tables_->words, tables_->rules, tokens, declared == Declared::unknown);
  reading.read();
  if (declared == Declared::unknown && !reading.evidence().looks_own(tokens, reading.hits(), reading.signs()))
    return {};

  Mood mood;
  mood.scored = true;
  mood.valence_micro = Tables::micro(reading.valence());
  if (mood.valence_micro <= tables_->negative_micro && mood.valence_micro < 0) mood.label = MoodLabel::negative;
  if (mood.valence_micro >= tables_->positive_micro && mood.valence_micro > 0) mood.label = MoodLabel::positive;
  return mood;
}

std::string_view Scorer::id() const { return tables_->id; }

Scorer::Scorer(std::unique_ptr<const Tables> tables) : tables_(std::move(tables)) {}
Scorer::Scorer(Scorer&&) noexcept = default;
Scorer& Scorer::operator=(Scorer&&) noexcept = default;
Scorer::~Scorer() = default;

}  // namespace roomtone::mood
