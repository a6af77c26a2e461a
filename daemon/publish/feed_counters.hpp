#pragma once

#include <atomic>
#include <cstdint>

namespace roomtone::publish {

/// What the feed counts. Written by the feed thread, read by any; each is right by itself, not together.
struct FeedCounters {
  // Messages handed to the XPUB socket, by family. What a slow reader loses is not known here.
  std::atomic<uint64_t> updates{0};
  std::atomic<uint64_t> voices{0};
  std::atomic<uint64_t> alerts{0};
  std::atomic<uint64_t> resends{0};
  std::atomic<uint64_t> heartbeats{0};
  std::atomic<uint64_t> checks{0};
  std::atomic<uint64_t> controls{0};

  std::atomic<uint64_t> keys_refused{0};  // updates of keys beyond keys_max: not published

  // Snapshots, by how they ended.
  std::atomic<uint64_t> snapshots_ok{0};
  std::atomic<uint64_t> snapshots_busy{0};
  std::atomic<uint64_t> snapshots_slow{0};      // the peer's queue was full, or it asked for no more for too long
  std::atomic<uint64_t> snapshots_gone{0};      // the peer left in the middle
  std::atomic<uint64_t> snapshots_replaced{0};  // the same peer began another

  // Replays, by how they ended.
  std::atomic<uint64_t> replays_ok{0};
  std::atomic<uint64_t> replays_refused{0};
  std::atomic<uint64_t> replays_broken{0};  // the peer's queue was full, or it left in the middle

  // Questions about history, by how they ended.
  std::atomic<uint64_t> histories_ok{0};
  std::atomic<uint64_t> histories_busy{0};
  std::atomic<uint64_t> histories_failed{0};  // the store could not be read

  std::atomic<uint64_t> queries{0};
  std::atomic<uint64_t> queries_malformed{0};  // answered ERR for their shape or arguments
  std::atomic<uint64_t> queries_forbidden{0};  // beyond what the asker may read
  std::atomic<uint64_t> verbs_unknown{0};

  // Subscriptions that were not admitted, by why.
  std::atomic<uint64_t> subscriptions_forbidden{0};  // beyond what the reader may read
  std::atomic<uint64_t> subscriptions_too_long{0};
  std::atomic<uint64_t> subscriptions_too_many{0};  // of one connection

  // Peers that never got in, by why.
  std::atomic<uint64_t> keys_denied{0};        // a public key that is not on the allow-list
  std::atomic<uint64_t> handshakes_failed{0};  // no CURVE, another server key, not ZMTP, too slow, or gone half way

  // As they are now.
  std::atomic<uint64_t> subscribers{0};  // connections to the XPUB socket
  std::atomic<uint64_t> keys{0};         // in the last-value cache
  std::atomic<uint64_t> global_seq{0};   // newest published
  std::atomic<uint64_t> snapshots_open{0};
};

}  // namespace roomtone::publish
