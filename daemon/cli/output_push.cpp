#include <zmq.h>

#include <cerrno>
#include <memory>
#include <string>

#include "cli/output.hpp"

namespace roomtone::cli {
namespace {

struct CloseContext {
  void operator()(void* context) const { zmq_ctx_term(context); }
};
struct CloseSocket {
  void operator()(void* socket) const { zmq_close(socket); }
};

/// PUSH waits while nobody pulls or the puller is behind, so nothing is dropped.
class PushOutput final : public Output {
 public:
  PushOutput(std::unique_ptr<void, CloseContext> context, std::unique_ptr<void, CloseSocket> socket, std::string name)
      : context_(std::move(context)), socket_(std::move(socket)), name_(std::move(name)) {}

  Result<bool> write(std::string_view lines) override {
    while (!lines.empty()) {
      const std::size_t size = lines.find('\n');
      if (zmq_send(socket_.get(), lines.data(), size, 0) < 0) {
        if (errno == EINTR) return false;
        return fail(ErrorCode::unavailable, "send to " + name_ + ": " + zmq_strerror(errno));
      }
      lines.remove_prefix(size + 1);
    }
    return true;
  }

  Result<void> finish() override {
    // What is queued has two seconds to leave; without that limit a missing peer would hold us for ever.
    const int linger_ms = 2000;
    zmq_setsockopt(socket_.get(), ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    socket_.reset();
    context_.reset();
    return {};
  }

 private:
  std::unique_ptr<void, CloseContext> context_;  // outlives the socket
  std::unique_ptr<void, CloseSocket> socket_;
  const std::string name_;
};

}  // namespace

Result<std::unique_ptr<Output>> open_push(const std::string& endpoint) {
  std::unique_ptr<void, CloseContext> context(zmq_ctx_new());
  std::unique_ptr<void, CloseSocket> socket(zmq_socket(context.get(), ZMQ_PUSH));
  if (!socket) return fail(ErrorCode::unavailable, std::string("make a ZeroMQ socket: ") + zmq_strerror(errno));
  const int linger_ms = 0;
  zmq_setsockopt(socket.get(), ZMQ_LINGER, &linger_ms, sizeof linger_ms);
  if (zmq_connect(socket.get(), endpoint.c_str()) != 0)
    return fail(ErrorCode::invalid_argument, "connect to '" + endpoint + "': " + zmq_strerror(errno) +
                                                 "; write it like tcp://127.0.0.1:5572 or ipc:///run/roomtone/ingest");
  return std::make_unique<PushOutput>(std::move(context), std::move(socket), endpoint);
}

}  // namespace roomtone::cli
