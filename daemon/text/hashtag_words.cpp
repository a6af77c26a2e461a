#include "text/hashtag_words.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

#include "base/hash.hpp"
#include "text/common_words.hpp"

namespace roomtone::text {

namespace {

// Costs are in quarters of a bit: of the n-th commonest word 4·log2(n) and a little, as Zipf's law has it.
constexpr uint32_t kBit = 4;
constexpr uint32_t kFirstWord = 3 * kBit;  // log2 of the sum of 1/n over the list is a little over 3
// Letters by chance cost 4.7 bits each; words that were meant cost about 3.
constexpr uint32_t kMostForLetter = 7 * kBit / 2;
constexpr std::size_t kWordLettersMax = 14;

/// The common words by hash.
class Costs {
 public:
  Costs() : slots_(kSlots) {
    uint64_t rank = 0;
    for (std::string_view left = kCommonWords; !left.empty();) {
      const std::string_view word = left.substr(0, left.find(' '));
      left.remove_prefix(std::min(word.size() + 1, left.size()));
      ++rank;
      const uint64_t hash = word_hash(word);
      std::size_t at = hash % kSlots;
      while (slots_[at].hash != 0) at = (at + 1) % kSlots;
      // The bits of n⁴ are 4·log2(n), rounded.
      slots_[at] = {hash, kFirstWord + static_cast<uint32_t>(std::bit_width(rank * rank * rank * rank))};
    }
  }

  /// 0 if it is no common word.
  [[nodiscard]] uint32_t of(std::string_view word) const {
    const uint64_t hash = word_hash(word);
    for (std::size_t at = hash % kSlots;; at = (at + 1) % kSlots) {
      if (slots_[at].hash == hash) return slots_[at].cost;
      if (slots_[at].hash == 0) return 0;
    }
  }

 private:
  static constexpr std::size_t kSlots = 1 << 14;  // a third full
  struct Slot {
    uint64_t hash = 0;
    uint32_t cost = 0;
  };
  std::vector<Slot> slots_;
};

}  // namespace

WordEnds split_words(std::string_view letters) {
  static const Costs costs;
  WordEnds ends;
  const std::size_t size = letters.size();
  if (size < kSplitLettersMin || size > kSplitLettersMax || costs.of(letters) != 0) return ends;

  constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max();
  std::array<uint32_t, kSplitLettersMax + 1> least;  // of the letters up to here
  std::array<uint8_t, kSplitLettersMax + 1> from;    // where the last word begins then
  least.fill(kNever);
  least[0] = 0;
  for (std::size_t begin = 0; begin < size; ++begin) {
    if (least[begin] == kNever) continue;
    for (std::size_t end = begin + 1; end <= std::min(size, begin + kWordLettersMax); ++end) {
      const uint32_t cost = costs.of(letters.substr(begin, end - begin));
      if (cost == 0 || least[begin] + cost >= least[end]) continue;
      least[end] = least[begin] + cost;
      from[end] = static_cast<uint8_t>(begin);
    }
  }
  if (least[size] > kMostForLetter * size) return ends;
  for (std::size_t end = size; end > 0; end = from[end]) ends.at[ends.count++] = static_cast<uint8_t>(end);
  std::reverse(ends.at.begin(), ends.at.begin() + static_cast<std::ptrdiff_t>(ends.count));
  return ends;
}

}  // namespace roomtone::text
