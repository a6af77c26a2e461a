#include "publish/feed.hpp"

#include <zmq.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.hpp"
#include "publish/endpoint.hpp"
#include "publish/feed_key.hpp"
#include "publish/header.hpp"

namespace roomtone::publish {

namespace {

// Readers are promised a heartbeat at least once a second; the tenth of slack is for a turn that takes its time.
constexpr std::chrono::milliseconds kHeartbeat{900};
constexpr std::chrono::milliseconds kGreetingPause{50};  // between heartbeats out of turn
constexpr int kLinger_ms = 1000;

// What one turn of the loop does at most, so that no kind of work starves another.
constexpr int kUpdatesPerTurn = 1000;
constexpr int kSubscriptionsPerTurn = 1024;
constexpr int kQueriesPerTurn = 8;  // each may be a slice of kCreditMax values
constexpr int kHandshakesPerTurn = 64;

// A peer that sends more is cut off by ZeroMQ. A subscription has at most kPrefixBytes plus a few of framing, and
// the largest handshake fits too; a query's arguments name a prefix, a key and an id.
constexpr int kSubscriptionBytesMax = 512;
constexpr int kQueryFrameBytesMax = 4096;

// A slice of a snapshot, a replay and some short answers wait for a peer that reads; one that goes on asking without
// reading runs into the mark.
constexpr int kAnswersQueuedMax = static_cast<int>(kCreditMax + kReplayMessagesMax) + 64;

// A peer whose machine vanished is forgotten after about this long.
constexpr int kPingEvery_ms = 5000;
constexpr int kPingTimeout_ms = 15000;
constexpr int kUnsentTimeout_ms = 20000;  // for bytes that the peer's machine does not acknowledge

// Half a handshake holds a connection no longer than this. With 2 s, a thousand readers that joined at once under
// CURVE on a busy machine timed out, tried again and took twice the work.
constexpr int kHandshake_ms = 10000;

// Handshakes and encryption are done by ZeroMQ's I/O threads. Each socket has its own: readers who join need both at
// the same time, and the snapshots of many do not hold up what is published. Not more of them: a socket whose
// connections were spread over several could hand us a subscription before it tells of the connection that it came by.
enum IoThread : int { kPublisherThread, kRouterThread, kIoThreads };

void set_up(Socket& socket, int hwm, int message_bytes_max) {
  socket.set(ZMQ_SNDHWM, hwm);
  const int64_t size = message_bytes_max;  // the one option here that is not an int
  socket.set(ZMQ_MAXMSGSIZE, std::string_view(reinterpret_cast<const char*>(&size), sizeof size));
  socket.set(ZMQ_LINGER, kLinger_ms);
  socket.set(ZMQ_BACKLOG, 1024);
  socket.set(ZMQ_HEARTBEAT_IVL, kPingEvery_ms);
  socket.set(ZMQ_HEARTBEAT_TIMEOUT, kPingTimeout_ms);
  socket.set(ZMQ_HEARTBEAT_TTL, kPingTimeout_ms);
  socket.set(ZMQ_TCP_MAXRT, kUnsentTimeout_ms);
  socket.set(ZMQ_HANDSHAKE_IVL, kHandshake_ms);
}

uint8_t flag_of(WindowState state) {
  switch (state) {
    case WindowState::partial: return kFlagPartial;
    case WindowState::final: return kFlagFinal;
    case WindowState::corrected: return kFlagCorrected;
  }
  return 0;
}

}  // namespace

Result<std::unique_ptr<Feed>> Feed::open(FeedOptions options, const Clock& clock) {
  for (const std::string& endpoint : {options.publish_endpoint, options.query_endpoint})
    if (auto bindable = check_feed_bindable(endpoint, options.curve.has_value(), options.insecure_bind); !bindable)
      return tl::unexpected(std::move(bindable.error()));
  std::unique_ptr<Feed> feed(new Feed(std::move(options), clock));
  if (auto bound = feed->bind(); !bound) return tl::unexpected(std::move(bound.error()));
  return feed;
}

Feed::Feed(FeedOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      queue_(options_.queue_max),
      allowed_(options_.curve ? AllowList(options_.curve->readers) : AllowList()),
      context_(kIoThreads),
      publisher_(context_, ZMQ_XPUB),
      router_(context_, ZMQ_ROUTER),
      publisher_monitor_(context_, publisher_, "publish-monitor"),
      router_monitor_(context_, router_, "query-monitor"),
      cache_(options_.keys_max),
      recent_(options_.replay_bytes_max),
      sums_(options_.checks_max),
      subscriptions_(sums_, allowed_),
      history_(options_.read_past, options_.history_queue_max, wake_),
      queries_({options_.epoch, options_.body, options_.snapshots_max, limits()}, {cache_, recent_, allowed_, history_},
               counters_, [this](std::span<const std::string_view> frames) { return router_.send(frames); }),
      next_heartbeat_(clock_.mono()) {}

Result<void> Feed::bind() {
  if (options_.curve) {
    door_.emplace(context_, allowed_, counters_);
    Door::guard(publisher_, options_.curve->secret_key);
    Door::guard(router_, options_.curve->secret_key);
  }
  publisher_.use_io_thread(kPublisherThread);
  router_.use_io_thread(kRouterThread);
  set_up(publisher_, options_.hwm, kSubscriptionBytesMax);
  // Each subscription comes to us first and takes effect when we say so. It takes effect for the peer whose
  // subscription was received last, so nothing may be received in between.
  publisher_.set(ZMQ_XPUB_MANUAL, 1);
  set_up(router_, kAnswersQueuedMax, kQueryFrameBytesMax);
  router_.set(ZMQ_ROUTER_MANDATORY, 1);
  if (auto bound = publisher_.bind(options_.publish_endpoint); !bound) return bound;
  if (auto bound = router_.bind(options_.query_endpoint); !bound) return bound;
  publish_endpoint_ = publisher_.endpoint();
  query_endpoint_ = router_.endpoint();
  return {};
}

std::vector<std::pair<std::string_view, uint64_t>> Feed::limits() const {
  return {{"hwm", static_cast<uint64_t>(options_.hwm)},
          {"subscription_bytes_max", kPrefixBytes},
          {"subscriptions_max", kSubscriptionsPerConnection},
          {"checks_max", options_.checks_max},
          {"query_bytes_max", kQueryFrameBytesMax},
          {"credit_max", kCreditMax},
          {"snapshots_max", options_.snapshots_max},
          {"keys_limit_max", kKeysLimitMax},
          {"replay_messages_max", kReplayMessagesMax},
          {"replay_bytes_max", options_.replay_bytes_max},
          {"history_rows_max", kHistoryRowsMax},
          {"history_queue_max", options_.history_queue_max}};
}

bool Feed::offer(Offered&& offered) {
  if (offered.voices.empty() && offered.updates.empty() && offered.alerts.empty()) return !queue_.closed();
  if (!queue_.push(std::move(offered))) return false;
  wake_.signal();
  return true;
}

void Feed::set_pulse(Pulse pulse) {
  {
    const std::lock_guard lock(pulse_mutex_);
    pulse_ = std::move(pulse);
  }
  wake_.signal();
}

void Feed::run(std::stop_token stop) {
  const std::stop_callback wake_up(stop, [this] { wake_.signal(); });
  while (!stop.stop_requested()) turn(kHeartbeat);
  queue_.close();  // whoever waits in offer is let go
  while (publish_offered()) {
  }
  send_shutdown();
  publisher_monitor_.close();
  router_monitor_.close();
  publisher_.close();
  router_.close();
  if (door_) door_->close();
}

void Feed::turn(std::chrono::milliseconds wait_max) {
  wait_for_work(wait_max);
  more_offered_ = publish_offered();
  answer_door();
  watch_connections();
  read_subscriptions();
  answer_queries();
  queries_.answer_past();
  tick();
}

void Feed::wait_for_work(std::chrono::milliseconds wait_max) {
  Mono due = next_heartbeat_;
  if (next_greeting_) due = std::min(due, *next_greeting_);
  if (const auto resend_due = resends_.next_due()) due = std::min(due, *resend_due);
  // Rounded up: waking a fraction of a millisecond early would spin.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - clock_.mono());
  const auto wait = more_offered_ ? 0ms : std::clamp<std::chrono::milliseconds>(left, 0ms, wait_max);

  std::array<zmq_pollitem_t, 6> items = {{
      {publisher_.handle(), 0, ZMQ_POLLIN, 0},
      {router_.handle(), 0, ZMQ_POLLIN, 0},
      {publisher_monitor_.handle(), 0, ZMQ_POLLIN, 0},
      {router_monitor_.handle(), 0, ZMQ_POLLIN, 0},
      {nullptr, wake_.handle(), ZMQ_POLLIN, 0},
      {door_ ? door_->handle() : nullptr, 0, ZMQ_POLLIN, 0},
  }};
  // Interrupted or not: what is ready is asked of each socket below.
  zmq_poll(items.data(), static_cast<int>(items.size()) - (door_ ? 0 : 1), static_cast<long>(wait.count()));
  wake_.clear();
}

/// True when there may be more.
bool Feed::publish_offered() {
  for (std::size_t published = 0; published < kUpdatesPerTurn;) {
    const auto offered = queue_.pop_for(0ms);
    if (!offered) return false;
    for (const VoiceUpdate& voice : offered->voices) {
      publish(voice);
      tick();
    }
    for (const Update& update : offered->updates) {
      publish(update);
      tick();  // a batch may be tens of thousands of updates, and heartbeats wait for none of them
    }
    for (const AlertUpdate& alert : offered->alerts) {
      publish(alert);
      tick();
    }
    published += offered->voices.size() + offered->updates.size() + offered->alerts.size();
  }
  return true;
}

void Feed::publish(const Update& update) {
  const Atmosphere& atmosphere = update.atmosphere;
  write_feed_key(key_, atmosphere.key, atmosphere.window);
  body_.clear();
  append_body(body_, options_.body, atmosphere);
  const Header header{.flags = static_cast<uint8_t>(flag_of(atmosphere.state) | format_flag()),
                      .epoch = options_.epoch,
                      .global_seq = update.global_seq,
                      .key_seq = update.key_seq,
                      .publish_time = clock_.wall()};
  if (publish_sequenced(header, atmosphere.end)) ++counters_.updates;
}

void Feed::publish(const VoiceUpdate& voice) {
  write_voice_key(key_, voice.event.list);
  body_.clear();
  append_body(body_, options_.body, voice.event);
  const Header header{.flags = format_flag(),
                      .epoch = options_.epoch,
                      .global_seq = voice.global_seq,
                      .key_seq = voice.key_seq,
                      .publish_time = clock_.wall()};
  // Events have no window: the newest sequence is the newest value.
  if (!publish_sequenced(header, kNoInstant)) return;
  ++counters_.voices;
  if (options_.on_voice && voice.arrival != kNoInstant) options_.on_voice(header.publish_time - voice.arrival);
}

void Feed::publish(const AlertUpdate& update) {
  write_alert_key(key_, update.alert.key, update.alert.rule);
  body_.clear();
  append_body(body_, options_.body, update.alert);
  const Header header{.flags = format_flag(),
                      .epoch = options_.epoch,
                      .global_seq = update.global_seq,
                      .key_seq = update.key_seq,
                      .publish_time = clock_.wall()};
  // Absolute values without a window, as events are.
  if (publish_sequenced(header, kNoInstant)) ++counters_.alerts;
}

bool Feed::publish_sequenced(const Header& header, Instant window_end) {
  const CachedValue* before = cache_.find(key_);
  const uint64_t seq_before = before == nullptr ? 0 : before->header.key_seq;
  const Kept kept = cache_.apply(key_, header, window_end, body_);
  if (kept == Kept::refused) {
    // Not published either: a key that no snapshot can hold would leave its readers out of step for ever.
    ++counters_.keys_refused;
    return false;
  }
  sums_.add(key_, kept == Kept::added, header.key_seq - seq_before);
  recent_.add(key_, header, body_);
  send(key_, header, body_);
  counters_.keys = cache_.size();
  counters_.global_seq = cache_.global_seq();
  return true;
}

void Feed::resend(std::string_view key) {
  const CachedValue* value = cache_.find(key);
  if (value == nullptr) return;
  Header header = value->header;
  header.flags |= kFlagResend;
  send(key, header, value->body);
  ++counters_.resends;
}

void Feed::answer_door() {
  for (int i = 0; door_ && i < kHandshakesPerTurn && door_->answer(); ++i) {
  }
}

void Feed::read_subscriptions() {
  for (int i = 0; i < kSubscriptionsPerTurn && publisher_.receive(frames_, sender_); ++i) {
    const std::string_view message = frames_.front();
    if (message.empty() || static_cast<unsigned char>(message[0]) > 1)
      continue;  // not a subscription: XPUB passes it on
    const std::string_view prefix = message.substr(1);
    if (message[0] == 1)
      subscribe(sender_, prefix);
    else if (subscriptions_.cancel(sender_.connection, prefix))
      publisher_.set(ZMQ_UNSUBSCRIBE, prefix);
  }
}

void Feed::subscribe(const Sender& sender, std::string_view prefix) {
  // A connection is told of before its first subscription is, though by another way.
  if (!subscriptions_.is_open(sender.connection)) watch_connections();
  const Mono now = clock_.mono();
  switch (subscriptions_.subscribe(sender, prefix, cache_)) {
    case Admission::admitted: break;
    case Admission::forbidden: ++counters_.subscriptions_forbidden; return;
    case Admission::too_long: ++counters_.subscriptions_too_long; return;
    case Admission::too_many: ++counters_.subscriptions_too_many; return;
    case Admission::gone: return;
  }
  publisher_.set(ZMQ_SUBSCRIBE, prefix);
  if (prefix == kHeartbeatKey)
    next_greeting_ = std::max(now, last_heartbeat_ + kGreetingPause);
  else if (cache_.find(prefix) != nullptr && resends_.ask(prefix, now))
    resend(prefix);
}

void Feed::answer_queries() {
  for (int i = 0; i < kQueriesPerTurn && router_.receive(frames_, sender_); ++i) {
    queries_.answer(frames_, sender_.user, clock_.mono());
    tick();
  }
}

void Feed::watch_connections() {
  while (const auto event = publisher_monitor_.next()) {
    switch (event->kind) {
      case ConnectionEvent::Kind::opened: subscriptions_.opened(event->connection); break;
      case ConnectionEvent::Kind::closed: subscriptions_.closed(event->connection); break;
      case ConnectionEvent::Kind::failed: ++counters_.handshakes_failed; break;
    }
  }
  while (const auto event = router_monitor_.next()) {
    if (event->kind == ConnectionEvent::Kind::failed) ++counters_.handshakes_failed;
  }
  counters_.subscribers = subscriptions_.connections();
}

void Feed::tick() {
  const Mono now = clock_.mono();
  for (const std::string& key : resends_.take_due(now)) resend(key);
  if (now >= next_heartbeat_) {
    next_heartbeat_ = now + kHeartbeat;
    send_heartbeat();
    send_checks();
  } else if (next_greeting_ && now >= *next_greeting_) {
    send_heartbeat();
  }
}

void Feed::send_heartbeat() {
  last_heartbeat_ = clock_.mono();
  next_greeting_.reset();
  body_.clear();
  {
    const std::lock_guard lock(pulse_mutex_);
    append_body(body_, options_.body, pulse_, options_.epoch, cache_.global_seq());
  }
  send_unsequenced(kHeartbeatKey);
  ++counters_.heartbeats;
}

void Feed::send_checks() {
  for (const auto& [prefix, sum] : sums_.sums()) {
    body_.clear();
    append_body(body_, options_.body, sum, options_.epoch, cache_.global_seq());
    key_.assign(prefix).append(kCheckSuffix);
    send_unsequenced(key_);
    ++counters_.checks;
  }
}

void Feed::send_shutdown() {
  body_.clear();
  append_control_body(body_, options_.body, "shutdown");
  send_unsequenced(kControlKey);
  ++counters_.controls;
}

void Feed::send_unsequenced(std::string_view key) {
  const Header header{.flags = format_flag(),
                      .epoch = options_.epoch,
                      .global_seq = cache_.global_seq(),
                      .key_seq = 0,
                      .publish_time = clock_.wall()};
  send(key, header, body_);
}

void Feed::send(std::string_view key, const Header& header, std::string_view body) {
  const auto bytes = encode_header(header);
  const std::array<std::string_view, 3> frames = {key, {bytes.data(), bytes.size()}, body};
  // XPUB takes every message, and drops it for each subscriber whose queue is full.
  ROOMTONE_ASSERT(publisher_.send(frames) == Sent::yes);
}

uint8_t Feed::format_flag() const { return options_.body == BodyFormat::protobuf ? kFlagProtobuf : 0; }

}  // namespace roomtone::publish
