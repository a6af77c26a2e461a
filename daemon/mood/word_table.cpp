#include "mood/word_table.hpp"

#include <bit>

#include "base/hash.hpp"

namespace roomtone::mood {

namespace {

uint64_t hash_of_row(std::string_view text, bool phrase) {
  if (!phrase) return word_hash(text);
  uint64_t hash = 0;
  for (;;) {
    const std::size_t space = text.find(' ');
    hash = phrase_hash(hash, word_hash(text.substr(0, space)));
    if (space == std::string_view::npos) return hash;
    text.remove_prefix(space + 1);
  }
}

}  // namespace

WordTable::WordTable(const std::vector<Row>& rows)
    : slots_(std::bit_ceil(rows.size() * 2 + 2)),
      mask_(slots_.size() - 1),
      bitmap_(kBitmapBits / 64),
      acting_(kBitmapBits / 64) {
  for (const Row& row : rows) {
    Entry entry = row.entry;
    entry.hash = hash_of_row(row.text, (entry.roles & kPhrase) != 0);
    entry.text = static_cast<uint32_t>(pool_.size());
    entry.size = static_cast<uint16_t>(row.text.size());
    pool_ += row.text;
    std::size_t at = slot_of(entry.hash);
    while (slots_[at].hash != 0) at = (at + 1) & mask_;
    slots_[at] = entry;
    bitmap_[bit_of(entry.hash) / 64] |= uint64_t{1} << (entry.hash % 64);
    if (entry.roles != 0) acting_[bit_of(entry.hash) / 64] |= uint64_t{1} << (entry.hash % 64);
  }
}

bool WordTable::is_phrase(const Entry& entry, std::span<const Token> words, const Tokens& tokens) const {
  std::string_view left = text_of(entry);
  if ((entry.roles & kPhrase) == 0) return false;
  for (const Token& word : words) {
    const std::string_view text = tokens.view(word);
    if (!left.starts_with(text)) return false;
    left.remove_prefix(text.size());
    if (&word == &words.back()) break;
    if (!left.starts_with(' ')) return false;
    left.remove_prefix(1);
  }
  return left.empty();
}

}  // namespace roomtone::mood
