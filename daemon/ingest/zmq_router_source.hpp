#pragma once

#include <memory>
#include <string>

#include "ingest/listen_address.hpp"
#include "ingest/source.hpp"

namespace roomtone::ingest {

struct ZmqRouterSourceOptions {
  std::string endpoint = "tcp://127.0.0.1:5573";  // tcp, ipc or inproc
  Reach reach = {};
  std::size_t frames_max = 0;  // fewer frames a batch than limits::kBatchFrames, for tests; 0 means the limit
};

/// Blocks of lines from ZeroMQ DEALER sockets, numbered by their producers and acknowledged once committed: each block
/// is counted once, whatever is sent again. The protocol is proto/PROTOCOL.md, "Ingest over ROUTER".
///
/// A producer may have limits::kIngestCredit blocks unacknowledged. When no ticket is free nothing is received, the
/// buffers fill, and the producers wait. status().connected is true once something has come.
class ZmqRouterSource final : public Source {
 public:
  /// unavailable when the port is taken; invalid_argument for an endpoint that cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<Source>> open(ZmqRouterSourceOptions options);
  ~ZmqRouterSource() override;
  [[nodiscard]] Result<void> run(Outlet& outlet, std::stop_token stop) override;
  /// The endpoint as bound, with the real port also when `*` was asked for.
  [[nodiscard]] std::string describe() const override;

 private:
  class Server;
  explicit ZmqRouterSource(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace roomtone::ingest
