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
  lang,
  url,
  pair,  // the first two words of a phrase
  stem,  // the first bytes of a prefix
};
inline constexpr std::size_t kLiteralKinds = 10;

/// Something to go on with when a pair or a stem was found: the operand is there if `rest` follows too.
struct Continuation {
  std::string rest;
  OperandId operand;
};

struct Literal {
  std::string text;
  LiteralKind kind = LiteralKind::word;
  bool starts_phrase = false;        // a word that is worth looking at together with the next one
  OperandId operand = kNoOperand;    // the operand that this literal is
  std::vector<Continuation> longer;  // of a pair or stem
};

/// All literals of all rules, found by hash.
///
/// Most tokens of most messages are in no rule, so a bitmap is asked first: two bits of one 64-bit word per literal,
/// at most 32 KiB, which stays in the first-level cache. A literal found by hash is compared byte by byte.
class Dictionary {
 public:
  /// The literal of this kind and text, added if it is new.
  Literal& add(LiteralKind kind, std::string_view text);
  /// Lays out the tables. Nothing is found before.
  void build();

  [[nodiscard]] static uint64_t key(LiteralKind kind, uint64_t hash) {
    return (hash ^ kSalts[static_cast<std::size_t>(kind)]) * 0x9E3779B97F4A7C15ULL;
  }
  [[nodiscard]] bool may_hold(uint64_t key) const {
    const uint64_t bits = bits_of(key);
    return (filter_[(key >> 20) & filter_mask_] & bits) == bits;
  }
  /// The literal with this key (of `kind`) and these bytes, or null.
  [[nodiscard]] const Literal* find(uint64_t key, LiteralKind kind, std::string_view text) const;

  [[nodiscard]] bool holds(LiteralKind kind) const { return held_[static_cast<std::size_t>(kind)]; }

 private:
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
                                                                 0x52dce729da3ed7c1ULL};

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
