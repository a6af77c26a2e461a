#include "publish/last_value_cache.hpp"

#include "base/assert.hpp"

namespace roomtone::publish {

Kept LastValueCache::apply(std::string_view key, const Header& header, Instant window_end, std::string_view body) {
  ROOMTONE_ASSERT(header.global_seq > global_seq_);
  auto at = values_.lower_bound(key);
  const bool known = at != values_.end() && at->first == key;
  if (!known && values_.size() >= keys_max_) return Kept::refused;
  global_seq_ = header.global_seq;
  if (!known) {
    values_.emplace_hint(at, std::string(key), CachedValue{header, window_end, std::string(body)});
    return Kept::added;
  }
  CachedValue& value = at->second;
  ROOMTONE_ASSERT(header.key_seq > value.header.key_seq);
  if (window_end < value.window_end) {
    value.header.key_seq = header.key_seq;
    value.header.global_seq = header.global_seq;
    return Kept::sequences_only;
  }
  value.header = header;
  value.window_end = window_end;
  value.body.assign(body);
  return Kept::replaced;
}

const CachedValue* LastValueCache::find(std::string_view key) const {
  const auto at = values_.find(key);
  return at == values_.end() ? nullptr : &at->second;
}

}  // namespace roomtone::publish
