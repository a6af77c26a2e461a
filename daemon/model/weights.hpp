#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace roomtone {

/// What single voices weigh in the reading `reputable`, by the hash that stands in the voices sketch. Immutable and
/// versioned; swapped whole, and applied only when a window is read, so tallies never depend on it.
class Weights {
 public:
  static constexpr uint32_t kOne = 1000;  // thousandths: what a voice weighs of which nothing is said

  struct Entry {
    uint64_t author = 0;
    uint32_t thousandths = kOne;
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  Weights() = default;

  /// `entries` in any order. Of several for one author the smallest holds if it is below 1, else the greatest: doubt
  /// outweighs trust.
  explicit Weights(std::vector<Entry> entries) {
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
      return a.author != b.author ? a.author < b.author : a.thousandths < b.thousandths;
    });
    by_author_.reserve(entries.size());
    version_ = 0xcbf29ce484222325ULL;
    for (std::size_t at = 0; at < entries.size();) {
      std::size_t end = at;
      while (end < entries.size() && entries[end].author == entries[at].author) ++end;
      const Entry held = entries[at].thousandths < kOne ? entries[at] : entries[end - 1];
      at = end;
      if (held.thousandths == kOne) continue;
      by_author_.emplace(held.author, held.thousandths);
      for (const uint64_t part : {held.author, uint64_t{held.thousandths}}) {
        version_ = (version_ ^ part) * 0x9e3779b97f4a7c15ULL;
        version_ ^= version_ >> 29;
      }
    }
    if (by_author_.empty()) version_ = 0;
  }

  /// Thousandths.
  [[nodiscard]] uint32_t of(uint64_t author) const {
    const auto at = by_author_.find(author);
    return at != by_author_.end() ? at->second : kOne;
  }

  /// Another one whenever a weight is; 0 while every voice weighs 1.
  [[nodiscard]] uint64_t version() const { return version_; }
  [[nodiscard]] std::size_t size() const { return by_author_.size(); }

 private:
  boost::unordered_flat_map<uint64_t, uint32_t> by_author_;
  uint64_t version_ = 0;
};

}  // namespace roomtone
