#include "roomtone/client/reader.hpp"

#include <zmq.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "replica.hpp"
#include "wire.hpp"

namespace roomtone::client {

namespace {

using std::chrono::milliseconds;

constexpr int kReceiveHwm = 100'000;                   // messages queued for us before the server's side fills
constexpr int kMessagesPerPoll = 20'000;               // of one socket, so that neither starves the other
constexpr int64_t kMessageBytesMax = 4 * 1024 * 1024;  // the server sends no larger frame
constexpr std::size_t kFramesMax = 16;   // of a message; what is longer is taken in and counted as garbage
constexpr milliseconds kTimerStep{100};  // how often timers are looked at
constexpr int kReconnectMs = 100;
constexpr int kReconnectMsMax = 1000;
constexpr int kPingMs = 5000;
constexpr int kPingTimeoutMs = 15'000;

struct ContextEnd {
  void operator()(void* context) const { zmq_ctx_term(context); }
};
struct SocketEnd {
  void operator()(void* socket) const { zmq_close(socket); }
};
using Context = std::unique_ptr<void, ContextEnd>;
using Socket = std::unique_ptr<void, SocketEnd>;

std::string failure(const std::string& what) { return what + ": " + zmq_strerror(errno); }

bool set(void* socket, int option, int value) { return zmq_setsockopt(socket, option, &value, sizeof value) == 0; }

bool set_up(void* socket, const std::optional<Curve>& curve) {
  const bool standing = set(socket, ZMQ_RCVHWM, kReceiveHwm) && set(socket, ZMQ_LINGER, 0) &&
                        zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &kMessageBytesMax, sizeof kMessageBytesMax) == 0 &&
                        set(socket, ZMQ_RECONNECT_IVL, kReconnectMs) &&
                        set(socket, ZMQ_RECONNECT_IVL_MAX, kReconnectMsMax) &&
                        set(socket, ZMQ_HEARTBEAT_IVL, kPingMs) && set(socket, ZMQ_HEARTBEAT_TIMEOUT, kPingTimeoutMs);
  if (!standing || !curve) return standing;
  const auto key = [&](int option, const std::string& z85) {
    return zmq_setsockopt(socket, option, z85.c_str(), z85.size() + 1) == 0;
  };
  return key(ZMQ_CURVE_SERVERKEY, curve->server_key) && key(ZMQ_CURVE_PUBLICKEY, curve->public_key) &&
         key(ZMQ_CURVE_SECRETKEY, curve->secret_key);
}

/// False when nothing is waiting.
bool receive(void* socket, Frames& frames) {
  frames.clear();
  zmq_msg_t message;
  while (true) {
    zmq_msg_init(&message);
    int read = zmq_msg_recv(&message, socket, ZMQ_DONTWAIT);
    // The parts of a message arrive together, so that only its first one can be missing.
    while (read < 0 && errno == EINTR) read = zmq_msg_recv(&message, socket, ZMQ_DONTWAIT);
    if (read < 0) {
      zmq_msg_close(&message);
      return false;
    }
    if (frames.size() < kFramesMax)
      frames.emplace_back(static_cast<const char*>(zmq_msg_data(&message)), zmq_msg_size(&message));
    const bool more = zmq_msg_more(&message) != 0;
    zmq_msg_close(&message);
    if (!more) return true;
  }
}

}  // namespace

class Reader::Sockets {
 public:
  Sockets(std::string prefix, const Options& options)
      : replica(std::move(prefix), options, std::chrono::steady_clock::now()),
        context_(zmq_ctx_new()),
        sub_(context_ ? zmq_socket(context_.get(), ZMQ_SUB) : nullptr),
        dealer_(context_ ? zmq_socket(context_.get(), ZMQ_DEALER) : nullptr) {}

