#pragma once

#include <memory>

#include "base/limits.hpp"
#include "ingest/listen_address.hpp"
#include "ingest/source.hpp"

namespace roomtone::ingest {

struct TcpSourceOptions {
  ListenAddress listen{.host = "127.0.0.1", .port = 5575};
  bool insecure_bind = false;                          // allow an address that other machines can reach
  std::size_t connections_max = limits::kConnections;  // one more is closed at once
  std::size_t frames_max = 0;  // fewer frames a batch than limits::kBatchFrames, for tests; 0 means the limit
};

/// Lines from anybody who connects. Nothing is sent back, so what is on its way when we stop is lost; when no ticket is
/// free nothing is read, and the writers wait in their sends.
///
/// A line is at most limits::kNetworkFrameBytes; a longer one is skipped and counted, the connection goes on.
/// What stands without a line end when a peer closes in order counts as a line; after a reset it does not.
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
