// Questions and answers: what is asked for when, and what is made of what comes back.
#include <algorithm>
#include <utility>

#include "json.hpp"
#include "replica.hpp"
#include "wire.hpp"

namespace roomtone::client {

namespace {

constexpr int kLosingAfter = 3;  // recoveries in a row without a check frame that agrees
constexpr std::size_t kCodeBytesMax = 64;

}  // namespace

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
