#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace roomtone::topics {

/// An operand's place in the compiled set. Equal operands of different rules are one.
enum class OperandId : uint32_t {};
inline constexpr OperandId kNoOperand{std::numeric_limits<uint32_t>::max()};

/// What the dictionary is asked for. Kinds are apart: the word "derby" is not the hashtag "derby".
enum class LiteralKind : uint8_t {
  word,
  emoji,
  hashtag,
  cashtag,
  mention,
  from,
  to,
  lang,
  url,
  source,
  list,
  pair,  // two words of a phrase, one of them the rarest, parted by a space
  stem,  // the first bytes of a prefix
};
inline constexpr std::size_t kLiteralKinds = 13;

/// What has to stand around a pair, or behind a stem, for the operand to be there.
struct Continuation {
  std::string before;  // the words before a pair, parted by spaces
  std::string after;   // the words after a pair; the bytes after a stem
  OperandId operand;
};

struct Literal {
  std::string text;
  LiteralKind kind = LiteralKind::word;
  bool begins_pair = false;          // a word that is worth looking at together with the next one
  bool ends_pair = false;            // with the one before it
  OperandId operand = kNoOperand;    // the operand that this literal is
  std::vector<Continuation> longer;  // of a pair or stem
};

/// The literals that make rules candidates, found by hash.
///
/// Most tokens of most messages are in no rule, so a bitmap is asked first: two bits of one 64-bit word per literal,
/// at most 32 KiB, which stays in the first-level cache. A literal found by hash is compared byte by byte.
class Dictionary {
 public:
  /// The literal of this kind and text, added if it is new. The reference holds until the next call.
  Literal& add(LiteralKind kind, std::string_view text);
  /// Lays out the filter. Nothing is found before.
  void build();

  [[nodiscard]] static uint64_t key(LiteralKind kind, uint64_t hash) {
    return (hash ^ kSalts[static_cast<std::size_t>(kind)]) * 0x9E3779B97F4A7C15ULL;
  }
  /// The hash of a pair from those of its words.
  [[nodiscard]] static uint64_t pair_hash(uint64_t first, uint64_t second) { return std::rotl(first, 23) + second; }
  [[nodiscard]] bool may_hold(uint64_t key) const {
    const uint64_t bits = bits_of(key);
    return (filter_[(key >> 20) & filter_mask_] & bits) == bits;
  }
  /// The literal with this key (of `kind`) and these bytes, or null.
  [[nodiscard]] const Literal* find(uint64_t key, LiteralKind kind, std::string_view text) const;
  [[nodiscard]] const Literal* find_pair(uint64_t first_hash, std::string_view first, uint64_t second_hash,
                                         std::string_view second) const;

  [[nodiscard]] bool holds(LiteralKind kind) const { return held_[static_cast<std::size_t>(kind)]; }

 private:
  template <typename Same>
  const Literal* find_if(uint64_t key, Same same) const {
    if (slots_.empty()) return nullptr;
    for (uint64_t at = key >> 32;; ++at) {
      const Slot& slot = slots_[at & slot_mask_];
      if (slot.literal == kFree) return nullptr;
      if (slot.key == key && same(literals_[slot.literal])) return &literals_[slot.literal];
    }
  }

  struct Slot {
    uint64_t key = 0;
    uint32_t literal = kFree;
  };
  static constexpr uint32_t kFree = std::numeric_limits<uint32_t>::max();
  // Odd constants without meaning, far apart.
  static constexpr std::array<uint64_t, kLiteralKinds> kSalts = {0,
                                                                 0x517cc1b727220a95ULL,
                                                                 0xb492b66fbe98f273ULL,
                                                                 0x9ae16a3b2f90404fULL,
                                                                 0xc949d7c7509e6557ULL,
                                                                 0xff51afd7ed558ccdULL,
                                                                 0xc4ceb9fe1a85ec53ULL,
                                                                 0x87c37b91114253d5ULL,
                                                                 0x4cf5ad432745937fULL,
                                                                 0x52dce729da3ed7c1ULL,
                                                                 0x8cb92ba72f3d8dd7ULL,
                                                                 0xa24baed4963ee407ULL,
                                                                 0xd6e8feb86659fd93ULL};

  [[nodiscard]] static uint64_t bits_of(uint64_t key) {
    return (uint64_t{1} << (key >> 58)) | (uint64_t{1} << ((key >> 52) & 63));
  }

  std::vector<Literal> literals_;
  std::vector<Slot> slots_;
  std::vector<uint64_t> filter_ = {0};
  uint64_t slot_mask_ = 0;
  uint64_t filter_mask_ = 0;
  std::array<bool, kLiteralKinds> held_{};
};

}  // namespace roomtone::topics
