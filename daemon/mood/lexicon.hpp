#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "model/tokens.hpp"

namespace roomtone::mood {

/// Of all lexicon files together.
inline constexpr std::size_t kLexiconWordsMax = 100'000;
/// Occurrences in one text; further ones are read by the model like any other word.
inline constexpr std::size_t kLexiconWordsPerText = 64;

/// In place of a topic's number: everywhere.
inline constexpr uint32_t kEveryTopic = UINT32_MAX;

/// What a user says that a word means (deploy/LEXICONS.md).
struct LexiconWord {
  std::string word;              // as the tokenizer writes it, a hashtag with its '#'
  uint64_t key = 0;              // feature_key() of its token
  int32_t valence_micro = 0;     // -1,000,000 to 1,000,000
  uint32_t topic = kEveryTopic;  // number of the topic in which it means that
  std::string topic_id;          // its name; empty: everywhere
};

/// The words of a text that a lexicon has, whatever the topic. Filled by Lexicon::find(), nothing else is initialised.
struct LexiconHits {
  struct Hit {
    uint16_t token;
    uint32_t first;  // of the lexicon's entries for the word
  };
  std::array<Hit, kLexiconWordsPerText> at;
  std::size_t count = 0;
  bool topical = false;  // at least one of them means something of its own in some topic
};

/// What a text's words mean by a lexicon in one topic, or outside of all.
struct LexiconReading {
  struct Word {
    uint16_t token;
    int32_t valence_micro;
  };
  std::array<Word, kLexiconWordsPerText> words;
  std::size_t count = 0;
  std::array<uint64_t, limits::kTokens / 64> silent;  // a bit for each token that the model does not read

  [[nodiscard]] bool is_silent(std::size_t token) const { return (silent[token / 64] >> (token % 64) & 1) != 0; }
  void silence(std::size_t token) { silent[token / 64] |= uint64_t{1} << (token % 64); }
};

/// What users say that words mean, everywhere or in a topic. A topic's meaning of a word takes the place of the one
/// that the word has everywhere. Immutable once built; any thread.
class Lexicon {
 public:
  Lexicon() = default;
  /// `words` have each word at most once for a topic, and once for everywhere.
  explicit Lexicon(std::vector<LexiconWord> words);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }

  /// The first 8 hexadecimal digits of the SHA-256 of all it says: the same whatever the order of words and files.
  [[nodiscard]] const std::string& digest() const { return digest_; }

  /// Finds its words in a text. One test of a bitmap for each token.
  void find(const Tokens& tokens, LexiconHits& hits) const;

  /// Whether one of them means something of its own in this topic.
  [[nodiscard]] bool differs(const LexiconHits& hits, uint32_t topic) const;

  /// What they mean in `topic`. False, with `reading` undefined, if nothing does.
  [[nodiscard]] bool read(const Tokens& tokens, const LexiconHits& hits, uint32_t topic, LexiconReading& reading) const;

 private:
  struct Entry {
    uint64_t key;
    uint32_t topic;
    int32_t valence_micro;
  };
  static constexpr uint32_t kNone = UINT32_MAX;

  /// The first entry of a word, or kNone.
  [[nodiscard]] uint32_t find(uint64_t key) const;
  /// The same for a token, which may be written long.
  [[nodiscard]] uint32_t find(const Tokens& tokens, const Token& token) const;
  /// The entries of a word, from its first one.
  [[nodiscard]] std::span<const Entry> entries_from(uint32_t first) const;

  std::vector<Entry> entries_;  // by key, then topic; everywhere last
  std::vector<uint64_t> bits_;  // a power of two of them
  uint64_t mask_ = 0;           // of a bit's number
  std::string digest_;
};

}  // namespace roomtone::mood
