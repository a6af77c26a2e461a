#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "publish/allow_list.hpp"
#include "publish/last_value_cache.hpp"
#include "publish/prefix_sums.hpp"
#include "publish/socket.hpp"

namespace roomtone::publish {

inline constexpr std::size_t kSubscriptionsPerConnection = 1000;

/// What becomes of a subscription.
enum class Admission : uint8_t {
  admitted,
  forbidden,  // beyond what the reader may read
  too_long,   // over kPrefixBytes
  too_many,   // the connection holds kSubscriptionsPerConnection
  gone,       // the connection that sent it has closed
};

/// Which connection holds which subscriptions: decides what is admitted, and keeps a check sum for each prefix that
/// somebody holds.
///
/// Connections are known by their file handles, as ZeroMQ's monitor and messages name them; one that has none
/// (inproc) is -1 and always open. Not thread-safe: the feed thread owns it.
class Subscriptions {
 public:
  /// `sums` and `allowed` outlive it.
  Subscriptions(PrefixSums& sums, const AllowList& allowed) : sums_(sums), allowed_(allowed) { opened(-1); }

  void opened(int connection) { held_.try_emplace(connection); }
  /// What the connection held is held no more.
  void closed(int connection);
  [[nodiscard]] bool is_open(int connection) const { return held_.contains(connection); }
  /// Connections now open, those without a handle left out.
  [[nodiscard]] std::size_t connections() const { return held_.size() - 1; }

  /// Asking again for what is held is admitted again.
  [[nodiscard]] Admission subscribe(const Sender& sender, std::string_view prefix, const LastValueCache& cache);
  /// False when the connection did not hold it.
  [[nodiscard]] bool cancel(int connection, std::string_view prefix);

 private:
  void release(std::string_view prefix);

  PrefixSums& sums_;
  const AllowList& allowed_;
  std::map<int, std::set<std::string, std::less<>>> held_;   // by connection
  std::map<std::string, std::size_t, std::less<>> holders_;  // by prefix
};

}  // namespace roomtone::publish
