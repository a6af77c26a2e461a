#include "topics/dictionary.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace roomtone::topics {

namespace {

constexpr std::size_t kFilterBytesMax = 32 * 1024;
constexpr std::size_t kFilterBitsPerLiteral = 16;

}  // namespace

Literal& Dictionary::add(LiteralKind kind, std::string_view text) {
  // Grows while compiling only: half full at most, rebuilt when it is not.
  if (2 * (literals_.size() + 1) > slots_.size()) {
    slots_.assign(std::max<std::size_t>(16, 4 * std::bit_ceil(literals_.size() + 1)), Slot{});
    slot_mask_ = slots_.size() - 1;
    for (uint32_t i = 0; i < literals_.size(); ++i) {
      const uint64_t k = key(literals_[i].kind, word_hash(literals_[i].text));
      uint64_t at = k >> 32;
      while (slots_[at & slot_mask_].literal != kFree) ++at;
      slots_[at & slot_mask_] = {k, i};
    }
  }
  const uint64_t k = key(kind, word_hash(text));
  uint64_t at = k >> 32;
  for (; slots_[at & slot_mask_].literal != kFree; ++at) {
    Literal& there = literals_[slots_[at & slot_mask_].literal];
    if (there.kind == kind && there.text == text) return there;
  }
  slots_[at & slot_mask_] = {k, static_cast<uint32_t>(literals_.size())};
  held_[static_cast<std::size_t>(kind)] = true;
  Literal& added = literals_.emplace_back();
  added.kind = kind;
  added.text = text;
  return added;
}

void Dictionary::build() {
  literals_.shrink_to_fit();
  const std::size_t bits = std::bit_ceil(std::max<std::size_t>(64, literals_.size() * kFilterBitsPerLiteral));
  filter_.assign(std::min(bits / 8, kFilterBytesMax) / sizeof(uint64_t), 0);
  filter_mask_ = filter_.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.literal != kFree) filter_[(slot.key >> 20) & filter_mask_] |= bits_of(slot.key);
  }
}

const Literal* Dictionary::find(uint64_t key, LiteralKind kind, std::string_view text) const {
  for (uint64_t at = key >> 32;; ++at) {
    const Slot& slot = slots_[at & slot_mask_];
    if (slot.literal == kFree) return nullptr;
    if (slot.key != key) continue;
    const Literal& literal = literals_[slot.literal];
    if (literal.kind == kind && literal.text == text) return &literal;
  }
}

}  // namespace roomtone::topics
