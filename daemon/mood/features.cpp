#include "mood/features.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace roomtone::mood {

namespace {

/// What is kept of the hash of a token's bytes, and what is added.
struct Spread {
  uint64_t keep;
  uint64_t plus;
};
constexpr unsigned kRuns = 4;  // a run of three is as good as any longer

/// By kind and run: so "#love" and "love" have different keys, every link has the same, and "!!" is not "!".
constexpr auto kSpread = [] {
  constexpr uint64_t kKeep = ~uint64_t{0};
  constexpr uint64_t kPlus = 0x9e3779b97f4a7c15ULL;
  constexpr uint64_t kLonger = 0xc2b2ae3d27d4eb4fULL;
  std::array<Spread, 8 * kRuns> spreads{};
  for (unsigned run = 0; run < kRuns; ++run) {
    const auto set = [&](TokenKind kind, Spread spread) {
      spreads[static_cast<unsigned>(kind) * kRuns + run] = spread;
    };
    for (const TokenKind kind : {TokenKind::word, TokenKind::emoji, TokenKind::emoticon}) set(kind, {kKeep, 0});
    set(TokenKind::hashtag, {kKeep, kPlus});
    set(TokenKind::cashtag, {0, 2 * kPlus});
    set(TokenKind::mention, {0, 3 * kPlus});
    set(TokenKind::url, {0, 4 * kPlus});
    set(TokenKind::punctuation, {kKeep, run < 2 ? 0 : kLonger * (run - 1)});
  }
  return spreads;
}();

constexpr std::size_t kElongatedBytes = 32;  // longer ones are noise ("aabbaabbaabb...")

constexpr bool is_ascii_letter(char c) { return c >= 'a' && c <= 'z'; }

constexpr uint8_t capped(uint64_t value) { return static_cast<uint8_t>(std::min<uint64_t>(value, kDenseMax)); }

/// The cues of one text and what they reach.
class Scopes {
 public:
  Scopes(const Tokens& tokens, const CueTable& cues, Features& features, uint8_t* flags)
      : tokens_(tokens.tokens.data()), size_(tokens.tokens.size()), cues_(cues), features_(features), flags_(flags) {}

  /// Looks at the tokens at these places, which may be cues. Contrasts first: they end what others reach.
  void read(const uint16_t* places, std::size_t count, bool language_matters) {
    std::array<Cue, limits::kTokens> reaching;
    std::size_t found = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned roles = roles_at(places[i], language_matters);
      reaching[found] = {places[i], static_cast<uint8_t>(roles)};
      found += (roles & (kNegator | kBooster)) != 0 ? 1 : 0;
    }
    for (std::size_t i = 0; i < found; ++i) reach(reaching[i]);
    for (std::size_t i = 0; i < last_contrast_; ++i) flags_[i] |= kBeforeContrast;
    auto& dense = features_.dense;
    dense[kDenseNegators] = capped(negators_);
    dense[kDenseBoosters] = capped(boosters_);
    dense[kDenseContrasts] = capped(contrasts_);
    dense[kDenseSarcasm] = capped(sarcasm_);
  }

  /// Flags of a token that only Scopes reads.
  static constexpr uint8_t kContrastHere = 1 << 7;

 private:
  struct Cue {
    uint16_t at;
    uint8_t roles;
  };

  unsigned roles_at(std::size_t at, bool language_matters) {
    const Token& token = tokens_[at];
    const CueTable::Entry* const entry = cues_.find(token.hash);
    if (entry == nullptr) return 0;
    const unsigned roles = entry->roles;
    if (token.kind != TokenKind::word) {
      if (token.kind == TokenKind::hashtag) sarcasm_ += (roles & kSarcasmTag) != 0 ? 1 : 0;
      return 0;
    }
    if (language_matters && entry->languages != 0) features_.evidence.function_word(entry->languages);
    negators_ += (roles & kNegator) != 0 ? 1 : 0;
    boosters_ += (roles & kBooster) != 0 ? 1 : 0;
    sarcasm_ += (roles & kSarcasm) != 0 ? 1 : 0;
    if ((roles & kContrast) != 0) {
      ++contrasts_;
      last_contrast_ = at;
      flags_[at] |= kContrastHere;
    }
    return roles;
  }

