#include "model/key.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace roomtone {

namespace {

/// Where the levels of a list begin in a key: behind a topic's, or at once.
std::size_t list_level(std::string_view key) {
  // Levels come in pairs of kind and id, and an id may look like any kind.
  for (std::size_t at = 0; at < key.size();) {
    if (key.substr(at).starts_with("c/")) return at;
    const std::size_t id = key.find('/', at);
    const std::size_t end = id == std::string_view::npos ? id : key.find('/', id + 1);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view room_around(std::string_view key) {
  const std::size_t at = list_level(key);
  if (at == std::string_view::npos) return {};
  return at == 0 ? kRoomKey : key.substr(0, at - 1);
}

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
