#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "publish/body.hpp"
#include "publish/feed_counters.hpp"
#include "publish/last_value_cache.hpp"
#include "publish/query.hpp"
#include "publish/sent.hpp"

namespace roomtone::publish {

/// Sends one message; the first frame is the peer's routing id.
using SendReply = std::function<Sent(std::span<const std::string_view>)>;

struct QueryServiceOptions {
  uint64_t epoch;
  BodyFormat body;
  std::size_t snapshots_max;  // under way at a time, one per peer; more get ERR busy
};

/// Answers the queries that arrive at the ROUTER socket from the last-value cache.
///
/// A snapshot is sent in slices. Between two of them updates go on being published, so its values are of different
/// moments; each bears its sequences, and END says which global_seq everything in it and everything published
/// before it is bounded by. A reader who was subscribed before it asked therefore misses nothing.
/// Not thread-safe: the feed thread owns it. Cache and counters outlive it.
class QueryService {
 public:
  /// A snapshot whose peer asks for no more for this long makes room for another.
  static constexpr std::chrono::seconds kSnapshotIdleMax{10};

  QueryService(QueryServiceOptions options, const LastValueCache& cache, FeedCounters& counters, SendReply send);

  /// `frames` as received: routing id, an empty delimiter or none, and the query. Always answers, unless the peer
  /// cannot be reached.
  void answer(std::span<const std::string> frames, Mono now);

 private:
  struct Peer {
    std::string_view routing_id;
    bool delimiter;  // a REQ socket: the answer must bear one too
  };
  struct Snapshot {
    std::string prefix;
    std::string id;
    std::string last_key;  // empty before the first slice
    uint64_t start_seq = 0;
    uint64_t count = 0;
    Mono touched{};
  };
  using Snapshots = std::map<std::string, Snapshot, std::less<>>;

  void begin_snapshot(const Peer& peer, const Query& query, Mono now);
  void send_slice(const Peer& peer, Snapshots::iterator snapshot, std::size_t credit);
  void end_snapshot(Snapshots::iterator snapshot, std::atomic<uint64_t>& how);
  void send_keys(const Peer& peer, const Query& query);
  void send_status(const Peer& peer, const Query& query);
  void send_error(const Peer& peer, const Refusal& refusal);
  /// A one-frame JSON answer; `json_` holds its members without the closing brace.
  Sent send_json(const Peer& peer, std::string_view verb, std::string_view id);
  Sent send(const Peer& peer, std::span<const std::string_view> payload);

  const QueryServiceOptions options_;
  const LastValueCache& cache_;
  FeedCounters& counters_;
  const SendReply send_;
  Snapshots snapshots_;  // by routing id
  std::string json_;
  std::vector<std::string_view> frames_;
};

}  // namespace roomtone::publish