  void reach(Cue cue) {
    static_assert(kBoostReach < kNegationReach);
    constexpr unsigned kSigns =
        1U << static_cast<unsigned>(TokenKind::emoji) | 1U << static_cast<unsigned>(TokenKind::emoticon);
    const uint8_t negated = (cue.roles & kNegator) != 0 ? kNegated : 0;
    uint8_t emphasised = (cue.roles & kBooster) != 0 ? kEmphasised : 0;
    const int most = negated != 0 ? kNegationReach : kBoostReach;
    int words = 0;
    for (std::size_t i = cue.at + 1U; i < size_ && words < most; ++i) {
      const Token& token = tokens_[i];
      const unsigned ends = (token.flags & kEndsThought) | (kSigns >> static_cast<unsigned>(token.kind) & 1U) |
                            (flags_[i] & kContrastHere);
      if (ends != 0) return;
      if (token.kind != TokenKind::word) continue;
      if (words == kBoostReach) emphasised = 0;
      flags_[i] |= static_cast<uint8_t>(negated | emphasised);
      ++words;
    }
  }

  const Token* tokens_;
  std::size_t size_;
  const CueTable& cues_;
  Features& features_;
  uint8_t* flags_;
  std::size_t last_contrast_ = 0;
  std::size_t negators_ = 0;
  std::size_t boosters_ = 0;
  std::size_t contrasts_ = 0;
  std::size_t sarcasm_ = 0;
};

}  // namespace

uint64_t feature_key(const Token& token) {
  const unsigned run = token.run < kRuns ? token.run : kRuns - 1;
  const Spread& spread = kSpread[static_cast<unsigned>(token.kind) * kRuns + run];
  return (token.hash & spread.keep) + spread.plus;
}

Spellings short_spellings(std::string_view text) {
  Spellings spellings{};
  if (text.size() > kElongatedBytes) return spellings;
  std::array<char, kElongatedBytes> buffer;
  const auto single = [&](std::size_t from) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (i > from && is_ascii_letter(text[i]) && text[i] == text[i - 1]) continue;
      buffer[size++] = text[i];
    }
    return word_hash({buffer.data(), size});
  };
  spellings[0] = single(0);
  for (std::size_t i = text.size(); i > 1; --i) {
    if (text[i - 1] != text[i - 2]) continue;
    spellings[1] = single(i - 2);
    break;
  }
  return spellings;
}

