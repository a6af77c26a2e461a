#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::cli {

/// Where simulated lines go.
///
/// An edge with several implementations: file or stdout, TCP, HTTP, ZeroMQ. Owned and used by one thread.
class Output {
 public:
  virtual ~Output() = default;

  /// Writes whole lines, each with its line feed, all of them before it returns. `false` when the other side has
  /// gone in an orderly way (`| head`) and nothing more is wanted.
  [[nodiscard]] virtual Result<bool> write(std::string_view lines) = 0;

  /// Makes sure that everything has arrived or is on its way, and closes.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

struct HostPort {
  std::string host;
  std::string port;
};

/// `-`, a file's name, `tcp://HOST:PORT` or `http://HOST:PORT/PATH`. Errors say what to check.
[[nodiscard]] Result<std::unique_ptr<Output>> open_output(const std::string& where);

/// A ZeroMQ PUSH socket connected to `endpoint`; one message a line, without the line feed.
[[nodiscard]] Result<std::unique_ptr<Output>> open_push(const std::string& endpoint);

/// Posts lines to `path` over the connected socket `fd`, which it owns from then on.
[[nodiscard]] std::unique_ptr<Output> make_http_output(int fd, const HostPort& peer, std::string path);

/// Whether lines sent to `where` reach a program that listens now.
[[nodiscard]] bool is_port(std::string_view where);

/// Splits `HOST:PORT` or `[ADDRESS]:PORT`; an empty host for anything else.
[[nodiscard]] HostPort split_host_port(std::string_view text);

}  // namespace roomtone::cli
