#include "mood/language.hpp"

#include <algorithm>

namespace roomtone::mood {

namespace {

// A text this short may have no function word at all ("great game!"), so that one word or emoji with a valence is
// enough.
constexpr uint32_t kShortWords = 5;

// Of a longer text at least one word in six must be a function word: half of all running English is, and a few
// strings such as "on" or "me" are words in many languages.
constexpr uint32_t kWordsPerFunctionWord = 6;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_tag(std::string_view any_case, std::string_view lower_case) {
  return std::ranges::equal(any_case, lower_case, {}, lower);
}

}  // namespace

Declared declared_language(std::string_view declared, std::string_view language) {
  const std::string_view primary = declared.substr(0, declared.find_first_of("-_"));
  if (primary.empty() || same_tag(primary, "und") || same_tag(primary, "mul") || same_tag(primary, "zxx")) {
    return Declared::unknown;
  }
  return same_tag(primary, language) ? Declared::covered : Declared::foreign;
}

bool LanguageEvidence::looks_own(const Tokens& tokens, uint32_t hits, uint32_t signs) const {
  const uint32_t own = own_only_ + counts_[0];
  const uint32_t other = *std::max_element(counts_.begin() + 1, counts_.end());
  // A function word says twice as much as a word with a valence: "fast", "die" and "gut" mean something elsewhere too.
  const uint32_t for_own = 2 * own + hits;
  const uint32_t against = 2 * other;
  if (tokens.words <= kShortWords) return for_own > against || (for_own == against && hits + signs > 0);
  return for_own > against && for_own * kWordsPerFunctionWord >= 2 * tokens.words;
}

}  // namespace roomtone::mood
