#include "publish/feed_key.hpp"

#include <algorithm>

#include "model/key.hpp"

namespace roomtone::publish {

namespace {
constexpr std::string_view kAtmosphereRoot = "/a/";
constexpr std::string_view kVoiceRoot = "/v/c/";
constexpr std::string_view kAlertRoot = "/al/";
}  // namespace

void write_feed_key(std::string& out, std::string_view key, WindowSize window) {
  out.assign(kAtmosphereRoot);
  out.append(key);
  out.push_back('/');
  out.append(spec_of(window).name);
  out.push_back('/');
}

std::string feed_key(std::string_view key, WindowSize window) {
  std::string out;
  write_feed_key(out, key, window);
  return out;
}

std::string room_prefix(std::string_view key) {
  std::string out(kAtmosphereRoot);
  out.append(key);
  out.push_back('/');
  return out;
}

std::optional<FeedKey> parse_feed_key(std::string_view bytes) {
  if (!bytes.starts_with(kAtmosphereRoot) || !bytes.ends_with('/')) return std::nullopt;
  bytes.remove_prefix(kAtmosphereRoot.size());
  if (bytes.empty()) return std::nullopt;
  bytes.remove_suffix(1);
  // The last level is the window whatever it looks like: a topic may be called `60s`.
  const std::size_t slash = bytes.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view key = bytes.substr(0, slash);
  const std::string_view window = bytes.substr(slash + 1);
  const auto spec = std::ranges::find(kWindows, window, &WindowSpec::name);
  if (spec == kWindows.end() || !valid_key(key)) return std::nullopt;
  return FeedKey{key, static_cast<WindowSize>(spec - kWindows.begin())};
}

void write_voice_key(std::string& out, std::string_view list) {
  out.assign(kVoiceRoot);
  out.append(list);
  out.push_back('/');
}

void write_alert_key(std::string& out, std::string_view key, std::string_view rule) {
  out.assign(kAlertRoot);
  out.append(key);
  out.push_back('/');
  out.append(rule);
  out.push_back('/');
}

bool is_sequenced_key(std::string_view bytes) {
  if (bytes.starts_with(kAlertRoot) && bytes.ends_with('/')) {
    bytes.remove_prefix(kAlertRoot.size());
    if (bytes.empty()) return false;
    bytes.remove_suffix(1);
    const std::size_t slash = bytes.rfind('/');
    return slash != std::string_view::npos && valid_key(bytes.substr(0, slash)) &&
           valid_topic_id(bytes.substr(slash + 1));
  }
  if (!bytes.starts_with(kVoiceRoot) || !bytes.ends_with('/')) return parse_feed_key(bytes).has_value();
  bytes.remove_prefix(kVoiceRoot.size());
  return !bytes.empty() && valid_topic_id(bytes.substr(0, bytes.size() - 1));
}

bool valid_prefix(std::string_view prefix) {
  if (prefix.empty()) return true;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/';
  };
  return prefix.size() <= kPrefixBytes && prefix.front() == '/' && prefix.back() == '/' &&
         prefix.find("//") == std::string_view::npos && std::ranges::all_of(prefix, allowed);
}

}  // namespace roomtone::publish
