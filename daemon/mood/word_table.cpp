#include "mood/word_table.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace roomtone::mood {

namespace {

constexpr std::size_t kBitmapBits = 1 << 17;  // 16 KiB: stays in the first-level cache beside the text

constexpr std::size_t bit_of(uint64_t hash) { return hash & (kBitmapBits - 1); }

/// The slot comes from the upper bits, so that it says something else than the bit in the bitmap.
constexpr std::size_t slot_of(uint64_t hash, std::size_t mask) { return (hash >> 24) & mask; }

uint64_t hash_of_row(std::string_view text, bool phrase) {
  if (!phrase) return word_hash(text);
  std::array<uint64_t, 3> words{};
  std::size_t count = 0;
  for (;;) {
    const std::size_t space = text.find(' ');
    ROOMTONE_ASSERT(count < words.size());
    words[count++] = word_hash(text.substr(0, space));
    if (space == std::string_view::npos) return phrase_hash(std::span(words).first(count));
    text.remove_prefix(space + 1);
  }
}

}  // namespace

uint64_t phrase_hash(std::span<const uint64_t> words) {
  uint64_t hash = 0x9e3779b97f4a7c15ULL;
  for (const uint64_t word : words) hash = (std::rotl(hash, 23) ^ word) * 0xd6e8feb86659fd93ULL;
  hash ^= hash >> 32;
  return hash == 0 ? 1 : hash;
}

WordTable::WordTable(const std::vector<Row>& rows)
    : slots_(std::bit_ceil(rows.size() * 2 + 2)), bitmap_(kBitmapBits / 64) {
  const std::size_t mask = slots_.size() - 1;
  for (const Row& row : rows) {
    Entry entry = row.entry;
    entry.hash = hash_of_row(row.text, (entry.roles & kPhrase) != 0);
    entry.text = static_cast<uint32_t>(pool_.size());
    entry.size = static_cast<uint16_t>(row.text.size());
    pool_ += row.text;
    std::size_t at = slot_of(entry.hash, mask);
    while (slots_[at].hash != 0) at = (at + 1) & mask;
    slots_[at] = entry;
    bitmap_[bit_of(entry.hash) / 64] |= uint64_t{1} << (entry.hash % 64);
  }
}

template <typename Same>
const Entry* WordTable::probe(uint64_t hash, const Same& same) const {
  if ((bitmap_[bit_of(hash) / 64] >> (hash % 64) & 1) == 0) return nullptr;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = slot_of(hash, mask); slots_[at].hash != 0; at = (at + 1) & mask) {
    if (slots_[at].hash == hash && same(slots_[at])) return &slots_[at];
  }
  return nullptr;
}

const Entry* WordTable::find(uint64_t hash, std::string_view text) const {
  return probe(hash, [&](const Entry& entry) { return (entry.roles & kPhrase) == 0 && text_of(entry) == text; });
}

const Entry* WordTable::find_phrase(std::span<const Token> words, const Tokens& tokens) const {
  std::array<uint64_t, 3> hashes{};
  ROOMTONE_ASSERT(words.size() <= hashes.size());
  std::ranges::transform(words, hashes.begin(), &Token::hash);
  return probe(phrase_hash(std::span(hashes).first(words.size())), [&](const Entry& entry) {
    std::string_view left = text_of(entry);
    if ((entry.roles & kPhrase) == 0) return false;
    for (const Token& word : words) {
      const std::string_view text = tokens.view(word);
      if (!left.starts_with(text)) return false;
      left.remove_prefix(text.size());
      if (&word != &words.back()) {
        if (!left.starts_with(' ')) return false;
        left.remove_prefix(1);
      }
    }
    return left.empty();
  });
}

}  // namespace roomtone::mood
