#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "mood/rules.hpp"
#include "mood/word_table.hpp"

namespace roomtone::mood {

inline constexpr std::size_t kLexiconBytesMax = 8 * 1024 * 1024;
inline constexpr std::size_t kLexiconItemsMax = 100'000;
inline constexpr std::size_t kLexiconItemBytesMax = 64;
inline constexpr std::size_t kLexiconLanguagesMax = 16;  // its own and fifteen to tell it from

/// A lexicon file as it was read and checked (format: deploy/models/README.md).
struct Lexicon {
  std::string id;        // "roomtone-en-open-1"
  std::string language;  // primary subtag, lower case: "en"
  Rules rules;
  std::vector<std::string> languages;  // of the function words; [0] is `language`
  std::vector<WordTable::Row> rows;    // one a word or phrase, whatever the number of its roles
};

/// Parses the text of a lexicon file. Errors begin with `name` and the line: "en.lexicon:12: ...".
[[nodiscard]] Result<Lexicon> parse_lexicon(std::string_view text, std::string_view name);

}  // namespace roomtone::mood
