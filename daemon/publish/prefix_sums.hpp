#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "publish/json_body.hpp"
#include "publish/last_value_cache.hpp"

namespace roomtone::publish {

/// For every prefix that somebody subscribes to: how many keys are under it and the sum of their key_seq.
///
/// A check frame carries both each second. They are what shows a reader that the *last* message of a key was lost,
/// which no later sequence would. Kept up to date with each update at the cost of a look-up per level of its
/// key, instead of a walk over the cache each second. Not thread-safe: the feed thread owns it.
class PrefixSums {
 public:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Sums = std::unordered_map<std::string, PrefixSum, Hash, std::equal_to<>>;

  explicit PrefixSums(std::size_t prefixes_max) : prefixes_max_(prefixes_max) {}

  /// Begins to sum under `prefix`, with what `cache` holds now. Nothing happens when it is summed already, when it
  /// cannot hold an atmosphere or does not end at a level, or when prefixes_max are summed.
  void subscribe(std::string_view prefix, const LastValueCache& cache);

  /// The last subscriber of `prefix` is gone.
  void unsubscribe(std::string_view prefix);

  /// `key` was published; `key_seq_step` is how far its sequence moved.
  void add(std::string_view key, bool new_key, uint64_t key_seq_step);

  [[nodiscard]] const Sums& sums() const { return sums_; }

 private:
  const std::size_t prefixes_max_;
  Sums sums_;
};

}  // namespace roomtone::publish
