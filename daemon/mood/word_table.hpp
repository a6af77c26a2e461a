#pragma once

#include <cstdint>
#include <cstring>
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

/// Key of a phrase with one more word; that of no word is 0.
[[nodiscard]] constexpr uint64_t phrase_hash(uint64_t before, uint64_t word) {
  const uint64_t hash = ((before << 23 | before >> 41) ^ word) * 0xd6e8feb86659fd93ULL;
  return (hash ^ hash >> 32) | 1;
}

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

  /// The entry of these normalised bytes, or nullptr. Every word of every message comes through here.
  [[nodiscard]] const Entry* find(uint64_t hash, std::string_view text) const {
    return probe(hash, [&](const Entry& entry) { return (entry.roles & kPhrase) == 0 && same(entry, text); });
  }

  /// The bitmap of entries that do something, for acts(); with `languages` also of those that only tell a language.
  [[nodiscard]] const uint64_t* acting_bits(bool languages) const {
    return languages ? bitmap_.data() : acting_.data();
  }
  /// 1 if find() may have such an entry for this hash, 0 if it surely has none. Asked of every word, without a branch.
  [[nodiscard]] static uint64_t acts(const uint64_t* bits, uint64_t hash) {
    return bits[bit_of(hash) / 64] >> (hash % 64) & 1;
  }

  /// The entry of the phrase that these word tokens are, or nullptr.
  [[nodiscard]] const Entry* find_phrase(std::span<const Token> words, const Tokens& tokens) const {
    uint64_t hash = 0;
    for (const Token& word : words) hash = phrase_hash(hash, word.hash);
    return probe(hash, [&](const Entry& entry) { return is_phrase(entry, words, tokens); });
  }

 private:
  [[nodiscard]] std::string_view text_of(const Entry& entry) const {
    return std::string_view(pool_).substr(entry.text, entry.size);
  }

  [[nodiscard]] bool is_phrase(const Entry& entry, std::span<const Token> words, const Tokens& tokens) const;

  /// Equality without a call: nearly all words have 1 to 16 bytes, which two overlapping loads cover.
  [[nodiscard]] bool same(const Entry& entry, std::string_view text) const {
    const std::size_t size = text.size();
    if (entry.size != size) return false;
    const char* a = text.data();
    const char* b = pool_.data() + entry.text;
    if (size > 16) return std::memcmp(a, b, size) == 0;
    if (size >= 8) return equal<uint64_t>(a, b, size);
    if (size >= 4) return equal<uint32_t>(a, b, size);
    if (size >= 2) return equal<uint16_t>(a, b, size);
    return size == 0 || *a == *b;
  }

  template <typename Word>
  static bool equal(const char* a, const char* b, std::size_t size) {
    Word a_head, b_head, a_tail, b_tail;
    std::memcpy(&a_head, a, sizeof(Word));
    std::memcpy(&b_head, b, sizeof(Word));
    std::memcpy(&a_tail, a + size - sizeof(Word), sizeof(Word));
    std::memcpy(&b_tail, b + size - sizeof(Word), sizeof(Word));
    return a_head == b_head && a_tail == b_tail;
  }

  template <typename Same>
  [[nodiscard, gnu::always_inline]] const Entry* probe(uint64_t hash, const Same& is_it) const {
    if ((bitmap_[bit_of(hash) / 64] >> (hash % 64) & 1) == 0) return nullptr;
    const Entry* slots = slots_.data();
    for (std::size_t at = slot_of(hash);; at = (at + 1) & mask_) {
      if (slots[at].hash == hash && is_it(slots[at])) return &slots[at];
      if (slots[at].hash == 0) return nullptr;
    }
  }

  static constexpr std::size_t kBitmapBits = 1 << 17;  // 16 KiB: stays in the first-level cache beside the text
  static constexpr std::size_t bit_of(uint64_t hash) { return hash & (kBitmapBits - 1); }

  /// The slot comes from the upper bits, so that it says something else than the bit in the bitmap.
  [[nodiscard]] std::size_t slot_of(uint64_t hash) const { return (hash >> 24) & mask_; }

  std::vector<Entry> slots_;      // a power of two, at most half full
  std::size_t mask_;              // of an index into slots_
  std::vector<uint64_t> bitmap_;  // by the low bits of the hash
  std::vector<uint64_t> acting_;  // likewise, of entries with a role
  std::string pool_;
};

}  // namespace roomtone::mood
