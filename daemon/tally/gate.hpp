#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/rollup.hpp"

namespace roomtone::tally {

/// The k smallest hashes that one pane has met in a batch. What is beyond them cannot stay in a bottom-k sketch of the
/// pane, whatever else comes, so that nobody need work out what such a sketch would keep of it.
class SmallestHashes {
 public:
  explicit SmallestHashes(std::size_t k) : k_(k) {}

  void clear() { heap_.clear(); }

  /// Whether the hash is among the k smallest so far; then it is remembered.
  bool take(uint64_t hash) {
    if (heap_.size() == k_) {
      if (hash > heap_.front()) return false;
      if (std::ranges::find(heap_, hash) != heap_.end()) return true;
      std::ranges::pop_heap(heap_);
      heap_.back() = hash;
    } else {
      if (std::ranges::find(heap_, hash) != heap_.end()) return true;
      heap_.push_back(hash);
    }
    std::ranges::push_heap(heap_);
    return true;
  }

 private:
  std::size_t k_;
  std::vector<uint64_t> heap_;  // the greatest first
};

/// Tells which messages of one pane of a busy room its sketches may keep.
struct Gate {
  SpanIndex pane = 0;
  SmallestHashes signatures{kCampaignsKept};
  SmallestHashes messages{kSampleKept};

  bool take(const MessagePart& part) {
    const bool sampled = messages.take(sample_hash(part, pane));
    return (part.signature != 0 && signatures.take(part.signature)) || sampled;
  }
};

}  // namespace roomtone::tally
