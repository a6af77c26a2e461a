#include "publish/socket.hpp"

#include <zmq.h>

#include <array>
#include <cerrno>

#include "base/assert.hpp"

namespace roomtone::publish {

namespace {

ErrorCode code_of_errno(int error) {
  switch (error) {
    case EADDRINUSE:
    case EADDRNOTAVAIL:
    case ENODEV:
    case EACCES:
    case ENOENT: return ErrorCode::unavailable;
    case EINVAL:
    case EPROTONOSUPPORT:
    case ENOCOMPATPROTO: return ErrorCode::invalid_argument;
    default: return ErrorCode::io;
  }
}

/// ZeroMQ's messages are handed over part by part; this owns the part in hand.
class Part {
 public:
  Part() { zmq_msg_init(&message_); }
  ~Part() { zmq_msg_close(&message_); }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  [[nodiscard]] bool receive(void* socket) {
    int result = 0;
    do {
      result = zmq_msg_recv(&message_, socket, ZMQ_DONTWAIT);
    } while (result < 0 && errno == EINTR);
    return result >= 0;
  }
  [[nodiscard]] bool more() const { return zmq_msg_more(&message_) != 0; }
  [[nodiscard]] std::string_view bytes() {
    return {static_cast<const char*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)};
  }
  /// Who sent it. Properties are absent where the transport has none, for which ZeroMQ answers with nothing.
  void sender(Sender& out) {
    out.connection = zmq_msg_get(&message_, ZMQ_SRCFD);
    const char* user = zmq_msg_gets(&message_, "User-Id");
    out.user.assign(user == nullptr ? "" : user);
  }

 private:
  zmq_msg_t message_{};
};

}  // namespace

void Context::Terminate::operator()(void* context) const {
  while (zmq_ctx_term(context) != 0 && errno == EINTR) {
  }
}

Context::Context(int io_threads) : handle_(zmq_ctx_new()) {
  ROOMTONE_ASSERT(handle_ != nullptr);
  ROOMTONE_ASSERT(zmq_ctx_set(handle_.get(), ZMQ_IO_THREADS, io_threads) == 0);
}

void Socket::Close::operator()(void* socket) const { zmq_close(socket); }

Socket::Socket(const Context& context, int type) : handle_(zmq_socket(context.handle(), type)) {
  ROOMTONE_ASSERT(handle_ != nullptr);
}

void Socket::use_io_thread(int number) {
  const uint64_t mask = uint64_t{1} << number;
  set(ZMQ_AFFINITY, std::string_view(reinterpret_cast<const char*>(&mask), sizeof mask));
}

void Socket::set(int option, int value) {
  ROOMTONE_ASSERT(zmq_setsockopt(handle_.get(), option, &value, sizeof value) == 0);
}

void Socket::set(int option, std::string_view value) {
  ROOMTONE_ASSERT(zmq_setsockopt(handle_.get(), option, value.data(), value.size()) == 0);
}

Result<void> Socket::bind(const std::string& endpoint) {
  if (zmq_bind(handle_.get(), endpoint.c_str()) == 0) return {};
  const int error = errno;
  return fail(code_of_errno(error), "bind " + endpoint + ": " + zmq_strerror(error));
}

Result<void> Socket::connect(const std::string& endpoint) {
  if (zmq_connect(handle_.get(), endpoint.c_str()) == 0) return {};
  const int error = errno;
  return fail(code_of_errno(error), "connect " + endpoint + ": " + zmq_strerror(error));
}

std::string Socket::endpoint() const {
  std::array<char, 1024> buffer{};
  std::size_t size = buffer.size();
  ROOMTONE_ASSERT(zmq_getsockopt(handle_.get(), ZMQ_LAST_ENDPOINT, buffer.data(), &size) == 0);
  return buffer.data();
}

Sent Socket::send(std::span<const std::string_view> frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const int flags = ZMQ_DONTWAIT | (i + 1 < frames.size() ? ZMQ_SNDMORE : 0);
    int result = 0;
    do {
      result = zmq_send(handle_.get(), frames[i].data(), frames[i].size(), flags);
    } while (result < 0 && errno == EINTR);
    if (result >= 0) continue;
    const int error = errno;
    // A message is refused by its first part or not at all.
    ROOMTONE_ASSERT(i == 0 || error != EAGAIN);
    return error == EAGAIN ? Sent::full : Sent::gone;
  }
  return Sent::yes;
}

bool Socket::receive(std::vector<std::string>& frames, Sender* sender) {
  std::size_t count = 0;
  Part part;
  if (!part.receive(handle_.get())) {
    frames.clear();
    return false;
  }
  while (true) {
    if (count < kFramesMax) {
      if (frames.size() <= count) frames.emplace_back();
      frames[count++].assign(part.bytes());
    }
    // The parts of a message arrive together: none of them is waited for.
    if (!part.more() || !part.receive(handle_.get())) break;
  }
  // Not of the first part: ROUTER puts the routing id there, of which ZeroMQ says nothing.
  if (sender != nullptr) part.sender(*sender);
  frames.resize(count);
  return true;
}

}  // namespace roomtone::publish
