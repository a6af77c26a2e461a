#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace roomtone {

/// The k items with the smallest keyed hash, each with an exact payload: "bottom-k with payload".
///
/// Merging is exact, associative and commutative: an item among the k smallest of the whole was among the k
/// smallest of every part that held it, so no part has dropped any of its payload. The hash is the item's identity. An
/// entry whose payload a retraction has brought back to zero keeps its place; estimates use the share that is
/// not zero. (Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007; the distinct count is
/// Bar-Yossef et al. 2002, (k-1)/U with U the k-th smallest hash as a fraction of all.)
///
/// `Entry` has `uint64_t hash`, `void add(const Entry&)` and `bool empty() const`.
template <typename Entry, std::size_t K>
class BottomK {
 public:
  static constexpr std::size_t kCapacity = K;
  static constexpr std::size_t kFewEntries = 16;  // fewer are merged one by one: no second buffer

  [[nodiscard]] std::span<const Entry> entries() const { return entries_; }
  [[nodiscard]] bool saturated() const { return entries_.size() == K; }

  /// Hashes at or above this cannot enter (equal ones are already inside). Only ever falls.
  [[nodiscard]] uint64_t threshold() const {
    return saturated() ? entries_.back().hash : std::numeric_limits<uint64_t>::max();
  }

  void add(const Entry& entry) {
    if (saturated() && entry.hash > entries_.back().hash) return;
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), entry.hash,
                                     [](const Entry& e, uint64_t hash) { return e.hash < hash; });
    if (at != entries_.end() && at->hash == entry.hash) {
      at->add(entry);
      return;
    }
    const auto offset = at - entries_.begin();
    if (saturated()) entries_.pop_back();
    entries_.insert(entries_.begin() + offset, entry);
  }

  /// Merges entries sorted by hash, without repeats.
  void merge(std::span<const Entry> sorted) {
    if (sorted.empty()) return;
    if (entries_.empty()) {
      entries_.assign(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(std::min(sorted.size(), K)));
      return;
    }
    if (sorted.size() <= kFewEntries) {
      for (const Entry& entry : sorted) add(entry);
      return;
    }
    std::vector<Entry> merged;
    merged.reserve(std::min(K, entries_.size() + sorted.size()));
    auto a = entries_.begin();
    auto b = sorted.begin();
    while (merged.size() < K && (a != entries_.end() || b != sorted.end())) {
      if (b == sorted.end() || (a != entries_.end() && a->hash < b->hash)) {
        merged.push_back(*a++);
      } else if (a == entries_.end() || b->hash < a->hash) {
        merged.push_back(*b++);
      } else {
        merged.push_back(*a++);
        merged.back().add(*b++);
      }
    }
    entries_ = std::move(merged);
  }
  void merge(const BottomK& other) { merge(other.entries()); }

  /// How many distinct items with a non-zero payload were added: exact below k, an estimate with standard error
  /// 1/sqrt(k-2) from there on.
  [[nodiscard]] int64_t distinct() const {
    const auto present =
        static_cast<int64_t>(std::ranges::count_if(entries_, [](const Entry& e) { return !e.empty(); }));
    if (!saturated()) return present;
    const double fraction = static_cast<double>(entries_.back().hash) / 18446744073709551616.0;
    const double whole = static_cast<double>(K - 1) / fraction;
    return static_cast<int64_t>(whole * (static_cast<double>(present) / static_cast<double>(K)) + 0.5);
  }

  void clear() { entries_.clear(); }
  [[nodiscard]] std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

  friend bool operator==(const BottomK&, const BottomK&) = default;

 private:
  std::vector<Entry> entries_;  // ascending by hash, at most K
};

}  // namespace roomtone
