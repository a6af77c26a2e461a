#pragma once

#include <cstdint>

#include "model/tokens.hpp"
#include "mood/language.hpp"
#include "mood/rules.hpp"
#include "mood/word_table.hpp"

namespace roomtone::mood {

/// One text read from left to right: which words count, with what factor, and what that adds up to. Lives on the stack
/// of one Scorer::score().
class Reading {
 public:
  /// `language_matters`: evidence() will be asked for.
  Reading(const WordTable& words, const Rules& rules, const Tokens& tokens, bool language_matters);

  void read();

  /// -1 .. 1.
  [[nodiscard]] double valence() const;

  [[nodiscard]] uint32_t hits() const { return hits_; }
  [[nodiscard]] uint32_t signs() const { return signs_; }
  [[nodiscard]] const LanguageEvidence& evidence() const { return evidence_; }

 private:
  /// A token that may say something, and what lies before it.
  struct Telling {
    uint16_t at;      // its place among the tokens
    uint16_t words;   // words before it
    uint32_t broken;  // one more than the place of the last mark before it that ends a thought; 0: there is none
  };

  [[nodiscard]] std::size_t find_telling(Telling* telling) const;
  const Token* read_one(const Token* token);
  const Token* word(const Token* token);
  /// Words that say nothing: they only use up the reach of what came before.
  void plain_words(int count) {
    last_sign_ = 0;
    boost_left_ = boost_left_ > count ? boost_left_ - count : 0;
    negation_left_ = negation_left_ > count ? negation_left_ - count : 0;
  }
  void note_language(const Entry* entry) {
    if (language_matters_ && entry != nullptr && entry->languages != 0) evidence_.function_word(entry->languages);
  }
  void hashtag(const Token& token);
  void sign(const Token& token);
  /// A mark that ends a thought: what came before reaches no further.
  void pause() { negation_left_ = boost_left_ = 0; }
  void contrast();
  void add(double valence);
  [[nodiscard]] const Entry* lookup(const Token& token) const;
  [[nodiscard]] const Entry* elongated(const Token& token) const;
  [[nodiscard]] const Entry* longest_phrase(const Token* token, const Token*& next);
  [[nodiscard]] bool carries_valence(const Token* token) const;
  [[nodiscard]] bool mixes_cases() const;

  const WordTable& words_;
  const Rules& rules_;
  const Tokens& tokens_;
  const Token* end_;
  LanguageEvidence evidence_;
  double sum_ = 0;
  double after_ = 1;  // factor since the last "but"
  double boost_ = 1;
  int boost_left_ = 0;  // words within which the booster still finds its word
  int negation_left_ = 0;
  uint64_t last_sign_ = 0;  // hash of the emoji just before, or 0
  uint32_t hits_ = 0;
  uint32_t signs_ = 0;  // emoji and emoticons, known or not
  bool language_matters_;
  bool mixed_cases_ = false;
  bool sarcasm_ = false;
};

}  // namespace roomtone::mood
