#include "model/key.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace roomtone {

bool valid_topic_id(std::string_view id) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  return !id.empty() && id.size() <= limits::kTopicIdBytes && std::ranges::all_of(id, allowed);
}

bool valid_key(std::string_view key) {
  while (true) {
    const std::size_t slash = key.find('/');
    if (!valid_topic_id(key.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    key.remove_prefix(slash + 1);
  }
}

}  // namespace roomtone
