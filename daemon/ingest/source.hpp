#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "ingest/outlet.hpp"

namespace roomtone::ingest {

/// The edge to the outside: something that yields frames. One thread per source calls run().
///
/// Live things are made by factories (`static Result<std::unique_ptr<Source>> open(...)`), so that a port
/// taken or a file missing is told before anything runs.
class Source {
 public:
  virtual ~Source() = default;

  /// Reads frames and pushes them to `outlet` until the source ends or `stop` is requested; then pushes what it
  /// holds and returns. A finite source that came to its end calls outlet.end() last. An error means that the
  /// source cannot go on; trouble that time may heal (a peer gone, a file not there yet) is handled inside and shown in
  /// outlet.status(). Blocks; waits for tickets are backpressure and must reach the peer.
  [[nodiscard]] virtual Result<void> run(Outlet& outlet, std::stop_token stop) = 0;

  /// The name of what is listened to or read, for logs: "127.0.0.1:5575", "/var/log/posts.jsonl.gz".
  [[nodiscard]] virtual std::string describe() const = 0;
};

}  // namespace roomtone::ingest
