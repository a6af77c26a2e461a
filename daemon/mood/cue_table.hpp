#pragma once

#include <cstdint>
#include <vector>

#include "mood/cues.hpp"

namespace roomtone::mood {

/// Cues by the hash that each token already carries: open addressing behind a bitmap that most words do not pass. The
/// hash alone decides: whoever found a text that shares its 64 bits with a cue could have written the cue.
/// Immutable once built; any thread.
class CueTable {
 public:
  struct Entry {
    uint64_t hash = 0;  // word_hash() of the text; 0 is an empty slot
    uint16_t languages = 0;
    uint8_t roles = 0;
  };

  explicit CueTable(const std::vector<Cue>& cues);

  /// The entry of a token with this hash, or nullptr.
  [[nodiscard]] const Entry* find(uint64_t hash) const {
    for (std::size_t at = slot_of(hash);; at = (at + 1) & mask_) {
      if (slots_[at].hash == hash) return &slots_[at];
      if (slots_[at].hash == 0) return nullptr;
    }
  }

  /// The bitmap of words with a role, for maybe(); with `languages` also of those that only show a language.
  [[nodiscard]] const uint64_t* bits(bool languages) const { return languages ? listed_.data() : acting_.data(); }
  /// 1 if find() may have such an entry for this hash, 0 if it surely has none. Asked of every token, without a branch.
  [[nodiscard]] static uint64_t maybe(const uint64_t* bits, uint64_t hash) {
    return bits[hash % kBits / 64] >> (hash % 64) & 1;
  }

 private:
  static constexpr std::size_t kBits = 1 << 15;  // 4 KiB for some thousand words

  /// The slot comes from the upper bits, so that it says something else than the bit in the bitmap.
  [[nodiscard]] std::size_t slot_of(uint64_t hash) const { return (hash >> 24) & mask_; }

  std::vector<Entry> slots_;  // a power of two, at most half full
  std::size_t mask_;          // of an index into slots_
  std::vector<uint64_t> acting_;
  std::vector<uint64_t> listed_;
};

}  // namespace roomtone::mood
