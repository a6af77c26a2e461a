#include "mood/reading.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/hash.hpp"
#include "base/limits.hpp"

namespace roomtone::mood {

namespace {

constexpr std::size_t kElongatedBytes = 32;  // longer ones are noise ("aabbaabbaabb...")
constexpr double kBoostMin = 0.2;
constexpr double kBoostMax = 2.5;

constexpr bool is_ascii_letter(char c) { return c >= 'a' && c <= 'z'; }

}  // namespace

Reading::Reading(const WordTable& words, const Rules& rules, const Tokens& tokens, bool language_matters)
    : words_(words),
      rules_(rules),
      tokens_(tokens),
      end_(tokens.tokens.data() + tokens.tokens.size()),
      language_matters_(language_matters),
      mixed_cases_(tokens.words_all_caps > 0 && mixes_cases()) {}

/// Lists the tokens that may say something, without a branch: most do not, and which do is hard to foresee.
std::size_t Reading::find_telling(Telling* telling) const {
  constexpr unsigned kSigns =
      1U << static_cast<unsigned>(TokenKind::emoji) | 1U << static_cast<unsigned>(TokenKind::emoticon);
  static_assert(kElongated == 1 << 2);
  const Token* const tokens = tokens_.tokens.data();
  const std::size_t last = tokens_.tokens.size() - 1;
  const uint64_t* const acting = words_.acting_bits(language_matters_);
  std::size_t count = 0;
  uint32_t words = 0;
  uint32_t broken = 0;
  uint64_t hash = tokens[0].hash;
  for (std::size_t i = 0; i <= last; ++i) {
    const unsigned kind = static_cast<unsigned>(tokens[i].kind);
    const unsigned flags = tokens[i].flags;
    const uint64_t next = tokens[i < last ? i + 1 : i].hash;
    telling[count] = {static_cast<uint16_t>(i), static_cast<uint16_t>(words), broken};
    count += (WordTable::acts(acting, hash) | words_.begins_phrase(hash, next) | kSigns >> kind | flags >> 2) & 1;
    words += kind == static_cast<unsigned>(TokenKind::word) ? 1 : 0;
    broken = (flags & kEndsThought) != 0 ? static_cast<uint32_t>(i) + 1 : broken;
    hash = next;
  }
  return count;
}

void Reading::read() {
  std::array<Telling, limits::kTokens> telling;
  static_assert(limits::kTokens <= UINT16_MAX);
  if (tokens_.tokens.empty()) return;
  const std::size_t count = find_telling(telling.data());
  const Token* const first = tokens_.tokens.data();
  std::size_t last = 0;     // the token read last
  std::size_t next = 0;     // where the text goes on after it
  unsigned words_read = 0;  // words before that
  for (std::size_t i = 0; i < count; ++i) {
    const Telling& here = telling[i];
    if (here.at < next) continue;  // part of a phrase
    if (here.broken > last) pause();
    if (here.words > words_read) plain_words(static_cast<int>(here.words - words_read));
    const Token* const token = first + here.at;
    last = here.at;
    next = static_cast<std::size_t>(read_one(token) - first);
    words_read = here.words + (token->kind == TokenKind::word ? static_cast<unsigned>(next - last) : 0U);
  }
}

/// Reads what begins at `token`; where the text goes on.
const Token* Reading::read_one(const Token* token) {
  switch (token->kind) {
    case TokenKind::word: return word(token);
    case TokenKind::hashtag: hashtag(*token); break;
    case TokenKind::emoji:
    case TokenKind::emoticon: sign(*token); break;
    case TokenKind::punctuation:
    case TokenKind::cashtag:
    case TokenKind::mention:
    case TokenKind::url: break;
  }
  return token + 1;
}

double Reading::valence() const {
  double sum = sum_ * (1 + rules_.exclamation * std::min<uint32_t>(tokens_.exclamations, 3));
  if (tokens_.questions > 0) sum *= rules_.question;
  if (sarcasm_ && sum > 0) sum *= rules_.sarcasm;
  const double alpha = rules_.alpha * (1 + tokens_.words / rules_.alpha_words);
  return sum / std::sqrt(sum * sum + alpha);
}

/// Reads the word, or the phrase that begins with it; where the text goes on.
const Token* Reading::word(const Token* token) {
  last_sign_ = 0;
  const Token* next = token + 1;
  const Entry* entry = nullptr;
  if (next < end_ && words_.begins_phrase(token->hash, next->hash) != 0) entry = longest_phrase(token, next);
  if (entry == nullptr) {
    entry = lookup(*token);
    note_language(entry);
    if (entry == nullptr || entry->roles == 0) {
      plain_words(1);
      return next;
    }
  }
  const unsigned roles = entry->roles;
  if ((roles & kSarcasm) != 0) sarcasm_ = true;
  if ((roles & kContrast) != 0) {
    contrast();
    return next;
  }

  const bool valued = (roles & kValued) != 0 && entry->valence != 0;
  // "awfully" and "pretty" are boosters before a word with a valence and have their own elsewhere.
  if ((roles & kBooster) != 0 && (!valued || carries_valence(next))) {
    boost_ = std::clamp((boost_left_ > 0 ? boost_ : 1) * static_cast<double>(entry->factor), kBoostMin, kBoostMax);
    boost_left_ = static_cast<int>(rules_.boost_scope);
    negation_left_ -= negation_left_ > 0;
    return next;
  }

  if (valued) {
    double valence = static_cast<double>(entry->valence);
    if (negation_left_ > 0) valence *= valence > 0 ? rules_.negated_positive : rules_.negated_negative;
    if (boost_left_ > 0) valence *= boost_;
    if (mixed_cases_ && (token->flags & kAllCaps) != 0) valence *= rules_.capitals;
    if ((token->flags & kElongated) != 0) valence *= rules_.elongated;
    add(valence);
    boost_left_ = 0;
  }
  plain_words(1);
  if ((roles & kNegator) != 0) negation_left_ = static_cast<int>(rules_.negation_scope);
  return next;
}

/// A hashtag's words follow it as tokens of their own; as a whole it can only say that the text was not meant.
void Reading::hashtag(const Token& token) {
  const Entry* entry = lookup(token);
  if (entry != nullptr && (entry->roles & kSarcasmTag) != 0) sarcasm_ = true;
}

void Reading::sign(const Token& token) {
  ++signs_;
  negation_left_ = 0;  // "nothing ... :(": the face is about all of it and is never turned
  boost_left_ = 0;
  const Entry* entry = lookup(token);
  if (entry != nullptr && (entry->roles & kValued) != 0) {
    const double repeat = token.hash == last_sign_ ? rules_.repeated_emoji : 1;
    add(static_cast<double>(entry->valence) * repeat);
  }
  last_sign_ = token.hash;
}

void Reading::contrast() {
  if (hits_ > 0) {
    sum_ *= rules_.contrast_before;
    after_ = rules_.contrast_after;
  }
  pause();
}

void Reading::add(double valence) {
  sum_ += valence * after_;
  ++hits_;
}

const Entry* Reading::lookup(const Token& token) const {
  const Entry* entry = words_.find(token.hash);
  return entry == nullptr && (token.flags & kElongated) != 0 ? elongated(token) : entry;
}

/// "sooo" was cut to "soo" and may be "so"; "helllooo" was cut to "helloo" and may be "hello".
const Entry* Reading::elongated(const Token& token) const {
  const std::string_view text = tokens_.view(token);
  if (text.size() > kElongatedBytes) return nullptr;
  const auto single = [&](std::size_t from) -> const Entry* {
    std::array<char, kElongatedBytes> buffer;
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (i > from && is_ascii_letter(text[i]) && text[i] == text[i - 1]) continue;
      buffer[size++] = text[i];
    }
    return words_.find(word_hash({buffer.data(), size}));
  };
  if (const Entry* entry = single(0); entry != nullptr) return entry;
  // Only the last doubled letter.
  for (std::size_t i = text.size(); i > 1; --i) {
    if (text[i - 1] == text[i - 2]) return single(i - 2);
  }
  return nullptr;
}

