#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "publish/header.hpp"

namespace roomtone::publish {

/// A message as it was published.
struct SentUpdate {
  Header header;
  std::string body;
};

/// The newest updates of all keys together, in bounded memory, so that a reader that missed some can have them again.
///
/// What is kept of a key is always the end of its sequence without a hole; the oldest update of any key makes room
/// for the newest. Not thread-safe: the feed thread owns it.
class RecentUpdates {
 public:
  /// `bytes_max` counts keys, bodies and what it takes to keep them.
  explicit RecentUpdates(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void add(std::string_view key, const Header& header, std::string_view body);

  /// The updates of `key` from `from_key_seq` to its newest, in order; nothing when the first of them is not kept. The
  /// pointers hold until the next add.
  [[nodiscard]] std::optional<std::vector<const SentUpdate*>> since(std::string_view key, uint64_t from_key_seq) const;

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  /// The updates of one key that are kept, by their numbers in the order of publishing.
  struct Chain {
    uint64_t first = 0;
    uint64_t last = 0;
  };
  using Chains = std::unordered_map<std::string, Chain, Hash, std::equal_to<>>;
  struct Entry {
    Chains::value_type* chain = nullptr;  // stays where it is while the key has an entry
    uint64_t next = 0;                    // the same key's next update; 0: none yet
    SentUpdate update;
  };

  [[nodiscard]] static std::size_t cost_of(const Entry& entry);
  [[nodiscard]] Entry& entry(uint64_t number) { return entries_[number - first_]; }
  [[nodiscard]] const Entry& entry(uint64_t number) const { return entries_[number - first_]; }
  void forget_oldest();

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  uint64_t first_ = 1;  // number of entries_.front()
  std::deque<Entry> entries_;
  Chains chains_;
};

}  // namespace roomtone::publish
