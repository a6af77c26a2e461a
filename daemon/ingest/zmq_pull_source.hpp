#pragma once

#include <memory>
#include <string>

#include "ingest/source.hpp"

namespace roomtone::ingest {

struct ZmqPullSourceOptions {
  /// ZeroMQ endpoint: tcp, ipc or inproc.
  std::string endpoint = "tcp://127.0.0.1:5572";
  bool bind = true;            // false: connect to PUSH sockets that bind
  bool insecure_bind = false;  // allow to bind where other machines can reach us
  std::size_t frames_max = 0;  // fewer frames a batch than limits::kBatchFrames, for tests; 0 means the limit
};

/// Lines from ZeroMQ PUSH sockets. Each part of each message is a block of one or many lines; the last one needs no
/// line end.
///
/// No acknowledgements, so at most once: what is in ZeroMQ's buffers when we stop is lost. When no ticket is free
/// nothing is received, the small receive buffer fills, and the pushers wait. status().connected is true once
/// something has come.
class ZmqPullSource final : public Source {
 public:
  /// unavailable when the port is taken; invalid_argument for an endpoint that cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<Source>> open(ZmqPullSourceOptions options);
  ~ZmqPullSource() override;
  [[nodiscard]] Result<void> run(Outlet& outlet, std::stop_token stop) override;
  /// The endpoint as bound, with the real port also when `*` was asked for.
  [[nodiscard]] std::string describe() const override;

 private:
  struct Socket;
  ZmqPullSource(ZmqPullSourceOptions options, std::unique_ptr<Socket> socket);
  const ZmqPullSourceOptions options_;
  std::unique_ptr<Socket> socket_;
};

}  // namespace roomtone::ingest
