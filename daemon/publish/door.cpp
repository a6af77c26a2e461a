#include "publish/door.hpp"

#include <zmq.h>

#include <array>
#include <string_view>

#include "base/assert.hpp"
#include "publish/curve_key.hpp"

namespace roomtone::publish {

namespace {

constexpr const char* kDomain = "roomtone";

// The frames of a request (RFC 27), in their order.
enum Frame : std::size_t { kVersion, kRequestId, kDomainFrame, kAddress, kIdentity, kMechanism, kPublicKey, kFrames };

}  // namespace

Door::Door(const Context& context, const AllowList& allowed, FeedCounters& counters)
    : allowed_(allowed), counters_(counters), socket_(context, ZMQ_REP) {
  socket_.set(ZMQ_LINGER, 0);
  ROOMTONE_ASSERT(socket_.bind("inproc://zeromq.zap.01").has_value());
}

void Door::guard(Socket& socket, const std::string& secret_key) {
  socket.set(ZMQ_CURVE_SERVER, 1);
  socket.set(ZMQ_CURVE_SECRETKEY, secret_key);
  // ZeroMQ lets every key in where nobody answers at the door; a Door is there as long as the sockets are.
  socket.set(ZMQ_ZAP_DOMAIN, std::string_view(kDomain));
}

bool Door::answer() {
  if (!socket_.receive(frames_)) return false;
  std::string_view name;
  const bool understood = frames_.size() == kFrames && frames_[kVersion] == "1.0" && frames_[kDomainFrame] == kDomain &&
                          frames_[kMechanism] == "CURVE";
  if (understood) name = allowed_.name_of(z85_of(frames_[kPublicKey]));
  if (name.empty()) ++counters_.keys_denied;
  const std::string_view request = frames_.size() > kRequestId ? std::string_view(frames_[kRequestId]) : "";
  const std::array<std::string_view, 6> reply = {
      "1.0", request, name.empty() ? "400" : "200", name.empty() ? "not on the list" : "OK", name, ""};
  // A peer that has gone meanwhile needs no answer.
  (void)socket_.send(reply);
  return true;
}

}  // namespace roomtone::publish