/// The longest phrase that begins with the word `token`; moves `next` behind it. Else nullptr.
const Entry* Reading::longest_phrase(const Token* token, const Token*& next) {
  const auto is_word = [&](const Token* at) { return at < end_ && at->kind == TokenKind::word; };
  if (!is_word(token + 1)) return nullptr;
  std::size_t length = 3;
  const Entry* phrase = is_word(token + 2) ? words_.find_phrase({token, length}) : nullptr;
  if (phrase == nullptr) phrase = words_.find_phrase({token, length = 2});
  if (phrase == nullptr) return nullptr;
  next = token + length;
  if (language_matters_) {
    for (const Token* part = token; part != next; ++part) note_language(lookup(*part));
  }
  return phrase;
}

bool Reading::carries_valence(const Token* token) const {
  if (token >= end_ || token->kind != TokenKind::word) return false;
  const Entry* entry = lookup(*token);
  return entry != nullptr && (entry->roles & kValued) != 0 && entry->valence != 0;
}

bool Reading::mixes_cases() const {
  return std::ranges::any_of(tokens_.tokens, [&](const Token& token) {
    return token.kind == TokenKind::word && (token.flags & kAllCaps) == 0 && token.end - token.begin > 1 &&
           is_ascii_letter(tokens_.normalised[token.begin]);
  });
}

}  // namespace roomtone::mood
