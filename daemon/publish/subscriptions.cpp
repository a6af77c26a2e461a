#include "publish/subscriptions.hpp"

#include "publish/feed_key.hpp"

namespace roomtone::publish {

void Subscriptions::closed(int connection) {
  const auto at = held_.find(connection);
  if (at == held_.end()) return;
  for (const std::string& prefix : at->second) release(prefix);
  held_.erase(at);
}

Admission Subscriptions::subscribe(const Sender& sender, std::string_view prefix, const LastValueCache& cache) {
  if (prefix.size() > kPrefixBytes) return Admission::too_long;
  if (!allowed_.may_subscribe(sender.user, prefix)) return Admission::forbidden;
  const auto held = held_.find(sender.connection);
  if (held == held_.end()) return Admission::gone;
  if (held->second.contains(prefix)) return Admission::admitted;
  if (held->second.size() >= kSubscriptionsPerConnection) return Admission::too_many;
  held->second.emplace(prefix);
  if (++holders_[std::string(prefix)] == 1) sums_.subscribe(prefix, cache);
  return Admission::admitted;
}

bool Subscriptions::cancel(int connection, std::string_view prefix) {
  const auto held = held_.find(connection);
  if (held == held_.end()) return false;
  const auto at = held->second.find(prefix);
  if (at == held->second.end()) return false;
  held->second.erase(at);
  release(prefix);
  return true;
}

void Subscriptions::release(std::string_view prefix) {
  const auto at = holders_.find(prefix);
  if (--at->second > 0) return;
  sums_.unsubscribe(prefix);
  holders_.erase(at);
}

}  // namespace roomtone::publish
