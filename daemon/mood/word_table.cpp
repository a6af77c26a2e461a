#include "mood/word_table.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

#include "base/hash.hpp"

namespace roomtone::mood {

namespace {

void set(std::vector<uint64_t>& bits, uint64_t bit) { bits[bit / 64 % bits.size()] |= uint64_t{1} << (bit % 64); }

}  // namespace

WordTable::WordTable(const std::vector<Row>& rows)
    : slots_(std::bit_ceil(rows.size() * 2 + 2)),
      mask_(slots_.size() - 1),
      acting_(kWordBits / 64),
      listed_(kWordBits / 64),
      pairs_(kPairBits / 64) {
  for (const Row& row : rows) {
    Entry entry = row.entry;
    if ((entry.roles & kPhrase) == 0) {
      entry.hash = word_hash(row.text);
      set(listed_, entry.hash);
      if (entry.roles != 0) set(acting_, entry.hash);
    } else {
      std::string_view left = row.text;
      uint64_t before = 0;
      for (int words = 1; !left.empty(); ++words) {
        const std::string_view text = left.substr(0, left.find(' '));
        const uint64_t word = word_hash(text);
        entry.hash = phrase_hash(entry.hash, word);
        if (words == 2) set(pairs_, pair_bit(before, word));
        before = word;
        left.remove_prefix(std::min(text.size() + 1, left.size()));
      }
    }
    std::size_t at = slot_of(entry.hash);
    while (slots_[at].hash != 0) at = (at + 1) & mask_;
    slots_[at] = entry;
  }
}

}  // namespace roomtone::mood
