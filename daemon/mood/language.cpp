#include "mood/language.hpp"

#include <algorithm>

namespace roomtone::mood {

namespace {

// A text this short may have no function word at all ("great game!"), so that known words are enough: more than half.
constexpr uint32_t kShortWords = 5;
constexpr uint32_t kShortKnown = 2;

// Of a longer text three words in five must be known and one in six a function word: half of all running English is, and
// a few strings such as "on" or "me" are words in many languages.
constexpr uint32_t kKnownOf = 5;
constexpr uint32_t kKnownAtLeast = 3;
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

bool LanguageEvidence::looks_own(uint32_t words, uint32_t known, uint32_t signs) const {
  const uint32_t own = own_only_ + counts_[0];
  const uint32_t other = *std::max_element(counts_.begin() + 1, counts_.end());
  if (other > own) return false;
  // A model knows nearly every word of its own language and, of another, those that look like one of its own.
  if (words <= kShortWords) return known * kShortKnown >= words && (words > 0 ? known > 0 : signs > 0);
  return known * kKnownOf >= words * kKnownAtLeast && own * kWordsPerFunctionWord >= words;
}

}  // namespace roomtone::mood
