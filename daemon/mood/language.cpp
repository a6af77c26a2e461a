#include "mood/language.hpp"

#include <algorithm>

namespace roomtone::mood {

namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_tag(std::string_view any_case, std::string_view lower_case) {
  return std::ranges::equal(any_case, lower_case, {}, lower);
}

}  // namespace

Declared declared_language(std::string_view declared, std::string_view language) {
  if (same_tag(declared, language)) return Declared::covered;  // most messages
  const std::string_view primary = declared.substr(0, declared.find_first_of("-_"));
  if (primary.empty() || same_tag(primary, "und") || same_tag(primary, "mul") || same_tag(primary, "zxx")) {
    return Declared::unknown;
  }
  return same_tag(primary, language) ? Declared::covered : Declared::foreign;
}

bool LanguageEvidence::looks_own(uint32_t signs) const {
  const uint32_t own = own_only_ + counts_[0];
  const uint32_t other = *std::max_element(counts_.begin() + 1, counts_.end());
  if (other > own && other > 1) return false;
  // A model knows nearly every word of its own language and, of another, those that look like one of its own. Function
  // words say twice as much: half of all running text is.
  const uint32_t for_own = 2 * own + known_;
  const uint32_t against = 2 * other + 2 * unknown_;
  return for_own > against || (for_own == against && signs > 0);
}

}  // namespace roomtone::mood