  /// What went wrong, or nothing.
  [[nodiscard]] std::string open(const Feed& feed) {
    if (!sub_ || !dealer_) return failure("sockets");
    if (!set_up(sub_.get(), feed.curve) || !set_up(dealer_.get(), feed.curve)) return failure("options of the sockets");
    if (zmq_connect(sub_.get(), feed.publish.c_str()) != 0) return failure(feed.publish);
    if (zmq_connect(dealer_.get(), feed.query.c_str()) != 0) return failure(feed.query);
    // After connecting, so that they travel in this order: the heartbeat proves that the prefix has arrived.
    for (const std::string_view key : {std::string_view(feed.prefix), kControlKey, kHeartbeatKey})
      if (zmq_setsockopt(sub_.get(), ZMQ_SUBSCRIBE, key.data(), key.size()) != 0) return failure("subscribe");
    return {};
  }

  void turn(milliseconds wait) {
    std::array<zmq_pollitem_t, 2> items = {{{sub_.get(), 0, ZMQ_POLLIN, 0}, {dealer_.get(), 0, ZMQ_POLLIN, 0}}};
    zmq_poll(items.data(), static_cast<int>(items.size()), static_cast<long>(wait.count()));
    for (int i = 0; i < kMessagesPerPoll && receive(sub_.get(), frames_); ++i) {
      const auto wall = std::chrono::system_clock::now().time_since_epoch();
      const auto wall_us = std::chrono::duration_cast<std::chrono::microseconds>(wall).count();
      replica.take_published(frames_, std::chrono::steady_clock::now(), static_cast<uint64_t>(wall_us));
    }
    for (int i = 0; i < kMessagesPerPoll && receive(dealer_.get(), frames_); ++i)
      replica.take_answer(frames_, std::chrono::steady_clock::now());
    replica.tick(std::chrono::steady_clock::now());
    for (const Frames& question : replica.take_questions()) send(question);
  }

  Replica replica;

 private:
  /// A question that cannot be sent is as good as lost on the way: it is asked again when no answer comes.
  void send(const Frames& question) {
    for (std::size_t i = 0; i < question.size(); ++i) {
      const int more = i + 1 < question.size() ? ZMQ_SNDMORE : 0;
      if (zmq_send(dealer_.get(), question[i].data(), question[i].size(), ZMQ_DONTWAIT | more) < 0) return;
    }
  }

  Context context_;
  Socket sub_;
  Socket dealer_;
  Frames frames_;
};

Reader::Connected Reader::connect(const Feed& feed, const Options& options) {
  if (!valid_prefix(feed.prefix)) return {nullptr, "prefix " + feed.prefix + ": not empty, and not from '/' to '/'"};
  if (options.credit < 1 || options.credit > 1000)
    return {nullptr, "credit " + std::to_string(options.credit) + ": not within 1 to 1000"};
  auto sockets = std::make_unique<Sockets>(feed.prefix, options);
  if (std::string error = sockets->open(feed); !error.empty()) return {nullptr, std::move(error)};
  return {std::unique_ptr<Reader>(new Reader(std::move(sockets))), {}};
}

Reader::Reader(std::unique_ptr<Sockets> sockets) : sockets_(std::move(sockets)) {}
Reader::~Reader() = default;

std::vector<Event> Reader::poll(milliseconds timeout) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    sockets_->turn(std::clamp(left, milliseconds(0), kTimerStep));
    if (sockets_->replica.has_events() || Clock::now() >= deadline) return sockets_->replica.take_events();
  }
}

const Reader::Keys& Reader::held() const { return sockets_->replica.held(); }
State Reader::state() const { return sockets_->replica.state(); }
bool Reader::stale() const { return sockets_->replica.stale(); }
bool Reader::stopped() const { return sockets_->replica.stopped(); }
std::optional<uint64_t> Reader::epoch() const { return sockets_->replica.epoch(); }
std::optional<std::chrono::microseconds> Reader::lag() const { return sockets_->replica.lag(); }
const std::optional<Heartbeat>& Reader::heartbeat() const { return sockets_->replica.heartbeat(); }
const Counters& Reader::counters() const { return sockets_->replica.counters(); }
std::map<std::string, std::vector<std::string>> Reader::blind_keys() const { return sockets_->replica.blind_keys(); }

}  // namespace roomtone::client
