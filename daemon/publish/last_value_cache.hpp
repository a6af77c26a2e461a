#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "publish/header.hpp"

namespace roomtone::publish {

/// The newest window of one feed key, as it was published.
struct CachedValue {
  Header header;  // sequences of the key's last update, flags of the body below
  Instant window_end = kNoInstant;
  std::string body;
};

/// What a cache did with an update.
enum class Kept {
  added,           // a key it did not have
  replaced,        // the newest window of a key it had
  sequences_only,  // a correction of an older window: the newest body stays, under the new sequences
  refused,         // a new key when keys_max are there
};

/// The newest window of every feed key, in key order, for snapshots and late joiners.
///
/// A value always bears the highest key_seq of its key, so that a reader who takes it counts on from there: it is
/// the key's state as of that sequence. Not thread-safe: the feed thread owns it.
class LastValueCache {
 public:
  using Values = std::map<std::string, CachedValue, std::less<>>;

  explicit LastValueCache(std::size_t keys_max) : keys_max_(keys_max) {}

  /// header.key_seq is above the cached one, header.global_seq above any before; both are asserted, since a feed
  /// whose sequences go back makes every reader drop what is new.
  [[nodiscard]] Kept apply(std::string_view key, const Header& header, Instant window_end, std::string_view body);

  /// Nothing when the key has not been published. Valid until the next apply.
  [[nodiscard]] const CachedValue* find(std::string_view key) const;

  [[nodiscard]] Values::const_iterator at_or_after(std::string_view key) const { return values_.lower_bound(key); }
  [[nodiscard]] Values::const_iterator after(std::string_view key) const { return values_.upper_bound(key); }
  [[nodiscard]] Values::const_iterator end() const { return values_.end(); }

  /// Of the newest update that was kept; 0 before the first.
  [[nodiscard]] uint64_t global_seq() const { return global_seq_; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::size_t keys_max() const { return keys_max_; }

 private:
  const std::size_t keys_max_;
  uint64_t global_seq_ = 0;
  Values values_;
};

}  // namespace roomtone::publish
