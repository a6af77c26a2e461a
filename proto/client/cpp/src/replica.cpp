#include "replica.hpp"

#include <algorithm>
#include <tuple>
#include <variant>

#include "wire.hpp"

namespace roomtone::client {

namespace {

int64_t window_start(const Update& update) { return update.atmosphere ? update.atmosphere->window.start_us : 0; }

std::string from_to(uint64_t first, uint64_t last) { return std::to_string(first) + " to " + std::to_string(last); }

}  // namespace

Replica::Replica(std::string prefix, const Options& options, Now now)
    : prefix_(std::move(prefix)),
      check_key_(prefix_ + std::string(kCheckSuffix)),
      reads_all_(prefix_.empty() || prefix_ == "/"),
      options_(options),
      heard_at_(now) {}

State Replica::state() const {
  if (!joined_) return State::joining;
  if (!refused_.empty()) return State::refused;
  if (!complete_) return State::filling;
  return recovering_ ? State::recovering : State::live;
}

std::map<std::string, std::vector<std::string>> Replica::blind_keys() const {
  std::map<std::string, std::vector<std::string>> found;
  if (!heartbeat_) return found;
  for (const auto& [key, held] : held_) {
    if (!held.update.atmosphere) continue;
    for (const std::string& name : held.update.atmosphere->sources) {
      const auto source = heartbeat_->sources.find(name);
      if (source != heartbeat_->sources.end() && source->second.deaf()) found[key].push_back(name);
    }
  }
  return found;
}

void Replica::tell(NoticeKind kind, std::string key, std::string detail) {
  events_.emplace_back(Notice{kind, std::move(key), std::move(detail)});
}

// The feed.

void Replica::take_published(const Frames& frames, Now now, uint64_t wall_us) {
  Header header;
  unsigned version = 0;
  const auto result =
      frames.size() == 3 && valid_key(frames[0]) ? parse_header(frames[1], header, version) : HeaderResult::garbage;
  switch (result) {
    case HeaderResult::header:
      heard(header, now, wall_us);
      dispatch(frames[0], header, frames[2]);
      break;
    case HeaderResult::garbage: ++counters_.garbage; break;
    case HeaderResult::other_version:
      ++counters_.other_version;
      if (!std::exchange(version_told_, true)) tell(NoticeKind::version, {}, std::to_string(version));
      break;
  }
  proceed(now);
}

void Replica::heard(const Header& header, Now now, uint64_t wall_us) {
  heard_at_ = now;
  stopped_ = false;
  if (std::exchange(stale_, false)) {
    tell(NoticeKind::fresh);
    want_snapshot(true);  // what was said meanwhile did not reach us
  }
  if (epoch_ != header.epoch) enter_epoch(header.epoch);
  if (options_.slow_after && !header.has(kResend)) {
    lag_ = std::chrono::microseconds(static_cast<int64_t>(wall_us - header.publish_time_us));
    if (*lag_ > *options_.slow_after && !std::exchange(slow_, true))
      tell(NoticeKind::slow, {}, std::to_string(lag_->count() / 1000) + " ms behind");
    if (*lag_ < *options_.slow_after / 2) slow_ = false;
  }
}

void Replica::dispatch(const std::string& key, const Header& header, const std::string& body) {
  const bool protobuf = header.has(kProtobuf);
  if (header.key_seq > 0) {
    if (key.starts_with(prefix_))
      apply(key, header, body, Origin::feed);
    else
      ++counters_.ignored;
  } else if (key == kHeartbeatKey) {
    if (auto heartbeat = read_heartbeat(body, protobuf))
      take_heartbeat(std::move(*heartbeat));
    else
      ++counters_.garbage;
  } else if (key == check_key_) {
    if (const auto check = read_check(body, protobuf))
      take_check(header, *check);
    else
      ++counters_.garbage;
  } else if (key == kControlKey) {
    const auto event = read_control(body, protobuf);
    if (event == "shutdown") {
      stopped_ = true;
      tell(NoticeKind::shutdown);
    } else {
      ++(event ? counters_.ignored : counters_.garbage);
    }
  } else if (!key.ends_with(kCheckSuffix)) {
    ++counters_.ignored;
  }
}

void Replica::enter_epoch(uint64_t epoch) {
  if (epoch_) {
    ++counters_.epochs;
    tell(NoticeKind::epoch, {}, std::to_string(epoch));
  }
  epoch_ = epoch;
  held_.clear();
  key_seq_sum_ = seen_seq_ = settled_seq_ = 0;
  missing_.clear();
  asked_.reset();
  complete_ = recovering_ = false;
  want_snapshot(true);
}

void Replica::take_heartbeat(Heartbeat heartbeat) {
  for (const auto& [name, source] : heartbeat.sources) {
    const SourceHealth* before = nullptr;
    if (heartbeat_) {
      const auto at = heartbeat_->sources.find(name);
      if (at != heartbeat_->sources.end()) before = &at->second;
    }
    if (before == nullptr || before->state != source.state) tell(NoticeKind::source, name, source.state);
  }
  heartbeat_ = std::move(heartbeat);
  joined_ = true;
  const uint64_t theirs = heartbeat_->global_seq;
  if (reads_all_ && theirs > seen_seq_ && may_compare())
    take_loss("global_seq " + std::to_string(theirs) + ", seen " + std::to_string(seen_seq_));
}

void Replica::take_check(const Header& header, const Check& check) {
  if (!may_compare() || header.global_seq < settled_seq_) return;
  if (check.keys == held_.size() && check.key_seq_sum == key_seq_sum_) {
    pause_ = {};
    in_a_row_ = 0;
  } else {
    take_loss(std::to_string(held_.size()) + " keys of " + std::to_string(check.keys) + ", sequences " +
              std::to_string(key_seq_sum_) + " of " + std::to_string(check.key_seq_sum));
  }
}

bool Replica::may_compare() const {
  // While values come by the other socket we may be ahead of the feed; what we refuse is in their sums only.
  return complete_ && !asked_ && counters_.refused_keys == 0;
}

void Replica::take_loss(std::string detail) {
  ++counters_.losses;
  tell(NoticeKind::loss, {}, std::move(detail));
  want_snapshot();
}

// Values.

void Replica::apply(const std::string& key, const Header& header, const std::string& body, Origin origin) {
  if (header.has(kTombstone)) {
    take_tombstone(key, header);
    return;
  }
  auto at = held_.find(key);
  const bool known = at != held_.end();
  const bool repeat = known && header.key_seq <= at->second.key_seq;
  if (repeat && origin == Origin::feed && header.key_seq <= at->second.update.header.key_seq) {
    ++counters_.repeats;
    return;
  }
  Update update{key, header, body, {}, origin, true};
  if (key.starts_with(kAtmospherePrefix)) {
    update.atmosphere = read_atmosphere(body, header.has(kProtobuf));
    if (!update.atmosphere || key != std::string(kAtmospherePrefix) + update.atmosphere->room + "/" +
                                         std::to_string(update.atmosphere->window.size_s) + "s/") {
      ++counters_.garbage;
      return;
    }
  }
  if (!known) {
    if (held_.size() >= options_.keys_max) {
      if (counters_.refused_keys++ == 0) tell(NoticeKind::full, key);
      return;
    }
    at = held_.emplace(key, Held{}).first;
  } else {
    if (origin == Origin::feed && header.key_seq > at->second.key_seq + 1)
      take_gap(key, at->second.key_seq + 1, header.key_seq - 1);
    update.newest = is_newest(at->second, update);
    if (repeat && !update.newest && origin != Origin::replay) {
      if (origin == Origin::feed) ++counters_.repeats;
      return;
    }
  }
  Held& held = at->second;
  if (header.key_seq > held.key_seq) {
    key_seq_sum_ += header.key_seq - held.key_seq;
    held.key_seq = header.key_seq;
    held.global_seq = std::max(held.global_seq, header.global_seq);
  }
  if (update.newest) held.update = update;
  if (origin == Origin::feed) ++counters_.updates;
  seen_seq_ = std::max(seen_seq_, header.global_seq);
  events_.emplace_back(std::move(update));
}

bool Replica::is_newest(const Held& held, const Update& update) const {
  const uint64_t key_seq = update.header.key_seq;
  const uint64_t held_body_seq = held.update.header.key_seq;
  if (std::tuple(window_start(update), key_seq) > std::tuple(window_start(held.update), held_body_seq)) return true;
  // The server's own word about what is newest as of that sequence.
  return update.header.has(kResend) && update.origin != Origin::replay && key_seq >= held.key_seq &&
         key_seq > held_body_seq;
}

void Replica::take_tombstone(const std::string& key, const Header& header) {
  const auto at = held_.find(key);
  if (at == held_.end() || header.key_seq <= at->second.key_seq) return;
  remove(key);
  seen_seq_ = std::max(seen_seq_, header.global_seq);
}

void Replica::remove(const std::string& key) {
  const auto at = held_.find(key);
  key_seq_sum_ -= at->second.key_seq;
  events_.emplace_back(Removed{key});
  missing_.erase(key);
  held_.erase(at);
}

void Replica::take_gap(const std::string& key, uint64_t first, uint64_t last) {
  ++counters_.gaps;
  counters_.missed += last - first + 1;
  tell(NoticeKind::gap, key, from_to(first, last));
  recovering_ = true;
  if (options_.recover == Recover::snapshot) {
    want_snapshot();
  } else if (missing_.contains(key) || missing_.size() < options_.replays_max) {
    missing_[key].push_back({first, last});
  } else {
    drop_replays("too many");
    want_snapshot();
  }
}

}  // namespace roomtone::client
