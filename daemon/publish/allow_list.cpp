#include "publish/allow_list.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "publish/feed_key.hpp"

namespace roomtone::publish {

namespace {
const std::vector<std::string> kEverything = {""};
const std::vector<std::string> kNothing;
}  // namespace

AllowList::AllowList(const std::vector<AllowedReader>& readers) : enforced_(true) {
  for (const AllowedReader& reader : readers) {
    ROOMTONE_ASSERT(names_.emplace(reader.public_key, reader.name).second);
    ROOMTONE_ASSERT(prefixes_.emplace(reader.name, reader.prefixes).second);
  }
}

std::string_view AllowList::name_of(std::string_view public_key) const {
  const auto at = names_.find(public_key);
  return at == names_.end() ? std::string_view() : std::string_view(at->second);
}

bool AllowList::may_read(std::string_view name, std::string_view prefix) const {
  return std::ranges::any_of(prefixes_of(name),
                             [&](const std::string& allowed) { return prefix.starts_with(allowed); });
}

bool AllowList::may_subscribe(std::string_view name, std::string_view subscription) const {
  return subscription == kHeartbeatKey || subscription == kControlKey || may_read(name, subscription);
}

const std::vector<std::string>& AllowList::prefixes_of(std::string_view name) const {
  if (!enforced_) return kEverything;
  const auto at = prefixes_.find(name);
  return at == prefixes_.end() ? kNothing : at->second;
}

}  // namespace roomtone::publish
