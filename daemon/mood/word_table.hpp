#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/tokens.hpp"

namespace roomtone::mood {

/// What an entry does besides carrying a valence.
enum Role : uint16_t {
  kValued = 1 << 0,  // has a valence, possibly 0
  kNegator = 1 << 1,
  kBooster = 1 << 2,  // also dampens: a factor under 1
  kContrast = 1 << 3,
  kSarcasm = 1 << 4,     // as a word or a phrase
  kSarcasmTag = 1 << 5,  // as a hashtag: #sarcasm
  kPhrase = 1 << 6,
};

/// One word, phrase, emoji or emoticon.
struct Entry {
  uint64_t hash = 0;       // word_hash() of the text, or phrase_hash(); 0 is an empty slot
  float valence = 0;       // -1 .. 1
  float factor = 1;        // of a booster
  uint16_t roles = 0;      // Role bits
  uint16_t languages = 0;  // bit i: a function word of the lexicon's i-th language; bit 0 is its own
};

/// Key of a phrase with one more word; that of no word is 0.
[[nodiscard]] constexpr uint64_t phrase_hash(uint64_t before, uint64_t word) {
  const uint64_t hash = ((before << 23 | before >> 41) ^ word) * 0xd6e8feb86659fd93ULL;
  return (hash ^ hash >> 32) | 1;
}

/// Open addressing by the hash that each token already carries, behind bitmaps that most words do not pass. The hash
/// alone decides: whoever found a text that shares its 64 bits with a word of the list could have written the word.
/// Immutable once built; any thread.
class WordTable {
 public:
  /// A row to build from: `entry.hash` is filled in here. A phrase's words are joined by one space.
  struct Row {
    std::string text;
    Entry entry;
  };
  explicit WordTable(const std::vector<Row>& rows);

  /// The entry of a token with this hash, or nullptr.
  [[nodiscard]] const Entry* find(uint64_t hash) const {
    for (std::size_t at = slot_of(hash);; at = (at + 1) & mask_) {
      if (slots_[at].hash == hash) return &slots_[at];
      if (slots_[at].hash == 0) return nullptr;
    }
  }

  /// The entry of the phrase that these word tokens are, or nullptr.
  [[nodiscard]] const Entry* find_phrase(std::span<const Token> words) const {
    uint64_t hash = 0;
    for (const Token& word : words) hash = phrase_hash(hash, word.hash);
    return find(hash);
  }

  /// The bitmap of words that do something by themselves, for acts(); with `languages` also of those that only tell a
  /// language.
  [[nodiscard]] const uint64_t* acting_bits(bool languages) const {
    return languages ? listed_.data() : acting_.data();
  }
  /// 1 if find() may have such an entry for this hash, 0 if it surely has none. Asked of every token, without a branch.
  [[nodiscard]] static uint64_t acts(const uint64_t* bits, uint64_t hash) {
    return bits[hash % kWordBits / 64] >> (hash % 64) & 1;
  }
  /// 1 if a phrase may begin with these two, 0 if surely none does. Asked of all neighbours, without a branch.
  [[nodiscard]] uint64_t begins_phrase(uint64_t first, uint64_t second) const {
    const uint64_t pair = pair_bit(first, second);
    return pairs_[pair / 64] >> (pair % 64) & 1;
  }

 private:
  // Sized for a few thousand words and a few hundred phrases: together they stay in the first-level cache.
  static constexpr std::size_t kWordBits = 1 << 16;
  static constexpr std::size_t kPairBits = 1 << 15;

  static constexpr uint64_t pair_bit(uint64_t first, uint64_t second) {
    return ((first << 23 | first >> 41) + second) % kPairBits;
  }
  /// The slot comes from the upper bits, so that it says something else than the bit in the bitmap.
  [[nodiscard]] std::size_t slot_of(uint64_t hash) const { return (hash >> 24) & mask_; }

  std::vector<Entry> slots_;      // a power of two, at most half full
  std::size_t mask_;              // of an index into slots_
  std::vector<uint64_t> acting_;  // by the low bits of a word's hash
  std::vector<uint64_t> listed_;  // likewise, also of words that only tell a language
  std::vector<uint64_t> pairs_;   // by pair_bit() of a phrase's first two words
};

}  // namespace roomtone::mood
