#pragma once

#include <array>
#include <string_view>

namespace roomtone::mood {

/// The numbers of the scoring rules. A lexicon file gives all of them, because its valences were learned with them.
struct Rules {
  double alpha = 0;             // valence = s / sqrt(s² + alpha·(1 + words/alpha_words)); > 0
  double alpha_words = 0;       // > 0; keeps a long text from ending at ±1 for its length alone
  double negated_positive = 0;  // factor of a positive word under negation; "not good" is bad
  double negated_negative = 0;  // factor of a negative word under negation; "not bad" is hardly good
  double negation_scope = 0;    // words after a negator that it turns; whole
  double boost_scope = 0;       // words after a booster within which it finds its word; whole
  double capitals = 0;          // factor of a word in capitals among words that are not
  double elongated = 0;         // factor of an elongated word
  double exclamation = 0;       // added to the factor 1 for each of the first three '!'
  double question = 0;          // factor of a text that asks
  double contrast_before = 0;   // factor of what stands before a "but"
  double contrast_after = 0;    // factor of what follows it
  double repeated_emoji = 0;    // factor of an emoji that follows itself
  double sarcasm = 0;           // factor of a positive text that is marked as sarcasm
  double negative_at = 0;       // valence at or under which the label is negative
  double positive_at = 0;       // valence at or over which the label is positive
};

/// A rule as the file spells it, with the range it must be in.
struct RuleField {
  std::string_view name;
  double Rules::*value;
  double least;
  double most;
};

inline constexpr std::array<RuleField, 16> kRuleFields = {{
    {"alpha", &Rules::alpha, 0.001, 1000},
    {"alpha_words", &Rules::alpha_words, 1, 1'000'000},
    {"negated_positive", &Rules::negated_positive, -2, 2},
    {"negated_negative", &Rules::negated_negative, -2, 2},
    {"negation_scope", &Rules::negation_scope, 0, 20},
    {"boost_scope", &Rules::boost_scope, 0, 20},
    {"capitals", &Rules::capitals, 0, 5},
    {"elongated", &Rules::elongated, 0, 5},
    {"exclamation", &Rules::exclamation, 0, 1},
    {"question", &Rules::question, 0, 5},
    {"contrast_before", &Rules::contrast_before, 0, 5},
    {"contrast_after", &Rules::contrast_after, 0, 5},
    {"repeated_emoji", &Rules::repeated_emoji, 0, 1},
    {"sarcasm", &Rules::sarcasm, -2, 1},
    {"negative_at", &Rules::negative_at, -1, 0},
    {"positive_at", &Rules::positive_at, 0, 1},
}};

}  // namespace roomtone::mood
