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
#include "publish/allow_list.hpp"
#include "publish/body.hpp"
#include "publish/feed_counters.hpp"
#include "publish/history_desk.hpp"
#include "publish/last_value_cache.hpp"
#include "publish/query.hpp"
#include "publish/recent_updates.hpp"
#include "publish/sent.hpp"

namespace roomtone::publish {

/// Sends one message; the first frame is the peer's routing id.
using SendReply = std::function<Sent(std::span<const std::string_view>)>;

struct QueryServiceOptions {
  uint64_t epoch;
  BodyFormat body;
  std::size_t snapshots_max;  // under way at a time, one per peer; more get ERR busy
  std::vector<std::pair<std::string_view, uint64_t>> limits = {};  // all of them, for STATUS
};

/// What the answers are made of. All of it outlives the service.
struct QuerySources {
  const LastValueCache& cache;
  const RecentUpdates& recent;
  const AllowList& allowed;
  HistoryDesk& history;
};

/// Answers the queries that arrive at the ROUTER socket: from the last-value cache, from the recent updates, and
/// what is on disk through the history desk.
///
/// A snapshot is sent in slices. Between two of them updates go on being published, so its values are of different
/// moments; each bears its sequences, and END says which global_seq everything in it and everything published
/// before it is bounded by. A reader who was subscribed before it asked therefore misses nothing.
/// Not thread-safe: the feed thread owns it. The counters outlive it.
class QueryService {
 public:
  /// A snapshot whose peer asks for no more for this long makes room for another.
  static constexpr std::chrono::seconds kSnapshotIdleMax{10};

  QueryService(QueryServiceOptions options, QuerySources sources, FeedCounters& counters, SendReply send);

  /// `frames` as received: routing id, an empty delimiter or none, and the query; `user` is the asker's name on the
  /// allow-list. Always answers, HISTORY and EXPLAIN later, unless the peer cannot be reached.
  void answer(std::span<const std::string> frames, std::string_view user, Mono now);

  /// Sends the HISTORY and EXPLAIN answers that have become ready.
  void answer_past();

 private:
  struct Peer {
    std::string_view routing_id;
    bool delimiter;         // a REQ socket: the answer must bear one too
    std::string_view user;  // on the allow-list
  };
  struct Snapshot {
    std::string user;  // who began it: a routing id may be another's by now
    std::string prefix;
    std::string id;
    std::string last_key;  // empty before the first slice
    uint64_t start_seq = 0;
    uint64_t count = 0;
    Mono touched{};
  };
  using Snapshots = std::map<std::string, Snapshot, std::less<>>;
  /// How a slice of a snapshot, or a replay, came to its end.
  enum class Slice { more, complete, full, gone };

  void dispatch(const Peer& peer, const Query& query, Mono now);
  [[nodiscard]] bool may_ask(const Peer& peer, const Query& query) const;
  void begin_snapshot(const Peer& peer, const Query& query, Mono now);
  void go_on(const Peer& peer, const Query& query, Mono now);
  [[nodiscard]] bool fits(const Query& query) const;
  void give_up_idle(Mono now);
  [[nodiscard]] Slice send_slice(const Peer& peer, Snapshot& snapshot, std::size_t credit);
  void count(Slice slice);
  void send_replay(const Peer& peer, const Query& query);
  void refuse_replay(const Peer& peer, const Query& query, std::string_view reason);
  void send_replay_end(const Peer& peer, const Query& query, uint64_t count);
  [[nodiscard]] Sent send_value(const Peer& peer, std::string_view key, Header header, std::string_view body);
  void send_keys(const Peer& peer, const Query& query);
  void take_question(const Peer& peer, const Query& query, HistoryDesk::Question question);
  void send_status(const Peer& peer, const Query& query);
  void send_error(const Peer& peer, const Refusal& refusal);
  /// Begins json_ with where the feed stands.
  void begin_json(std::string_view first_members = {});
  /// A one-frame JSON answer; `json_` holds its members without the closing brace.
  Sent send_json(const Peer& peer, std::string_view verb, std::string_view id);
  Sent send(const Peer& peer, std::span<const std::string_view> payload);

  const QueryServiceOptions options_;
  const LastValueCache& cache_;
  const RecentUpdates& recent_;
  const AllowList& allowed_;
  HistoryDesk& history_;
  FeedCounters& counters_;
  const SendReply send_;
  Snapshots snapshots_;  // by routing id
  std::string json_;
  std::vector<std::string_view> frames_;
};

}  // namespace roomtone::publish
