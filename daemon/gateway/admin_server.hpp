#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::gateway {

struct AdminOptions {
  std::string host = "127.0.0.1";  // a numeric address
  uint16_t port = 5576;            // 0: any free one
  bool insecure_bind = false;      // allow an address that other machines can reach
  std::size_t connections_max = 64;
};

/// What a page says.
struct AdminAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

/// The admin port: `/metrics`, `/healthz`, `/readyz` (also `/-/healthy` and `/-/ready`), GET and HEAD, never cached.
///
/// Pages are made by the functions handed in, on this server's one thread. While bound to loopback only a Host header
/// that names this machine is answered, so that a web page cannot read it through a name of its own.
class AdminServer {
 public:
  struct Pages {
    std::function<AdminAnswer()> metrics;
    std::function<AdminAnswer()> health;
    std::function<AdminAnswer(bool json)> ready;
  };

  /// Binds. `unavailable`: "listen on 127.0.0.1:5576: Address already in use".
  [[nodiscard]] static Result<std::unique_ptr<AdminServer>> open(AdminOptions options, Pages pages);
  ~AdminServer();

  /// Serves until `stop` is requested. Once, on one thread.
  void run(std::stop_token stop);

  /// With the real port.
  [[nodiscard]] std::string address() const;

 private:
  class Server;
  explicit AdminServer(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace roomtone::gateway
