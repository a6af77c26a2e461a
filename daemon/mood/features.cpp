#include "mood/features.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace roomtone::mood {

namespace {

/// By kind: what the hash of a token's bytes is multiplied with, 0 where all of a kind are one, and what is added. So
/// "#love", "$love" and "love" have different keys, and every link has the same.
struct Spread {
  uint64_t times;
  uint64_t plus;
};
constexpr uint64_t kPlus = 0x9e3779b97f4a7c15ULL;
constexpr std::array<Spread, 8> kSpread = {{
    {1, 0},          // word
    {1, kPlus},      // hashtag
    {0, 2 * kPlus},  // cashtag
    {0, 3 * kPlus},  // mention
    {0, 4 * kPlus},  // url
    {1, 0},          // emoji
    {1, 0},          // emoticon
    {1, 0},          // punctuation
}};

/// A run of punctuation says more when it is longer: one, two, three and more are three things.
constexpr uint64_t kLonger = 0xc2b2ae3d27d4eb4fULL;

constexpr std::size_t kElongatedBytes = 32;  // longer ones are noise ("aabbaabbaabb...")

constexpr bool is_ascii_letter(char c) { return c >= 'a' && c <= 'z'; }

constexpr uint8_t capped(std::size_t value) {
  return static_cast<uint8_t>(std::min<std::size_t>(value, kDenseMax));
}

/// The cues of one text and what they reach.
class Scopes {
 public:
  Scopes(const Tokens& tokens, const CueTable& cues, Features& features, uint8_t* flags)
      : tokens_(tokens.tokens.data()), size_(tokens.tokens.size()), cues_(cues), features_(features), flags_(flags) {}

  /// Looks at the token at `at`, which may be a cue.
  void cue(std::size_t at, bool language_matters) {
    const Token& token = tokens_[at];
    const CueTable::Entry* const entry = cues_.find(token.hash);
    if (entry == nullptr) return;
    const unsigned roles = entry->roles;
    if (token.kind == TokenKind::hashtag) {
      if ((roles & kSarcasmTag) != 0) ++sarcasm_;
      return;
    }
    if (token.kind != TokenKind::word) return;
    if (language_matters && entry->languages != 0) features_.evidence.function_word(entry->languages);
    if ((roles & kNegator) != 0) {
      ++negators_;
      reach(at, kNegationReach, kNegated);
    }
    if ((roles & kBooster) != 0) {
      ++boosters_;
      reach(at, kBoostReach, kEmphasised);
    }
    if ((roles & kContrast) != 0) {
      ++contrasts_;
      last_contrast_ = at;
    }
    if ((roles & kSarcasm) != 0) ++sarcasm_;
  }

  void finish() {
    for (std::size_t i = 0; i < last_contrast_; ++i) flags_[i] |= kBeforeContrast;
    auto& dense = features_.dense;
    dense[kDenseNegators] = capped(negators_);
    dense[kDenseBoosters] = capped(boosters_);
    dense[kDenseContrasts] = capped(contrasts_);
    dense[kDenseSarcasm] = capped(sarcasm_);
  }

 private:
  void reach(std::size_t from, int words, uint8_t flag) {
    for (std::size_t i = from + 1; i < size_ && words > 0; ++i) {
      const Token& token = tokens_[i];
      if ((token.flags & kEndsThought) != 0 || token.kind == TokenKind::emoji || token.kind == TokenKind::emoticon) return;
      if (token.kind != TokenKind::word) continue;
      const CueTable::Entry* const entry = cues_.find(token.hash);
      if (entry != nullptr && (entry->roles & kContrast) != 0) return;
      flags_[i] |= flag;
      --words;
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

uint64_t feature_hash(const Token& token) {
  const Spread& spread = kSpread[static_cast<std::size_t>(token.kind)];
  uint64_t hash = token.hash * spread.times + spread.plus;
  if (token.kind == TokenKind::punctuation) hash += kLonger * std::min<unsigned>(token.run - 1U, 2U);
  return hash;
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

void extract(const Tokens& tokens, const CueTable& cues, bool language_matters, Features& features) {
  const std::size_t size = tokens.tokens.size();
  const Token* const all = tokens.tokens.data();
  std::array<uint8_t, limits::kTokens> flags;
  std::array<uint16_t, limits::kTokens> telling;
  std::array<uint32_t, 8> kinds{};
  const uint64_t* const acting = cues.bits(language_matters);
  const bool shouted = tokens.words_all_caps >= 2 && tokens.words_all_caps == tokens.words;
  const unsigned loud = kElongated | (tokens.words_all_caps > 0 && !shouted ? static_cast<unsigned>(kAllCaps) : 0U);

  std::size_t cue_count = 0;
  uint32_t elongated = 0;
  uint32_t ellipses = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const Token& token = all[i];
    flags[i] = static_cast<uint8_t>((token.flags & loud) != 0 ? kEmphasised : 0);
    ++kinds[static_cast<std::size_t>(token.kind)];
    elongated += (token.flags & kElongated) != 0 ? 1 : 0;
    ellipses += token.kind == TokenKind::punctuation && token.run > 2 && tokens.normalised[token.begin] == '.' ? 1 : 0;
    telling[cue_count] = static_cast<uint16_t>(i);
    cue_count += CueTable::maybe(acting, token.hash);
  }

  auto& dense = features.dense;
  const auto of_kind = [&](TokenKind kind) { return kinds[static_cast<std::size_t>(kind)]; };
  dense[kDenseWords] = capped(tokens.words);
  dense[kDenseCapitals] = capped(shouted ? 0 : tokens.words_all_caps);
  dense[kDenseExclamations] = capped(tokens.exclamations);
  dense[kDenseQuestions] = capped(tokens.questions);
  dense[kDenseElongated] = capped(elongated);
  dense[kDenseHashtags] = capped(of_kind(TokenKind::hashtag));
  dense[kDenseMentions] = capped(of_kind(TokenKind::mention));
  dense[kDenseLinks] = capped(of_kind(TokenKind::url));
  dense[kDenseSigns] = capped(of_kind(TokenKind::emoji) + of_kind(TokenKind::emoticon));
  dense[kDenseEllipses] = capped(ellipses);
  dense[kDenseShouted] = shouted ? 1 : 0;
  dense[kDenseKnown] = 0;

  Scopes scopes(tokens, cues, features, flags.data());
  for (std::size_t i = 0; i < cue_count; ++i) scopes.cue(telling[i], language_matters);
  scopes.finish();

  static_assert(kElongated << 2 == kLong);
  Feature* out = features.list.data();
  uint64_t before = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const uint64_t hash = feature_hash(all[i]);
    *out++ = {hash, static_cast<uint16_t>(i), static_cast<uint8_t>(flags[i] | kSingle | (all[i].flags & kElongated) << 2)};
    if (i > 0) {
      const unsigned both = flags[i - 1] & flags[i] & (kNegated | kBeforeContrast);
      *out++ = {pair_hash(before, hash), static_cast<uint16_t>(i), static_cast<uint8_t>(both)};
    }
    before = hash;
  }
  features.count = static_cast<std::size_t>(out - features.list.data());
}

}  // namespace roomtone::mood
