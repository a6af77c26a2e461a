#include "replica.hpp"

#include <algorithm>
#include <tuple>
#include <variant>

#include "json.hpp"
#include "wire.hpp"

namespace roomtone::client {

namespace {

constexpr int kLosingAfter = 3;  // recoveries in a row without a check frame that agrees
constexpr std::size_t kCodeBytesMax = 64;

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

// Questions and answers.

void Replica::want_snapshot(bool at_once) {
  snapshot_wanted_ = true;
  recovering_ = true;
  if (at_once) pause_ = {};
}

void Replica::tick(Now now) {
  if (!stale_ && now - heard_at_ >= options_.stale_after) {
    stale_ = true;
    ++counters_.silences;
    tell(NoticeKind::stale);
  }
  if (asked_ && now - asked_->heard_at >= options_.patience) give_up("no answer");
  proceed(now);
}

/// Asks what is to be asked next, if the time has come.
void Replica::proceed(Now now) {
  if (asked_ || !joined_ || stale_) return;
  if (snapshot_wanted_) {
    const bool rested = !snapshot_asked_at_ || now - *snapshot_asked_at_ >= options_.pause_max;
    if (rested || now - *snapshot_asked_at_ >= pause_) {
      if (rested && refused_.empty()) pause_ = {};
      ask_snapshot(now);
      return;
    }
  }
  if (!missing_.empty()) {
    ask_replay(missing_.begin()->first, now);
  } else if (recovering_ && !snapshot_wanted_ && complete_) {
    recovering_ = false;
    tell(NoticeKind::recovered);
  }
}

void Replica::ask_snapshot(Now now) {
  snapshot_wanted_ = false;
  snapshot_asked_at_ = now;
  pause_ = std::clamp(2 * pause_, options_.pause_first, options_.pause_max);
  if (complete_ && ++in_a_row_ == kLosingAfter) tell(NoticeKind::losing);
  ++counters_.snapshots_asked;
  asked_ = Question{.id = std::to_string(++last_id_), .heard_at = now, .key = {}, .keys = {}, .values = {}};
  ask("SNAPSHOT", "{\"prefix\":" + json_text(prefix_) + ",\"credit\":" + std::to_string(options_.credit) +
                      ",\"id\":\"" + asked_->id + "\"}");
}

void Replica::ask_replay(const std::string& key, Now now) {
  ++counters_.replays_asked;
  const auto& spans = missing_.find(key)->second;
  const auto least = [](const Span& a, const Span& b) { return a.first < b.first; };
  const uint64_t first = std::min_element(spans.begin(), spans.end(), least)->first;
  asked_ =
      Question{.id = std::to_string(++last_id_), .heard_at = now, .key = key, .first = first, .keys = {}, .values = {}};
  ask("REPLAY", "{\"key\":" + json_text(key) + ",\"epoch\":\"" + std::to_string(*epoch_) + "\",\"from_key_seq\":\"" +
                    std::to_string(first) + "\",\"id\":\"" + asked_->id + "\"}");
}

void Replica::ask(std::string_view verb, std::string arguments) {
  questions_.push_back({std::string(kProtocol), std::string(verb), std::move(arguments)});
}

void Replica::take_answer(const Frames& frames, Now now) {
  if (frames.size() < 3 || frames[0] != kProtocol) {
    ++counters_.garbage;
  } else if (frames[1] == "KV") {
    take_value(frames, now);
  } else if (frames[1] == "MORE" || frames[1] == "END" || frames[1] == "ERR") {
    if (const auto answer = read_answer(frames[2]))
      take_end(frames[1], *answer, now);
    else
      ++counters_.garbage;
  } else {
    ++counters_.ignored;
  }
  proceed(now);
}

void Replica::take_value(const Frames& frames, Now now) {
  Header header;
  unsigned version = 0;
  if (frames.size() != 5 || !valid_key(frames[2]) || parse_header(frames[3], header, version) != HeaderResult::header) {
    ++counters_.garbage;
    return;
  }
  // Of another epoch: the feed will say which one holds. Without a question: of one that was given up.
  if (!asked_ || header.epoch != epoch_) return;
  const std::string& key = frames[2];
  asked_->heard_at = now;
  ++asked_->count;
  if (!asked_->key.empty()) {
    asked_->bytes += frames[4].size();
    if (key == asked_->key && asked_->values.size() < options_.replay_messages_max &&
        asked_->bytes <= options_.replay_bytes_max)
      asked_->values.emplace_back(header, frames[4]);
  } else if (key.starts_with(prefix_) && header.key_seq > 0) {
    asked_->keys.insert(key);
    apply(key, header, frames[4], Origin::snapshot);
  }
}

std::optional<Replica::Answer> Replica::read_answer(std::string_view text) {
  const auto value = Json::parse(text);
  if (!value || value->type != Json::Type::object) return {};
  const auto text_of = [&](std::string_view name) {
    const Json* member = value->find(name);
    return member != nullptr && member->type == Json::Type::text ? member->text : std::string();
  };
  const auto whole = [&](std::string_view name) -> std::optional<uint64_t> {
    const Json* member = value->find(name);
    return member == nullptr ? std::nullopt : whole_of(*member);
  };
  const Json* recovered = value->find("recovered");
  return Answer{
      .id = text_of("id"),
      .code = text_of("code").substr(0, kCodeBytesMax),
      .reason = text_of("reason").substr(0, kCodeBytesMax),
      .recovered = recovered != nullptr && recovered->type == Json::Type::boolean && recovered->boolean,
      .epoch = whole("epoch"),
      .global_seq = whole("global_seq"),
      .start_seq = whole("start_seq"),
      .count = whole("count"),
  };
}

void Replica::take_end(std::string_view verb, const Answer& answer, Now now) {
  if (!asked_) return;
  if (!answer.id.empty() && answer.id != asked_->id) {
    // The end of a question that was given up: what came so far belonged to that one.
    asked_->count = asked_->bytes = 0;
    asked_->keys.clear();
    asked_->values.clear();
    return;
  }
  asked_->heard_at = now;
  if (verb == "ERR") {
    take_error(answer);
  } else if (verb == "MORE") {
    if (asked_->key.empty())
      ask("MORE", "{\"credit\":" + std::to_string(options_.credit) + ",\"id\":\"" + asked_->id + "\"}");
  } else if (!asked_->key.empty()) {
    end_replay(answer);
  } else {
    end_snapshot(answer);
  }
}

void Replica::take_error(const Answer& answer) {
  const bool passing = answer.code == "busy" || answer.code == "no_snapshot" || answer.code == "unavailable";
  if (asked_->key.empty() && !passing) {
    if (refused_ != answer.code) tell(NoticeKind::refused, {}, answer.code);
    refused_ = answer.code;
    pause_ = options_.pause_max;
  }
  give_up(answer.code);
}

/// The question under way has no answer that helps. A snapshot is asked for again, and also instead of a replay.
void Replica::give_up(const std::string& why) {
  const auto asked = std::exchange(asked_, std::nullopt);
  if (asked && missing_.contains(asked->key)) {
    if (why == "evicted" || why == "epoch" || why == "no answer")
      drop_replays(why);  // so are the others
    else
      lose(asked->key, why);
  }
  want_snapshot();
}

void Replica::drop_replays(const std::string& why) {
  while (!missing_.empty()) lose(std::string(missing_.begin()->first), why);
}

void Replica::lose(const std::string& key, const std::string& why) {
  missing_.erase(key);
  tell(NoticeKind::lost, key, why);
}

void Replica::end_replay(const Answer& answer) {
  if (!answer.recovered) {
    give_up(answer.reason);
    return;
  }
  const auto& values = asked_->values;
  const uint64_t behind = asked_->first + values.size();  // the sequence after the last one
  bool whole = answer.count.value_or(values.size()) == values.size();
  for (std::size_t i = 0; i < values.size(); ++i) whole = whole && values[i].first.key_seq == asked_->first + i;
  const auto at = missing_.find(asked_->key);
  const std::vector<Span> spans = at == missing_.end() ? std::vector<Span>() : at->second;
  for (const Span& span : spans) whole = whole && span.last < behind;
  if (!whole) {
    give_up("incomplete");
    return;
  }
  const Question asked = *std::exchange(asked_, std::nullopt);
  ++counters_.replays;
  missing_.erase(asked.key);
  settled_seq_ = std::max(settled_seq_, answer.global_seq.value_or(0));
  for (const auto& [header, body] : asked.values) {
    const auto held = held_.find(asked.key);
    if (held == held_.end()) return;  // removed meanwhile
    const uint64_t seq = header.key_seq;
    const bool missed =
        std::any_of(spans.begin(), spans.end(), [&](const Span& s) { return s.first <= seq && seq <= s.last; });
    if (missed || seq > held->second.key_seq) apply(asked.key, header, body, Origin::replay);
  }
}

void Replica::end_snapshot(const Answer& answer) {
  if (!answer.epoch || !answer.global_seq) {
    ++counters_.garbage;
    return;
  }
  if (answer.epoch != epoch_ || answer.count.value_or(asked_->count) != asked_->count) {
    give_up("incomplete");
    return;
  }
  const Question asked = *std::exchange(asked_, std::nullopt);
  refused_.clear();
  settled_seq_ = std::max(settled_seq_, *answer.global_seq);
  seen_seq_ = std::max(seen_seq_, *answer.global_seq);
  std::vector<std::string> gone;
  for (const auto& [key, held] : held_)
    if (held.global_seq <= answer.start_seq.value_or(0) && !asked.keys.contains(key)) gone.push_back(key);
  for (const std::string& key : gone) remove(key);
  ++counters_.snapshots;
  if (!std::exchange(complete_, true)) {
    recovering_ = snapshot_wanted_ || !missing_.empty();
    tell(NoticeKind::complete);
  }
}

}  // namespace roomtone::client
