#include "publish/prefix_sums.hpp"

#include "publish/feed_key.hpp"

namespace roomtone::publish {

void PrefixSums::subscribe(std::string_view prefix, const LastValueCache& cache) {
  const bool may_hold_keys = prefix.empty() || prefix == "/" || prefix.starts_with("/a/") ||
                             prefix.starts_with("/v/") || prefix.starts_with("/al/");
  if (!may_hold_keys || !valid_prefix(prefix)) return;
  if (sums_.size() >= prefixes_max_ || sums_.contains(prefix)) return;
  PrefixSum sum;
  for (auto at = cache.at_or_after(prefix); at != cache.end() && at->first.starts_with(prefix); ++at) {
    ++sum.keys;
    sum.key_seq_sum += at->second.header.key_seq;
  }
  sums_.emplace(prefix, sum);
}

void PrefixSums::unsubscribe(std::string_view prefix) {
  if (const auto at = sums_.find(prefix); at != sums_.end()) sums_.erase(at);
}

void PrefixSums::add(std::string_view key, bool new_key, uint64_t key_seq_step) {
  if (sums_.empty()) return;
  const auto add_to = [&](std::string_view prefix) {
    const auto at = sums_.find(prefix);
    if (at == sums_.end()) return;
    at->second.keys += new_key ? 1 : 0;
    at->second.key_seq_sum += key_seq_step;
  };
  add_to({});
  for (std::size_t slash = key.find('/'); slash != std::string_view::npos; slash = key.find('/', slash + 1))
    add_to(key.substr(0, slash + 1));
}

}  // namespace roomtone::publish
