#include "publish/query_service.hpp"

#include <array>
#include <utility>

#include "publish/feed_key.hpp"

namespace roomtone::publish {

QueryService::QueryService(QueryServiceOptions options, QuerySources sources, FeedCounters& counters, SendReply send)
    : options_(std::move(options)),
      cache_(sources.cache),
      recent_(sources.recent),
      allowed_(sources.allowed),
      history_(sources.history),
      counters_(counters),
      send_(std::move(send)) {}

void QueryService::answer(std::span<const std::string> frames, std::string_view user, Mono now) {
  if (frames.empty()) return;  // no routing id, nobody to answer
  ++counters_.queries;
  const Peer peer{frames[0], frames.size() > 1 && frames[1].empty(), user};
  frames = frames.subspan(peer.delimiter ? 2 : 1);

  frames_.assign(frames.begin(), frames.end());
  const auto query = parse_query(frames_);
  if (!query) {
    ++(query.error().code == QueryError::unsupported_verb ? counters_.verbs_unknown : counters_.queries_malformed);
    send_error(peer, query.error());
  } else if (!may_ask(peer, *query)) {
    ++counters_.queries_forbidden;
    send_error(peer, {QueryError::forbidden, "you may not read this; STATUS tells what you may", query->id});
  } else {
    dispatch(peer, *query, now);
  }
}

void QueryService::dispatch(const Peer& peer, const Query& query, Mono now) {
  switch (query.verb) {
    case Verb::snapshot: begin_snapshot(peer, query, now); break;
    case Verb::more: go_on(peer, query, now); break;
    case Verb::replay: send_replay(peer, query); break;
    case Verb::keys: send_keys(peer, query); break;
    case Verb::history:
      take_question(peer, query, HistoryQuestion{query.key, query.from, query.to, query.step, query.limit});
      break;
    case Verb::explain: take_question(peer, query, ExplainQuestion{query.key, query.window, query.end}); break;
    case Verb::status: send_status(peer, query); break;
    case Verb::ping:
      begin_json();
      send_json(peer, "PONG", query.id);
      break;
  }
}

bool QueryService::may_ask(const Peer& peer, const Query& query) const {
  switch (query.verb) {
    case Verb::snapshot:
    case Verb::keys: return allowed_.may_read(peer.user, query.prefix);
    case Verb::replay: return allowed_.may_read(peer.user, query.key);
    case Verb::history:
    case Verb::explain: return allowed_.may_read(peer.user, room_prefix(query.key));
    case Verb::more:  // the snapshot that it belongs to was allowed
    case Verb::status:
    case Verb::ping: return true;
  }
  return false;
}

void QueryService::begin_snapshot(const Peer& peer, const Query& query, Mono now) {
  if (const auto before = snapshots_.find(peer.routing_id); before != snapshots_.end()) {
    snapshots_.erase(before);
    ++counters_.snapshots_replaced;
  }
  if (snapshots_.size() >= options_.snapshots_max && !fits(query)) {
    give_up_idle(now);
    if (snapshots_.size() >= options_.snapshots_max) {
      ++counters_.snapshots_busy;
      send_error(peer, {QueryError::busy, "too many snapshots are under way; ask again in a second", query.id});
      return;
    }
  }
  Snapshot snapshot;
  snapshot.user = peer.user;
  snapshot.prefix = query.prefix;
  snapshot.id = query.id;
  snapshot.start_seq = cache_.global_seq();
  snapshot.touched = now;
  const Slice slice = send_slice(peer, snapshot, query.credit);
  if (slice == Slice::more) snapshots_.emplace(peer.routing_id, std::move(snapshot));
  count(slice);
}

void QueryService::go_on(const Peer& peer, const Query& query, Mono now) {
  const auto at = snapshots_.find(peer.routing_id);
  if (at == snapshots_.end() || at->second.user != peer.user) {
    send_error(peer, {QueryError::no_snapshot, "no snapshot is under way; ask again with SNAPSHOT", query.id});
    return;
  }
  at->second.touched = now;
  const Slice slice = send_slice(peer, at->second, query.credit);
  if (slice != Slice::more) snapshots_.erase(at);
  count(slice);
}

/// Whether a snapshot is over with its first slice, so that nothing of it has to be kept.
bool QueryService::fits(const Query& query) const {
  auto value = cache_.at_or_after(query.prefix);
  for (std::size_t left = query.credit; left > 0 && value != cache_.end(); --left) ++value;
  return value == cache_.end() || !value->first.starts_with(query.prefix);
}

void QueryService::give_up_idle(Mono now) {
  const auto idle = [now](const auto& at) { return now - at.second.touched >= kSnapshotIdleMax; };
  counters_.snapshots_slow += std::erase_if(snapshots_, idle);
  counters_.snapshots_open = snapshots_.size();
}

QueryService::Slice QueryService::send_slice(const Peer& peer, Snapshot& snapshot, std::size_t credit) {
  auto value = snapshot.last_key.empty() ? cache_.at_or_after(snapshot.prefix) : cache_.after(snapshot.last_key);
  const auto ended = [&] { return value == cache_.end() || !value->first.starts_with(snapshot.prefix); };
  const auto broken = [](Sent why) { return why == Sent::full ? Slice::full : Slice::gone; };

  std::string_view last_key;
  for (; credit > 0 && !ended(); --credit, ++value) {
    if (const Sent sent = send_value(peer, value->first, value->second.header, value->second.body); sent != Sent::yes)
      return broken(sent);
    ++snapshot.count;
    last_key = value->first;
  }
  if (!ended()) {
    snapshot.last_key = last_key;
    json_.assign("{\"count\":");
    append_json_u64(json_, snapshot.count);
    const Sent sent = send_json(peer, "MORE", snapshot.id);
    return sent == Sent::yes ? Slice::more : broken(sent);
  }
  begin_json();
  json_.append(",\"start_seq\":");
  append_json_u64(json_, snapshot.start_seq);
  json_.append(",\"count\":");
  append_json_u64(json_, snapshot.count);
  const Sent sent = send_json(peer, "END", snapshot.id);
  return sent == Sent::yes ? Slice::complete : broken(sent);
}

void QueryService::count(Slice slice) {
  counters_.snapshots_open = snapshots_.size();
  switch (slice) {
    case Slice::more: break;
    case Slice::complete: ++counters_.snapshots_ok; break;
    case Slice::full: ++counters_.snapshots_slow; break;
    case Slice::gone: ++counters_.snapshots_gone; break;
  }
}

void QueryService::send_replay(const Peer& peer, const Query& query) {
  if (query.epoch != options_.epoch) return refuse_replay(peer, query, "epoch");
  const CachedValue* newest = cache_.find(query.key);
  if (newest == nullptr) return refuse_replay(peer, query, "unknown_key");
  const uint64_t end = newest->header.key_seq + 1;
  if (query.from_key_seq > end) return refuse_replay(peer, query, "ahead");
  if (query.from_key_seq == end) return send_replay_end(peer, query, 0);
  if (end - query.from_key_seq > kReplayMessagesMax) return refuse_replay(peer, query, "too_many");
  const auto updates = recent_.since(query.key, query.from_key_seq);
  if (!updates) return refuse_replay(peer, query, "evicted");
  for (const SentUpdate* update : *updates) {
    if (send_value(peer, query.key, update->header, update->body) == Sent::yes) continue;
    ++counters_.replays_broken;
    return;
  }
  send_replay_end(peer, query, updates->size());
}

void QueryService::refuse_replay(const Peer& peer, const Query& query, std::string_view reason) {
  ++counters_.replays_refused;
  begin_json("\"recovered\":false,\"reason\":\"" + std::string(reason) + "\",");
  json_.append(",\"count\":0");
  send_json(peer, "END", query.id);
}

void QueryService::send_replay_end(const Peer& peer, const Query& query, uint64_t count) {
  begin_json("\"recovered\":true,");
  json_.append(",\"count\":");
  append_json_u64(json_, count);
  ++(send_json(peer, "END", query.id) == Sent::yes ? counters_.replays_ok : counters_.replays_broken);
}

Sent QueryService::send_value(const Peer& peer, std::string_view key, Header header, std::string_view body) {
  header.flags |= kFlagResend;
  const auto header_bytes = encode_header(header);
  const std::array<std::string_view, 5> payload = {
      kProtocol, "KV", key, {header_bytes.data(), header_bytes.size()}, body};
  return send(peer, payload);
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

void QueryService::take_question(const Peer& peer, const Query& query, HistoryDesk::Question question) {
  if (!history_.open()) {
    send_error(peer, {QueryError::unavailable, "this server keeps no history", query.id});
    return;
  }
  ReturnAddress to{std::string(peer.routing_id), peer.delimiter, query.id};
  if (!history_.take(std::move(to), std::move(question))) {
    ++counters_.histories_busy;
    send_error(peer,
               {QueryError::busy, "too many questions about the past are waiting; ask again in a second", query.id});
  }
}

void QueryService::answer_past() {
  for (const HistoryDesk::Answer& answer : history_.ready()) {
    const Peer peer{answer.to.routing_id, answer.to.delimiter, {}};
    const bool empty = !answer.members && answer.members.error().code == ErrorCode::not_found;
    ++(answer.members || empty ? counters_.histories_ok : counters_.histories_failed);
    if (!answer.members) {
      // What failed is for the log of the server, not for strangers.
      send_error(peer, {QueryError::unavailable, empty ? "nothing has been heard yet" : "the store could not be read",
                        answer.to.id});
      continue;
    }
    json_.assign("{").append(*answer.members);
    send_json(peer, answer.verb, answer.to.id);
  }
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
  json_.append(",\"may_read\":[");
  for (const std::string& prefix : allowed_.prefixes_of(peer.user)) {
    if (json_.back() != '[') json_.push_back(',');
    append_json_string(json_, prefix);
  }
  json_.append("],\"limits\":{");
  for (const auto& [name, limit] : options_.limits) {
    if (json_.back() != '{') json_.push_back(',');
    append_json_string(json_, name);
    json_.push_back(':');
    append_json_u64(json_, limit);
  }
  json_.push_back('}');
  send_json(peer, "STATUS", query.id);
}

void QueryService::send_error(const Peer& peer, const Refusal& refusal) {
  json_.assign("{\"code\":");
  append_json_string(json_, code_of(refusal.code));
  json_.append(",\"message\":");
  append_json_string(json_, refusal.message);
  send_json(peer, "ERR", refusal.id);
}

void QueryService::begin_json(std::string_view first_members) {
  json_.assign("{").append(first_members).append("\"epoch\":");
  append_json_u64(json_, options_.epoch);
  json_.append(",\"global_seq\":");
  append_json_u64(json_, cache_.global_seq());
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
