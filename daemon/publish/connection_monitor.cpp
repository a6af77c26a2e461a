#include "publish/connection_monitor.hpp"

#include <zmq.h>

#include <cstring>

#include "base/assert.hpp"

namespace roomtone::publish {

ConnectionMonitor::ConnectionMonitor(const Context& context, const Socket& watched, const std::string& name)
    : watched_(watched.handle()), socket_(context, ZMQ_PAIR) {
  const std::string endpoint = "inproc://" + name;
  constexpr int kEvents = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                          ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
  ROOMTONE_ASSERT(zmq_socket_monitor(watched_, endpoint.c_str(), kEvents) == 0);
  socket_.set(ZMQ_LINGER, 0);
  ROOMTONE_ASSERT(socket_.connect(endpoint).has_value());
}

std::optional<ConnectionEvent> ConnectionMonitor::next() {
  while (socket_.receive(frames_)) {
    // An event is a 16-bit number and a 32-bit value, mostly a file handle, in the byte order of this machine.
    uint16_t event = 0;
    int32_t value = 0;
    if (frames_.front().size() < sizeof event + sizeof value) continue;
    std::memcpy(&event, frames_.front().data(), sizeof event);
    std::memcpy(&value, frames_.front().data() + sizeof event, sizeof value);
    switch (event) {
      case ZMQ_EVENT_ACCEPTED: return ConnectionEvent{ConnectionEvent::Kind::opened, value};
      case ZMQ_EVENT_DISCONNECTED: return ConnectionEvent{ConnectionEvent::Kind::closed, value};
      case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
      case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: return ConnectionEvent{ConnectionEvent::Kind::failed, -1};
      default: break;
    }
  }
  return std::nullopt;
}

void ConnectionMonitor::close() {
  zmq_socket_monitor(watched_, nullptr, 0);
  socket_.close();
}

}  // namespace roomtone::publish
