#include "topics/dictionary.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace roomtone::topics {

namespace {

constexpr std::size_t kFilterBytesMax = 32 * 1024;
constexpr std::size_t kFilterBitsPerLiteral = 16;

uint64_t hash_of(LiteralKind kind, std::string_view text) {
  if (kind != LiteralKind::pair) return word_hash(text);
  const std::size_t space = text.find(' ');
  return Dictionary::pair_hash(word_hash(text.substr(0, space)), word_hash(text.substr(space + 1)));
}

}  // namespace

Literal& Dictionary::add(LiteralKind kind, std::string_view text) {
  // Half full at most; grows while rules are compiled only.
  if (2 * (literals_.size() + 1) > slots_.size()) {
    const std::vector<Slot> before = std::move(slots_);
    slots_.assign(std::max<std::size_t>(16, 2 * before.size()), Slot{});
    slot_mask_ = slots_.size() - 1;
    for (const Slot& slot : before) {
      if (slot.literal == kFree) continue;
      uint64_t at = slot.key >> 32;
      while (slots_[at & slot_mask_].literal != kFree) ++at;
      slots_[at & slot_mask_] = slot;
    }
  }
  const uint64_t k = key(kind, hash_of(kind, text));
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
  return find_if(key, [&](const Literal& literal) { return literal.kind == kind && literal.text == text; });
}

const Literal* Dictionary::find_pair(uint64_t first_hash, std::string_view first, uint64_t second_hash,
                                     std::string_view second) const {
  const uint64_t k = key(LiteralKind::pair, pair_hash(first_hash, second_hash));
  if (!may_hold(k)) return nullptr;
  return find_if(k, [&](const Literal& literal) {
    const std::string_view text = literal.text;
    return literal.kind == LiteralKind::pair && text.size() == first.size() + 1 + second.size() &&
           text.starts_with(first) && text[first.size()] == ' ' && text.ends_with(second);
  });
}

}  // namespace roomtone::topics
