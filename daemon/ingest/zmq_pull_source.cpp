#include "ingest/zmq_pull_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <zmq.hpp>

#include "base/limits.hpp"
#include "ingest/frame_reader.hpp"
#include "ingest/listen_address.hpp"
#include "ingest/stop_event.hpp"

namespace roomtone::ingest {
namespace {

constexpr int64_t kMessageBytes = 4 * 1024 * 1024;
// Messages that ZeroMQ may hold for us per pusher. Small, because that is where backpressure begins, and because each
// may be of kMessageBytes; enough to keep us busy between two looks.
constexpr int kReceiveMessages = 64;

long poll_time(const Batcher& batcher, const Clock& clock) {
  if (batcher.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(batcher.due() - clock.mono());
  return std::max<long>(0, left.count());
}

}  // namespace

struct ZmqPullSource::Socket {
  zmq::context_t context{1};
  zmq::socket_t pull{context, zmq::socket_type::pull};
  zmq::message_t message;

  bool take(Batcher& batcher, FrameReader& lines, Outlet& outlet, int stop_fd, const std::stop_token& stop);
};

ZmqPullSource::ZmqPullSource(ZmqPullSourceOptions options, std::unique_ptr<Socket> socket)
    : options_(std::move(options)), socket_(std::move(socket)) {}
ZmqPullSource::~ZmqPullSource() = default;

Result<std::unique_ptr<Source>> ZmqPullSource::open(ZmqPullSourceOptions options) {
  const char* const what = options.bind ? "bind " : "connect to ";
  if (options.bind) {
    const std::string host = tcp_host(options.endpoint);
    const Reach reach{.tokens = {}, .insecure_bind = options.insecure_bind, .takes_tokens = false};
    const Result<void> good = host.empty() ? Result<void>() : check_reach(host, options.endpoint, reach);
    if (!good) return tl::unexpected<Error>(good.error());
  }
  try {
    auto socket = std::make_unique<Socket>();
    zmq::socket_t& pull = socket->pull;
    pull.set(zmq::sockopt::linger, 0);
    pull.set(zmq::sockopt::rcvhwm, kReceiveMessages);
    pull.set(zmq::sockopt::maxmsgsize, kMessageBytes);
    pull.set(zmq::sockopt::handshake_ivl, 2'000);
    pull.set(zmq::sockopt::heartbeat_ivl, 5'000);
    pull.set(zmq::sockopt::heartbeat_timeout, 15'000);
    pull.set(zmq::sockopt::ipv6, options.endpoint.find('[') != std::string::npos);
    if (options.bind) {
      pull.bind(options.endpoint);
      options.endpoint = pull.get(zmq::sockopt::last_endpoint);
    } else {
      pull.connect(options.endpoint);
    }
    return std::unique_ptr<Source>(new ZmqPullSource(std::move(options), std::move(socket)));
  } catch (const zmq::error_t& error) {
    const ErrorCode code =
        error.num() == EINVAL || error.num() == EPROTONOSUPPORT ? ErrorCode::invalid_argument : ErrorCode::unavailable;
    return fail(code, what + options.endpoint + ": " + error.what());
  }
}

/// One look: waits for a message or for the batch to be due, and takes what is there. False when stopped.
bool ZmqPullSource::Socket::take(Batcher& batcher, FrameReader& lines, Outlet& outlet, int stop_fd,
                                 const std::stop_token& stop) {
  std::array<zmq::pollitem_t, 2> wait{{{pull.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, stop_fd, ZMQ_POLLIN, 0}}};
  zmq::poll(wait.data(), wait.size(), std::chrono::milliseconds(poll_time(batcher, outlet.clock())));
  // At most a bufferful between two looks at the clock.
  for (int taken = 0; taken < kReceiveMessages && pull.recv(message, zmq::recv_flags::dontwait); ++taken) {
    outlet.status().connected.store(true, std::memory_order_relaxed);
    std::string_view block = message.to_string_view();
    for (;;) {
      std::string_view frame;
      Split split = lines.next(block, frame);
      if (split == Split::need_more) split = lines.finish(frame);
      if (split == Split::need_more) break;
      if (split == Split::oversized) batcher.count_oversized();
      if (split == Split::frame && !batcher.add(frame, stop)) return false;
    }
  }
  return batcher.flush_if_due(stop);
}

Result<void> ZmqPullSource::run(Outlet& outlet, std::stop_token stop) {
  const StopEvent stopping(stop);
  Batcher batcher(outlet, options_.frames_max, limits::kNetworkFrameBytes);
  FrameReader lines(limits::kNetworkFrameBytes);
  Result<void> result;
  while (!stop.stop_requested()) {
    try {
      if (!socket_->take(batcher, lines, outlet, stopping.fd(), stop)) break;
    } catch (const zmq::error_t& error) {
      if (error.num() == EINTR) continue;
      outlet.status().failed.store(true, std::memory_order_relaxed);
      result = fail(ErrorCode::io, "receive from " + options_.endpoint + ": " + error.what());
      break;
    }
  }
  static_cast<void>(batcher.flush(stop));
  outlet.status().connected.store(false, std::memory_order_relaxed);
  return result;
}

std::string ZmqPullSource::describe() const { return options_.endpoint; }

}  // namespace roomtone::ingest
