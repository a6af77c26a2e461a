#pragma once

#include <algorithm>
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
  explicit Weights(std::vector<Entry> entries) : entries_(std::move(entries)) {
    std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
      return a.author != b.author ? a.author < b.author : a.thousandths < b.thousandths;
    });
    std::size_t kept = 0;
    for (std::size_t at = 0; at < entries_.size();) {
      std::size_t end = at;
      while (end < entries_.size() && entries_[end].author == entries_[at].author) ++end;
      const Entry held = entries_[at].thousandths < kOne ? entries_[at] : entries_[end - 1];
      if (held.thousandths != kOne) entries_[kept++] = held;
      at = end;
    }
    entries_.resize(kept);
    version_ = 0xcbf29ce484222325ULL;
    for (const Entry& entry : entries_) {
      for (const uint64_t part : {entry.author, uint64_t{entry.thousandths}}) {
        version_ = (version_ ^ part) * 0x9e3779b97f4a7c15ULL;
        version_ ^= version_ >> 29;
      }
    }
    if (entries_.empty()) version_ = 0;
  }

  /// Thousandths.
  [[nodiscard]] uint32_t of(uint64_t author) const {
    const auto at = std::ranges::lower_bound(entries_, author, {}, &Entry::author);
    return at != entries_.end() && at->author == author ? at->thousandths : kOne;
  }

  /// Another one whenever a weight is; 0 while every voice weighs 1.
  [[nodiscard]] uint64_t version() const { return version_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;  // ascending by author
  uint64_t version_ = 0;
};

}  // namespace roomtone