namespace {

/// Lists keys and cues; returns how many cues. `filter` is a copy, which no store can be thought to change.
[[gnu::always_inline]] inline std::size_t list(const Tokens& tokens, const uint64_t* cue_bits, FeatureFilter filter,
                                               Features& features, uint16_t* telling) {
  const std::size_t size = tokens.tokens.size();
  const Token* const all = tokens.tokens.data();
  uint64_t* const keys = features.keys.data();
  uint16_t* const places = features.places.data();
  std::size_t count = 0;
  std::size_t cue_count = 0;
  uint64_t before = 0;
  // Nothing here waits for the token before: what may be listed is written, and kept by moving on.
  const auto single = [&](std::size_t i) {
    const Token& token = all[i];
    telling[cue_count] = static_cast<uint16_t>(i);
    cue_count += CueTable::maybe(cue_bits, token.hash);
    const uint64_t key = feature_key(token);
    keys[count] = key;
    places[count] = static_cast<uint16_t>(2 * i + 1);
    count += filter.passes(key) | (token.flags / kElongated & 1U);
    return key;
  };
  if (size > 0) before = single(0);
  for (std::size_t i = 1; i < size; ++i) {
    const uint64_t key = single(i);
    const uint64_t pair = pair_key(before, key);
    keys[count] = pair;
    places[count] = static_cast<uint16_t>(2 * i);
    count += filter.passes(pair);
    before = key;
  }
  features.count = count;
  return cue_count;
}

// Shifts by a variable number of bits, three a token, cost a third with this.
#if defined(__x86_64__)
__attribute__((target("bmi,bmi2"))) std::size_t list_with_bmi2(const Tokens& tokens, const uint64_t* cue_bits,
                                                               const FeatureFilter& filter, Features& features,
                                                               uint16_t* telling) {
  return list(tokens, cue_bits, filter, features, telling);
}
const bool kHasBmi2 = __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("bmi") != 0;
#endif

/// What a token's own flags say of its scope.
void note_loud(const Tokens& tokens, bool shouted, uint8_t* scopes) {
  const bool capitals = tokens.words_all_caps > 0 && !shouted;
  std::fill_n(scopes, tokens.tokens.size(), uint8_t{0});
  if (!capitals && tokens.elongated == 0) return;  // most texts
  for (std::size_t i = 0; i < tokens.tokens.size(); ++i) {
    const unsigned flags = tokens.tokens[i].flags;
    if ((flags & kElongated) != 0)
      scopes[i] = kEmphasised | kLong;
    else if (capitals && (flags & kAllCaps) != 0)
      scopes[i] = kEmphasised;
  }
}

}  // namespace

void extract(const Tokens& tokens, const CueTable& cues, const FeatureFilter& filter, bool language_matters,
             Features& features) {
  std::array<uint8_t, limits::kTokens + 1> scopes_from_before;  // one more in front, for the pair of the first token
  scopes_from_before[0] = 0;
  uint8_t* const scopes = scopes_from_before.data() + 1;
  std::array<uint16_t, limits::kTokens> telling;
  const uint64_t* const cue_bits = cues.bits(language_matters);
#if defined(__x86_64__)
  const std::size_t cue_count = kHasBmi2 ? list_with_bmi2(tokens, cue_bits, filter, features, telling.data())
                                         : list(tokens, cue_bits, filter, features, telling.data());
#else
  const std::size_t cue_count = list(tokens, cue_bits, filter, features, telling.data());
#endif

  auto& dense = features.dense;
  const bool shouted = tokens.words_all_caps >= 2 && tokens.words_all_caps == tokens.words;
  note_loud(tokens, shouted, scopes);
  dense[kDenseWords] = capped(tokens.words);
  dense[kDenseCapitals] = capped(shouted ? 0 : tokens.words_all_caps);
  dense[kDenseExclamations] = capped(tokens.exclamations);
  dense[kDenseQuestions] = capped(tokens.questions);
  dense[kDenseElongated] = capped(tokens.elongated);
  dense[kDenseHashtags] = capped(tokens.hashtags);
  dense[kDenseMentions] = capped(tokens.mentions);
  dense[kDenseLinks] = capped(tokens.links);
  dense[kDenseSigns] = capped(tokens.signs);
  dense[kDenseEllipses] = capped(tokens.ellipses);
  dense[kDenseShouted] = shouted ? 1 : 0;
  dense[kDenseKnown] = 0;

  Scopes reach(tokens, cues, features, scopes);
  reach.read(telling.data(), cue_count, language_matters);

  const uint8_t* const before = scopes_from_before.data();
  uint8_t* const flags = features.flags_at.data();
  const std::size_t size = tokens.tokens.size();
  for (std::size_t i = 0; i < size; ++i) {
    flags[2 * i] = before[i] & before[i + 1] & (kNegated | kBeforeContrast);
    flags[2 * i + 1] = static_cast<uint8_t>((before[i + 1] & ~Scopes::kContrastHere) | kSingle);
  }
}

}  // namespace roomtone::mood
