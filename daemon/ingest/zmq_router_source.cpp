#include "ingest/zmq_router_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <zmq.hpp>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "ingest/commit_mail.hpp"
#include "ingest/producer_book.hpp"
#include "ingest/stop_event.hpp"
#include "ingest/token_gate.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::string_view kMagic = "RTI1";
constexpr int kQueuedMessages = 64;  // that ZeroMQ may hold per producer, each way
constexpr std::size_t kPartsMax = 6;

std::string number(uint64_t value) {
  std::string bytes;
  ByteWriter(bytes).u64_be(value);
  return bytes;
}

bool read_number(std::string_view bytes, uint64_t& out) {
  if (bytes.size() != 8) return false;
  out = ByteReader(bytes).u64_be();
  return out >> 63 == 0;
}

}  // namespace

class ZmqRouterSource::Server {
 public:
  explicit Server(ZmqRouterSourceOptions options) : options_(std::move(options)), gate_(options_.reach.tokens) {}

  void bind() {
    router_.set(zmq::sockopt::linger, 0);
    router_.set(zmq::sockopt::rcvhwm, kQueuedMessages);
    router_.set(zmq::sockopt::sndhwm, kQueuedMessages);
    router_.set(zmq::sockopt::maxmsgsize, static_cast<int64_t>(limits::kIngestBlockBytes));
    router_.set(zmq::sockopt::handshake_ivl, 2'000);
    router_.set(zmq::sockopt::heartbeat_ivl, 5'000);
    router_.set(zmq::sockopt::heartbeat_timeout, 15'000);
    router_.set(zmq::sockopt::ipv6, options_.endpoint.find('[') != std::string::npos);
    router_.bind(options_.endpoint);
    options_.endpoint = router_.get(zmq::sockopt::last_endpoint);
  }

  Result<void> run(Outlet& outlet, const std::stop_token& stop);
  [[nodiscard]] const std::string& endpoint() const { return options_.endpoint; }

 private:
  /// A producer that has said hello, under the identity that the socket gave its connection.
  struct Session {
    uint64_t producer = 0;
    uint64_t epoch = 0;
    Mono heard{};
  };
  using Parts = std::vector<zmq::message_t>;

  bool look(int stop_fd);
  bool receive();
  bool handle(const std::string& peer);
  void hello(const std::string& peer);
  bool put(const std::string& peer);
  void tell_committed();
  void send(const std::string& peer, std::string_view verb, std::initializer_list<std::string_view> arguments);
  void refuse(const std::string& peer, std::string_view code, std::string_view text) {
    send(peer, "ERR", {code, text});
  }
  void make_room_for_session();
  [[nodiscard]] std::string_view part(std::size_t i) const { return parts_[i].to_string_view(); }

  ZmqRouterSourceOptions options_;
  TokenGate gate_;
  zmq::context_t context_{1};
  zmq::socket_t router_{context_, zmq::socket_type::router};
  const std::shared_ptr<CommitMail> mail_ = std::make_shared<CommitMail>();

  // While running:
  Outlet* outlet_ = nullptr;
  std::stop_token stop_;
  std::optional<ProducerBook> producers_;
  std::optional<Batcher> batcher_;
  std::unordered_map<std::string, Session> sessions_;   // by identity
  std::unordered_map<uint64_t, std::string> speakers_;  // by producer: the identity that speaks for it now
  Parts parts_;                                         // of the message at hand, without the identity
  std::vector<std::string_view> frames_;                // of the block at hand
};

Result<void> ZmqRouterSource::Server::run(Outlet& outlet, const std::stop_token& stop) {
  outlet_ = &outlet;
  stop_ = stop;
  producers_.emplace(outlet.remembered().key, outlet.remembered().producers);
  batcher_.emplace(outlet, options_.frames_max, limits::kNetworkFrameBytes);
  batcher_->set_acknowledge([mail = mail_](const std::vector<ProducerPosition>& positions) -> OnCommitted {
    return [mail, positions](const Receipt& receipt) {
      if (receipt.committed) mail->put(positions);
    };
  });
  const StopEvent stopping(stop);
  Result<void> result;
  while (!stop.stop_requested()) {
    try {
      if (!look(stopping.fd())) break;
    } catch (const zmq::error_t& error) {
      if (error.num() == EINTR) continue;
      outlet.status().failed.store(true, std::memory_order_relaxed);
      result = fail(ErrorCode::io, "receive from " + options_.endpoint + ": " + error.what());
      break;
    }
  }
  static_cast<void>(batcher_->flush(stop));
  outlet.status().connected.store(false, std::memory_order_relaxed);
  return result;
}

/// One look: waits for a message, a commit or for the batch to be due, and takes what is there. False when stopped.
bool ZmqRouterSource::Server::look(int stop_fd) {
  std::chrono::milliseconds wait(-1);
  if (!batcher_->empty()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(batcher_->due() - outlet_->clock().mono());
    wait = std::max(0ms, left);
  }
  std::array<zmq::pollitem_t, 3> events{
      {{router_.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, stop_fd, ZMQ_POLLIN, 0}, {nullptr, mail_->fd(), ZMQ_POLLIN, 0}}};
  zmq::poll(events.data(), events.size(), wait);
  tell_committed();
  // At most a bufferful between two looks at the clock.
  for (int taken = 0; taken < kQueuedMessages && receive(); ++taken) {
    const std::string peer(part(0));
    outlet_->status().connected.store(true, std::memory_order_relaxed);
    if (!handle(peer)) return false;
  }
  return batcher_->flush_if_due(stop_);
}

/// The next message, its identity first. Parts beyond the most that any verb has are dropped.
bool ZmqRouterSource::Server::receive() {
  parts_.clear();
  for (bool more = true; more;) {
    zmq::message_t message;
    if (!router_.recv(message, zmq::recv_flags::dontwait)) return false;
    more = message.more();
    if (parts_.size() <= kPartsMax) parts_.push_back(std::move(message));
  }
  return true;
}

/// False when stopped.
bool ZmqRouterSource::Server::handle(const std::string& peer) {
  if (parts_.size() < 3 || part(1) != kMagic) {
    refuse(peer, "malformed", "expected RTI1, a verb and its arguments, from a DEALER");
    return true;
  }
  if (part(2) == "HELLO" && parts_.size() == 6) {
    hello(peer);
    return true;
  }
  if (part(2) == "PUT" && parts_.size() == 5) return put(peer);
  refuse(peer, "malformed", "expected HELLO producer epoch token, or PUT sequence block");
  return true;
}

void ZmqRouterSource::Server::hello(const std::string& peer) {
  uint64_t epoch = 0;
  if (!valid_name(part(3), limits::kProducerNameBytes) || !read_number(part(4), epoch)) {
    return refuse(peer, "malformed", "expected a producer's name without spaces, and an epoch of 8 bytes below 2^63");
  }
  const Mono now = outlet_->clock().mono();
  const Instant wall = outlet_->clock().wall();
  const char* address = gate_.asks() ? ::zmq_msg_gets(parts_[3].handle(), "Peer-Address") : nullptr;
  switch (gate_.judge(address == nullptr ? "" : address, part(5), now)) {
    case TokenGate::Verdict::welcome: break;
    case TokenGate::Verdict::wrong:
      outlet_->status().refused_tokens.fetch_add(1, std::memory_order_relaxed);
      return refuse(peer, "unauthorized", "no token that is known here");
    case TokenGate::Verdict::wait:
      outlet_->status().limited_peers.fetch_add(1, std::memory_order_relaxed);
      return refuse(peer, "wait", "too many wrong tokens came from your address");
  }
  const uint64_t producer = producers_->id_of(part(3));
  switch (producers_->open(producer, epoch, wall)) {
    case Admission::old_epoch: return refuse(peer, "old_epoch", "a later epoch of this producer has begun");
    case Admission::full: return refuse(peer, "full", "too many producers are known here");
    default: break;
  }
  if (const auto earlier = speakers_.find(producer); earlier != speakers_.end() && earlier->second != peer) {
    refuse(earlier->second, "replaced", "another connection speaks for this producer now");
    sessions_.erase(earlier->second);
  }
  make_room_for_session();
  sessions_[peer] = {producer, epoch, now};
  speakers_[producer] = peer;
  const Standing standing = producers_->standing(producer, epoch);
  send(peer, "WELCOME", {number(standing.committed), number(standing.taken + 1), number(limits::kIngestCredit)});
}

/// False when stopped.
bool ZmqRouterSource::Server::put(const std::string& peer) {
  const auto session = sessions_.find(peer);
  if (session == sessions_.end()) {
    refuse(peer, "hello_first", "say HELLO, then go on with the sequence that WELCOME names");
    return true;
  }
  session->second.heard = outlet_->clock().mono();
  const auto [producer, epoch, heard] = session->second;
  uint64_t sequence = 0;
  if (!read_number(part(3), sequence) || sequence == 0) {
    refuse(peer, "malformed", "expected a sequence of 8 bytes, from 1");
    return true;
  }
  const Instant now = outlet_->clock().wall();
  const Standing standing = producers_->standing(producer, epoch);
  switch (producers_->admit(producer, epoch, sequence, now)) {
    case Admission::next: break;
    case Admission::repeat:
      // Once it is committed there is an ACK for it; if it is already, that is said again.
      if (sequence <= standing.committed) send(peer, "ACK", {number(standing.committed)});
      return true;
    case Admission::gap:
      refuse(peer, "gap", "a sequence is missing before this one; say HELLO to learn which");
      return true;
    case Admission::old_epoch: refuse(peer, "old_epoch", "a later epoch of this producer has begun"); return true;
    case Admission::full: refuse(peer, "full", "too many producers are known here"); return true;
  }
  if (sequence > standing.committed + limits::kIngestCredit) {
    refuse(peer, "credit", "more blocks are unacknowledged than WELCOME allowed; this one was not taken");
    return true;
  }

  frames_.clear();
  uint32_t oversized = 0;
  for (std::string_view block = part(4); !block.empty();) {
    // The block is whole, so its lines are views into it; the last one needs no end.
    const std::size_t end = block.find('\n');
    std::string_view line = block.substr(0, end);
    block.remove_prefix(end == std::string_view::npos ? block.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > limits::kNetworkFrameBytes) {
      ++oversized;
    } else if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
      frames_.push_back(line);
    }
  }
  if (!batcher_->add_block(frames_, oversized, stop_)) return false;
  for (const ProducerPosition& position : producers_->positions_for(producer, epoch, sequence, now)) {
    producers_->enter(position);
    static_cast<void>(batcher_->stand_at(position, 0));
  }
  outlet_->status().producers.store(producers_->size(), std::memory_order_relaxed);
  return true;
}

void ZmqRouterSource::Server::tell_committed() {
  std::unordered_map<uint64_t, ProducerPosition> newest;
  for (const ProducerPosition& position : mail_->take()) {
    producers_->committed(position);
    newest[position.producer] = position;
  }
  for (const auto& [producer, position] : newest) {
    const auto speaker = speakers_.find(producer);
    if (speaker == speakers_.end()) continue;
    const auto session = sessions_.find(speaker->second);
    if (session == sessions_.end() || session->second.epoch != position.epoch) continue;
    send(speaker->second, "ACK", {number(position.sequence)});
  }
}

/// Without waiting: what a gone or stalled producer does not take is dropped, and its next HELLO tells all.
void ZmqRouterSource::Server::send(const std::string& peer, std::string_view verb,
                                   std::initializer_list<std::string_view> arguments) {
  constexpr auto kMore = zmq::send_flags::dontwait | zmq::send_flags::sndmore;
  if (!router_.send(zmq::const_buffer(peer.data(), peer.size()), kMore)) return;
  static_cast<void>(router_.send(zmq::const_buffer(kMagic.data(), kMagic.size()), kMore));
  auto flags = arguments.size() == 0 ? zmq::send_flags::dontwait : kMore;
  static_cast<void>(router_.send(zmq::const_buffer(verb.data(), verb.size()), flags));
  std::size_t left = arguments.size();
  for (const std::string_view argument : arguments) {
    flags = --left == 0 ? zmq::send_flags::dontwait : kMore;
    static_cast<void>(router_.send(zmq::const_buffer(argument.data(), argument.size()), flags));
  }
}

/// A ROUTER does not tell who has left, so the longest silent session makes room for a new one. Its producer is told
/// to say hello should it come back.
void ZmqRouterSource::Server::make_room_for_session() {
  if (sessions_.size() < limits::kConnections) return;
  const auto silent = std::ranges::min_element(sessions_, {}, [](const auto& entry) { return entry.second.heard; });
  const auto speaker = speakers_.find(silent->second.producer);
  if (speaker != speakers_.end() && speaker->second == silent->first) speakers_.erase(speaker);
  sessions_.erase(silent);
}

ZmqRouterSource::ZmqRouterSource(std::unique_ptr<Server> server) : server_(std::move(server)) {}
ZmqRouterSource::~ZmqRouterSource() = default;

Result<std::unique_ptr<Source>> ZmqRouterSource::open(ZmqRouterSourceOptions options) {
  if (const std::string host = tcp_host(options.endpoint); !host.empty()) {
    if (auto good = check_reach(host, options.endpoint, options.reach); !good)
      return tl::unexpected(std::move(good.error()));
  }
  const std::string endpoint = options.endpoint;
  try {
    auto server = std::make_unique<Server>(std::move(options));
    server->bind();
    return std::unique_ptr<Source>(new ZmqRouterSource(std::move(server)));
  } catch (const zmq::error_t& error) {
    const ErrorCode code =
        error.num() == EINVAL || error.num() == EPROTONOSUPPORT ? ErrorCode::invalid_argument : ErrorCode::unavailable;
    return fail(code, "bind " + endpoint + ": " + error.what());
  }
}

Result<void> ZmqRouterSource::run(Outlet& outlet, std::stop_token stop) { return server_->run(outlet, stop); }
std::string ZmqRouterSource::describe() const { return server_->endpoint(); }

}  // namespace roomtone::ingest
