#include "mood/cue_table.hpp"

#include <bit>

#include "base/hash.hpp"

namespace roomtone::mood {

CueTable::CueTable(const std::vector<Cue>& cues)
    : slots_(std::bit_ceil(cues.size() * 2 + 2)), mask_(slots_.size() - 1), acting_(kBits / 64), listed_(kBits / 64) {
  for (const Cue& cue : cues) {
    const uint64_t hash = word_hash(cue.text);
    const uint64_t bit = uint64_t{1} << (hash % 64);
    listed_[hash % kBits / 64] |= bit;
    if (cue.roles != 0) acting_[hash % kBits / 64] |= bit;
    std::size_t at = slot_of(hash);
    while (slots_[at].hash != 0) at = (at + 1) & mask_;
    slots_[at] = {hash, cue.languages, cue.roles};
  }
}

}  // namespace roomtone::mood
