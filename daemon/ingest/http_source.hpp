#pragma once

#include <chrono>
#include <memory>

#include "base/limits.hpp"
#include "ingest/listen_address.hpp"
#include "ingest/source.hpp"

namespace roomtone::ingest {

struct HttpSourceOptions {
  ListenAddress listen{.host = "127.0.0.1", .port = 5574};
  Reach reach = {};
  std::size_t connections_max = limits::kConnections;                 // one more is closed at once
  std::chrono::milliseconds request_time = limits::kHttpRequestTime;  // from a request's first byte to its last
  std::chrono::milliseconds idle_time = limits::kHttpIdleTime;        // between two requests of a connection
  std::chrono::milliseconds receipt_time = std::chrono::seconds(30);  // for the commit, before we answer 503
  std::chrono::milliseconds drain_time = std::chrono::seconds(1);     // at a stop, for receipts still to come
};

/// `POST /v1/messages`: JSON lines in, what became of them out.
///
/// One request is one batch, whole or not at all. 200 comes only once the batch is committed; with `Prefer:
/// respond-async` 202 comes as soon as it is accepted, and it may be lost. Every refusal is JSON, `{"error", "hint"}`:
///
///     400 not HTTP, no line in it     405 another method              422 an Idempotency-Key for another body
///     401 no token that we know       409 a number out of turn        429 no room now; Retry-After says when
///     403 a foreign Host or Origin    413 body or line too long       431 header too long
///     404 another path                415 a type or coding not read   503 stopping, or the commit failed
///
/// What is sent again is counted once if its messages have ids, or the request an `Idempotency-Key`, or a number:
/// `Roomtone-Producer`, `Roomtone-Epoch` and `Roomtone-Sequence`. See proto/PROTOCOL.md, sending.
///
/// While bound to loopback only Host and Origin that name this machine are accepted, so that a page in a browser
/// cannot reach us by a name which it lets point here.
class HttpSource final : public Source {
 public:
  /// unavailable when the port is taken; invalid_argument for an address that is not ours to listen on.
  [[nodiscard]] static Result<std::unique_ptr<Source>> open(HttpSourceOptions options);
  ~HttpSource() override;
  /// At a stop, answers 503 to what comes, waits for the receipts still out (up to drain_time), then closes.
  [[nodiscard]] Result<void> run(Outlet& outlet, std::stop_token stop) override;
  /// With the real port, also when port 0 was asked for.
  [[nodiscard]] std::string describe() const override;

 private:
  class Server;
  explicit HttpSource(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace roomtone::ingest
