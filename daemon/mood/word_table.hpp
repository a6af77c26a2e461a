#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/tokens.hpp"

namespace roomtone::mood {

/// What an entry does besides carrying a valence.
enum Role : uint16_t {
  kValued = 1 << 0,  // has a valence, possibly 0
  kNegator = 1 << 1,
  kBooster = 1 << 2,  // also dampens: a factor under 1
  kContrast = 1 << 3,
  kSarcasm = 1 << 4,        // as a word or a phrase
  kSarcasmTag = 1 << 5,     // as a hashtag: #sarcasm
  kStartsPhrase2 = 1 << 6,  // phrases of two words begin with it
  kStartsPhrase3 = 1 << 7,
  kPhrase = 1 << 8,
};

/// One word, phrase, emoji or emoticon. Two share a cache line.
struct Entry {
  uint64_t hash = 0;       // word_hash() of the text, or phrase_hash(); 0 is an empty slot
  uint32_t text = 0;       // where its bytes begin in the pool
  uint16_t size = 0;       // bytes
  uint16_t roles = 0;      // Role bits
  float valence = 0;       // -1 .. 1
  float factor = 1;        // of a booster
  uint16_t languages = 0;  // bit i: a function word of the lexicon's i-th language; bit 0 is its own
};
static_assert(sizeof(Entry) == 32);

/// Key of a phrase from the hashes of its words.
[[nodiscard]] uint64_t phrase_hash(std::span<const uint64_t> words);

/// Open addressing by the hash that each token already carries, behind a bitmap that most unknown words do not pass. A
/// hash alone never decides: bytes are compared. Immutable once built; any thread.
class WordTable {
 public:
  /// A row to build from: `entry.hash` and `entry.text` are filled in here. A phrase's words are joined by one space.
  struct Row {
    std::string text;
    Entry entry;
  };
  explicit WordTable(const std::vector<Row>& rows);

  /// The entry of these normalised bytes, or nullptr.
  [[nodiscard]] const Entry* find(uint64_t hash, std::string_view text) const;

  /// The entry of the phrase that these word tokens are, or nullptr.
  [[nodiscard]] const Entry* find_phrase(std::span<const Token> words, const Tokens& tokens) const;

 private:
  [[nodiscard]] std::string_view text_of(const Entry& entry) const {
    return std::string_view(pool_).substr(entry.text, entry.size);
  }

  template <typename Same>
  const Entry* probe(uint64_t hash, const Same& same) const;

  std::vector<Entry> slots_;      // a power of two, at most half full
  std::vector<uint64_t> bitmap_;  // by the low bits of the hash
  std::string pool_;
};

}  // namespace roomtone::mood
