#include "publish/query_service.hpp"

#include <array>
#include <utility>

namespace roomtone::publish {

QueryService::QueryService(QueryServiceOptions options, const LastValueCache& cache, FeedCounters& counters,
                           SendReply send)
    : options_(options), cache_(cache), counters_(counters), send_(std::move(send)) {}

void QueryService::answer(std::span<const std::string> frames, Mono now) {
  if (frames.empty()) return;  // no routing id, nobody to answer
  ++counters_.queries;
  Peer peer{frames[0], frames.size() > 1 && frames[1].empty()};
  frames = frames.subspan(peer.delimiter ? 2 : 1);

  frames_.assign(frames.begin(), frames.end());
  const auto query = parse_query(frames_);
  if (!query) {
    ++(query.error().code == QueryError::unsupported_verb ? counters_.verbs_unknown : counters_.queries_malformed);
    send_error(peer, query.error());
    return;
  }

  switch (query->verb) {
    case Verb::snapshot: begin_snapshot(peer, *query, now); break;
    case Verb::more: {
      const auto snapshot = snapshots_.find(peer.routing_id);
      if (snapshot == snapshots_.end()) {
        send_error(peer, {QueryError::no_snapshot, "no snapshot is under way; ask again with SNAPSHOT", query->id});
        break;
      }
      snapshot->second.touched = now;
      send_slice(peer, snapshot, query->credit);
      break;
    }
    case Verb::keys: send_keys(peer, *query); break;
    case Verb::status: send_status(peer, *query); break;
    case Verb::ping:
      json_.assign("{\"epoch\":");
      append_json_u64(json_, options_.epoch);
      json_.append(",\"global_seq\":");
      append_json_u64(json_, cache_.global_seq());
      send_json(peer, "PONG", query->id);
      break;
  }
}

void QueryService::begin_snapshot(const Peer& peer, const Query& query, Mono now) {
  if (const auto before = snapshots_.find(peer.routing_id); before != snapshots_.end())
    end_snapshot(before, counters_.snapshots_replaced);
  if (snapshots_.size() >= options_.snapshots_max) {
    for (auto at = snapshots_.begin(); at != snapshots_.end();) {
      const auto idle = at++;
      if (now - idle->second.touched >= kSnapshotIdleMax) end_snapshot(idle, counters_.snapshots_slow);
    }
  }
  if (snapshots_.size() >= options_.snapshots_max) {
    ++counters_.snapshots_busy;
    send_error(peer, {QueryError::busy, "too many snapshots are under way; ask again in a second", query.id});
    return;
  }
  Snapshot snapshot;
  snapshot.prefix = query.prefix;
  snapshot.id = query.id;
  snapshot.start_seq = cache_.global_seq();
  snapshot.touched = now;
  const auto at = snapshots_.emplace(std::string(peer.routing_id), std::move(snapshot)).first;
  counters_.snapshots_open = snapshots_.size();
  send_slice(peer, at, query.credit);
}

void QueryService::send_slice(const Peer& peer, Snapshots::iterator at, std::size_t credit) {
  Snapshot& snapshot = at->second;
  auto value = snapshot.last_key.empty() ? cache_.at_or_after(snapshot.prefix) : cache_.after(snapshot.last_key);
  const auto ended = [&] { return value == cache_.end() || !value->first.starts_with(snapshot.prefix); };
  const auto give_up = [&](Sent why) {
    end_snapshot(at, why == Sent::full ? counters_.snapshots_slow : counters_.snapshots_gone);
  };

  std::string_view last_key;
  for (; credit > 0 && !ended(); --credit, ++value) {
    Header header = value->second.header;
    header.flags |= kFlagResend;
    const auto header_bytes = encode_header(header);
    const std::array<std::string_view, 5> payload = {
        kProtocol, "KV", value->first, {header_bytes.data(), header_bytes.size()}, value->second.body};
    if (const Sent sent = send(peer, payload); sent != Sent::yes) return give_up(sent);
    ++snapshot.count;
    last_key = value->first;
  }
  if (!ended()) {
    snapshot.last_key = last_key;
    json_.assign("{\"count\":");
    append_json_u64(json_, snapshot.count);
    if (const Sent sent = send_json(peer, "MORE", snapshot.id); sent != Sent::yes) give_up(sent);
    return;
  }
  json_.assign("{\"epoch\":");
  append_json_u64(json_, options_.epoch);
  json_.append(",\"global_seq\":");
  append_json_u64(json_, cache_.global_seq());
  json_.append(",\"start_seq\":");
  append_json_u64(json_, snapshot.start_seq);
  json_.append(",\"count\":");
  append_json_u64(json_, snapshot.count);
  if (const Sent sent = send_json(peer, "END", snapshot.id); sent != Sent::yes) return give_up(sent);
  end_snapshot(at, counters_.snapshots_ok);
}

void QueryService::end_snapshot(Snapshots::iterator snapshot, std::atomic<uint64_t>& how) {
  snapshots_.erase(snapshot);
  counters_.snapshots_open = snapshots_.size();
  ++how;
}

void QueryService::send_keys(const Peer& peer, const Query& query) {
  auto value = query.after < query.prefix ? cache_.at_or_after(query.prefix) : cache_.after(query.after);
  const auto ended = [&] { return value == cache_.end() || !value->first.starts_with(query.prefix); };
  json_.assign("{\"keys\":[");
  std::string_view last_key;
  for (std::size_t left = query.limit; left > 0 && !ended(); --left, ++value) {
    if (json_.back() != '[') json_.push_back(',');
    append_json_string(json_, value->first);
    last_key = value->first;
  }
  json_.push_back(']');
  if (!ended()) {
    json_.append(",\"next\":");
    append_json_string(json_, last_key);
  }
  send_json(peer, "KEYS", query.id);
}

void QueryService::send_status(const Peer& peer, const Query& query) {
  json_.assign("{\"version\":");
  append_json_string(json_, ROOMTONE_VERSION);
  const auto member = [this](std::string_view name, uint64_t value) {
    json_.append(",\"").append(name).append("\":");
    append_json_u64(json_, value);
  };
  member("epoch", options_.epoch);
  member("global_seq", cache_.global_seq());
  member("keys", cache_.size());
  member("keys_max", cache_.keys_max());
  member("subscribers", counters_.subscribers);
  member("snapshots_open", snapshots_.size());
  json_.append(",\"body\":");
  append_json_string(json_, name_of(options_.body));
  send_json(peer, "STATUS", query.id);
}

void QueryService::send_error(const Peer& peer, const Refusal& refusal) {
  json_.assign("{\"code\":");
  append_json_string(json_, code_of(refusal.code));
  json_.append(",\"message\":");
  append_json_string(json_, refusal.message);
  send_json(peer, "ERR", refusal.id);
}

Sent QueryService::send_json(const Peer& peer, std::string_view verb, std::string_view id) {
  if (!id.empty()) {
    json_.append(",\"id\":");
    append_json_string(json_, id);
  }
  json_.push_back('}');
  const std::array<std::string_view, 3> payload = {kProtocol, verb, json_};
  return send(peer, payload);
}

Sent QueryService::send(const Peer& peer, std::span<const std::string_view> payload) {
  frames_.clear();
  frames_.push_back(peer.routing_id);
  if (peer.delimiter) frames_.emplace_back();
  frames_.insert(frames_.end(), payload.begin(), payload.end());
  return send_(frames_);
}

}  // namespace roomtone::publish
