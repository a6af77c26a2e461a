#pragma once

#include <memory>

#include "base/limits.hpp"
#include "ingest/listen_address.hpp"
#include "ingest/source.hpp"

namespace roomtone::ingest {

struct TcpSourceOptions {
  ListenAddress listen{.host = "127.0.0.1", .port = 5575};
  Reach reach = {};
  std::size_t connections_max = limits::kConnections;  // one more is closed at once
  std::size_t frames_max = 0;  // fewer frames a batch than limits::kBatchFrames, for tests; 0 means the limit
  std::chrono::milliseconds hello_time = limits::kHttpRequestTime;  // for a first line, where tokens are asked for
  std::chrono::milliseconds write_time = std::chrono::seconds(30);  // for a peer to take an acknowledgement
};

/// Lines from anybody who connects; when no ticket is free nothing is read, and the writers wait in their sends.
///
/// A connection whose first line is a hello (ingest/hello.hpp) with a producer has its lines numbered and acknowledged:
/// `{"ack":N}` says that all up to N are committed, and after a new connection those sent again are counted once. On
/// any other connection nothing is sent back, and what is on its way when we stop is lost. With tokens, a connection
/// that does not begin with a hello that has one is told so and closed.
///
/// A line is at most limits::kNetworkFrameBytes; a longer one is skipped and counted, the connection goes on. What
/// stands without a line end when a peer closes in order counts as a line, unless lines are numbered: then it may be
/// the first part of a line that is to be sent again.
class TcpSource final : public Source {
 public:
  /// unavailable when the port is taken; invalid_argument for an address that is not ours to listen on.
  [[nodiscard]] static Result<std::unique_ptr<Source>> open(TcpSourceOptions options);
  ~TcpSource() override;
  [[nodiscard]] Result<void> run(Outlet& outlet, std::stop_token stop) override;
  /// With the real port, also when port 0 was asked for.
  [[nodiscard]] std::string describe() const override;

 private:
  class Server;
  explicit TcpSource(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace roomtone::ingest
