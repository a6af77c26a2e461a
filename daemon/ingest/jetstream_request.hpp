#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace roomtone::ingest {

/// A Jetstream server: "wss://jetstream1.us-east.bsky.network", "ws://127.0.0.1:6008".
struct JetstreamHost {
  bool tls = true;
  std::string name;  // a host name or an address, without brackets
  uint16_t port = 443;

  /// With the port, also where it is the usual one: the name under which a position remembers it.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const JetstreamHost&, const JetstreamHost&) = default;
};

/// invalid_argument for what is not a host, for a path after it, and for ws:// to another machine: without TLS anybody
/// on the way could say what was said.
[[nodiscard]] Result<JetstreamHost> parse_jetstream_host(std::string_view text);

/// What of the network is wanted. Empty means everything.
struct JetstreamFilter {
  std::vector<std::string> collections;  // "app.bsky.feed.post", "app.bsky.graph.*"
  std::vector<std::string> dids;         // whose repositories
};

inline constexpr std::size_t kCollectionsMax = 100;  // the protocol's limits
inline constexpr std::size_t kDidsMax = 10'000;
inline constexpr std::size_t kOptionsMessageBytes = 10'000'000;
inline constexpr std::size_t kTargetBytes = 4'000;  // longer requests are refused by many a proxy

/// Sorts, removes what is there twice, and checks against the protocol's limits. The error says what is wrong.
[[nodiscard]] Result<JetstreamFilter> checked(JetstreamFilter filter);

/// The same for the same filter, on every run: a position remembers under which filter it was reached.
[[nodiscard]] uint64_t fingerprint(const JetstreamFilter& filter);

/// How a connection is asked for.
struct JetstreamRequest {
  std::string target;  // "/subscribe?wantedCollections=app.bsky.feed.post&cursor=1725911162329308"
  std::string hello;   // the options message to send first; empty when the target says it all
};

/// A filter that makes too long a target goes into an options message, which the server waits for.
[[nodiscard]] JetstreamRequest jetstream_request(const JetstreamFilter& filter, std::optional<Instant> cursor,
                                                 bool compress);

}  // namespace roomtone::ingest
