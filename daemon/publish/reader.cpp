#include "publish/reader.hpp"

#include <zmq.h>

#include <algorithm>
#include <array>
#include <utility>

#include "publish/feed_key.hpp"
#include "publish/query.hpp"

namespace roomtone::publish {

namespace {

constexpr int kMessagesPerPoll = 20'000;
constexpr int kMessageBytesMax = 1024 * 1024;
constexpr std::chrono::milliseconds kPauseFirst{1000};
constexpr std::chrono::milliseconds kPauseMax{30'000};
constexpr std::chrono::milliseconds kTimerStep{100};  // while a snapshot is wanted

void set_up(Socket& socket, int hwm, const std::optional<ReaderKeys>& keys) {
  if (keys) {
    socket.set(ZMQ_CURVE_SERVERKEY, keys->server_public_key);
    socket.set(ZMQ_CURVE_PUBLICKEY, keys->own.public_key);
    socket.set(ZMQ_CURVE_SECRETKEY, keys->own.secret_key);
  }
  socket.set(ZMQ_RCVHWM, hwm);
  const int64_t size = kMessageBytesMax;  // the one option here that is not an int
  socket.set(ZMQ_MAXMSGSIZE, std::string_view(reinterpret_cast<const char*>(&size), sizeof size));
  socket.set(ZMQ_LINGER, 0);
  socket.set(ZMQ_RECONNECT_IVL, 100);
  socket.set(ZMQ_RECONNECT_IVL_MAX, 5000);
  socket.set(ZMQ_HEARTBEAT_IVL, 5000);
  socket.set(ZMQ_HEARTBEAT_TIMEOUT, 15000);
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::connect(ReaderOptions options, const Clock& clock) {
  if (!valid_prefix(options.prefix) || !options.prefix.starts_with("/a/"))
    return fail(ErrorCode::invalid_argument, "prefix " + options.prefix + ": does not go from /a/ to a '/'");
  std::unique_ptr<Reader> reader(new Reader(std::move(options), clock));
  if (auto connected = reader->connect(); !connected) return tl::unexpected(std::move(connected.error()));
  return reader;
}

Reader::Reader(ReaderOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      subscriber_(context_, ZMQ_SUB),
      dealer_(context_, ZMQ_DEALER),
      check_key_(options_.prefix + std::string(kCheckSuffix)),
      last_heard_(clock.mono()) {}

Result<void> Reader::connect() {
  set_up(subscriber_, options_.hwm, options_.keys);
  set_up(dealer_, 2 * static_cast<int>(kCreditMax), options_.keys);
  if (auto connected = subscriber_.connect(options_.publish_endpoint); !connected) return connected;
  if (auto connected = dealer_.connect(options_.query_endpoint); !connected) return connected;
  // Subscribed after connecting, so that they travel in this order: once a heartbeat is here, the server knows the
  // prefix too, and a snapshot asked for from then on leaves nothing out.
  subscriber_.set(ZMQ_SUBSCRIBE, options_.prefix);
  subscriber_.set(ZMQ_SUBSCRIBE, kControlKey);
  subscriber_.set(ZMQ_SUBSCRIBE, kHeartbeatKey);
  return {};
}

std::vector<RoomView> Reader::poll(std::chrono::milliseconds timeout) {
  std::vector<RoomView> changed;
  keep_timers();
  const bool wants_snapshot = phase_ == Phase::filling || (phase_ == Phase::live && snapshot_needed_);
  const auto wait = wants_snapshot ? std::min(timeout, kTimerStep) : timeout;
  std::array<zmq_pollitem_t, 2> items = {{
      {subscriber_.handle(), 0, ZMQ_POLLIN, 0},
      {dealer_.handle(), 0, ZMQ_POLLIN, 0},
  }};
  zmq_poll(items.data(), static_cast<int>(items.size()), static_cast<long>(wait.count()));
  for (int i = 0; i < kMessagesPerPoll && take_published(changed); ++i) {
  }
  for (int i = 0; i < kMessagesPerPoll && take_answer(changed); ++i) {
  }
  keep_timers();
  return changed;
}

bool Reader::take_published(std::vector<RoomView>& changed) {
  if (!subscriber_.receive(frames_)) return false;
  const auto header = frames_.size() == 3 ? decode_header(frames_[1]) : fail(ErrorCode::corrupt, "frames");
  if (!header) {
    ++counters_.undecodable;
    return true;
  }
  if (stale() && phase_ == Phase::live) snapshot_needed_ = true;  // what was said meanwhile did not reach us
  last_heard_ = clock_.mono();
  server_stopped_ = false;
  if (epoch_ != header->epoch) on_epoch(header->epoch);

  const std::string_view key = frames_[0];
  if (key == kHeartbeatKey)
    on_heartbeat(*header, frames_[2]);
  else if (key == check_key_)
    on_check(*header, frames_[2]);
  else if (key == kControlKey)
    server_stopped_ = true;  // the one event there is
  else if (!key.ends_with(kCheckSuffix))
    apply(key, *header, frames_[2], false, changed);
  return true;
}

void Reader::on_epoch(uint64_t epoch) {
  if (epoch_) ++counters_.epochs;
  epoch_ = epoch;
  rooms_.clear();
  sum_ = {};
  complete_seq_ = 0;
  if (phase_ == Phase::filling) phase_ = Phase::live;  // what is under way is of another world
  snapshot_needed_ = true;
  pause_ = {};
}

void Reader::on_heartbeat(const Header& header, std::string_view body) {
  auto pulse = read_heartbeat(header, body);
  if (!pulse) {
    ++counters_.undecodable;
    return;
  }
  heartbeat_ = std::move(*pulse);
  if (phase_ == Phase::joining) phase_ = Phase::live;
}

void Reader::on_check(const Header& header, std::string_view body) {
  // Before the snapshot's end we may be ahead of the feed; keys that we refused are in its sum and not in ours.
  if (!complete() || header.global_seq < complete_seq_ || counters_.refused > 0) return;
  const auto sum = read_check(header, body);
  if (!sum) {
    ++counters_.undecodable;
  } else if (*sum == sum_) {
    pause_ = {};
  } else {
    ++counters_.check_mismatches;
    snapshot_needed_ = true;
  }
}

void Reader::apply(std::string_view key, const Header& header, std::string_view body, bool from_snapshot,
                   std::vector<RoomView>& changed) {
  auto at = rooms_.find(key);
  const bool known = at != rooms_.end();
  if (known && (header.key_seq < at->second.key_seq || (header.key_seq == at->second.key_seq && !from_snapshot))) {
    if (!from_snapshot) ++counters_.repeats;
    return;
  }
  auto view = read_room(header, body);
  if (!view || feed_key(view->atmosphere.key, view->atmosphere.window) != key) {
    ++counters_.undecodable;
    return;
  }
  if (!known && rooms_.size() >= options_.keys_max) {
    ++counters_.refused;
    return;
  }
  if (known && header.key_seq == at->second.key_seq) {
    // Where a newer window was lost just before a correction of an older one, it comes back under the sequence of that.
    if (view->atmosphere.end <= at->second.atmosphere.end) return;
    at->second = *view;
    changed.push_back(std::move(*view));
    return;
  }
  if (known && !from_snapshot && header.key_seq != at->second.key_seq + 1) {
    // The value is whole in itself and is taken; but where one message was lost others may have been.
    ++counters_.gaps;
    snapshot_needed_ = true;
  }
  if (!from_snapshot) ++counters_.updates;
  if (!known) {
    at = rooms_.emplace(std::string(key), RoomView{}).first;
    ++sum_.keys;
  }
  sum_.key_seq_sum += header.key_seq - at->second.key_seq;
  if (known && view->atmosphere.end < at->second.atmosphere.end) {
    // A correction of an older window: news, but not the newest window.
    at->second.key_seq = header.key_seq;
    at->second.global_seq = header.global_seq;
  } else {
    at->second = *view;
  }
  changed.push_back(std::move(*view));
}

bool Reader::take_answer(std::vector<RoomView>& changed) {
  if (!dealer_.receive(frames_)) return false;
  if (frames_.size() < 3 || frames_[0] != kProtocol) {
    ++counters_.undecodable;
    return true;
  }
  const std::string_view verb = frames_[1];
  if (verb == "KV") {
    const auto header = frames_.size() == 5 ? decode_header(frames_[3]) : fail(ErrorCode::corrupt, "frames");
    if (!header) {
      ++counters_.undecodable;
      return true;
    }
    answered_at_ = clock_.mono();
    if (header->epoch != epoch_) return true;  // the feed will say which epoch holds
    confirmed_.insert(frames_[2]);
    apply(frames_[2], *header, frames_[4], true, changed);
    return true;
  }
  if (phase_ != Phase::filling || read_json_text(frames_[2], "id") != std::to_string(snapshot_id_))
    return true;  // an answer to a question that we no longer ask
  answered_at_ = clock_.mono();
  if (verb == "MORE")
    ask("MORE", {});
  else if (verb == "END")
    on_snapshot_end(frames_[2]);
  else if (verb == "ERR") {
    phase_ = Phase::live;
    snapshot_needed_ = true;
  }
  return true;
}

void Reader::on_snapshot_end(std::string_view text) {
  phase_ = Phase::live;
  const auto end = read_snapshot_end(text);
  if (!end || end->epoch != epoch_) {
    if (!end) ++counters_.undecodable;
    snapshot_needed_ = true;
    return;
  }
  // What we hold, what the snapshot does not and what has not been published since it began is gone.
  for (auto at = rooms_.begin(); at != rooms_.end();) {
    const auto room = at++;
    if (room->second.global_seq > end->start_seq || confirmed_.contains(room->first)) continue;
    --sum_.keys;
    sum_.key_seq_sum -= room->second.key_seq;
    rooms_.erase(room);
  }
  confirmed_.clear();
  complete_seq_ = end->global_seq;
  ++counters_.snapshots;
}

void Reader::keep_timers() {
  const Mono now = clock_.mono();
  if (phase_ == Phase::filling && now - std::max(asked_at_, answered_at_) >= options_.snapshot_patience) {
    phase_ = Phase::live;
    snapshot_needed_ = true;
  }
  if (phase_ != Phase::live || !snapshot_needed_) return;
  if (now - asked_at_ > kPauseMax) pause_ = {};
  if (now - asked_at_ >= pause_) ask_snapshot(now);
}

void Reader::ask_snapshot(Mono now) {
  phase_ = Phase::filling;
  snapshot_needed_ = false;
  asked_at_ = now;
  pause_ = std::clamp(2 * pause_, kPauseFirst, kPauseMax);
  confirmed_.clear();
  ++counters_.snapshots_asked;
  std::string arguments = "{\"prefix\":";
  append_json_string(arguments, options_.prefix);
  arguments.append(",\"id\":\"").append(std::to_string(++snapshot_id_)).append("\"}");
  ask("SNAPSHOT", arguments);
}

void Reader::ask(std::string_view verb, std::string_view arguments) {
  const std::array<std::string_view, 3> query = {kProtocol, verb, arguments};
  // When it cannot be sent now, the snapshot's patience runs out and it is asked for again.
  static_cast<void>(dealer_.send(query));
}

}  // namespace roomtone::publish
