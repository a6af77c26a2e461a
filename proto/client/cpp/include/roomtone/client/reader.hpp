#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "roomtone/client/events.hpp"

namespace roomtone::client {

enum class Recover {
  replay,    // of a gap: ask for what was missed, and take a snapshot where that is refused
  snapshot,  // take the present as it is
};

/// What a reader keeps to.
struct Options {
  Recover recover = Recover::replay;
  std::chrono::milliseconds stale_after{3000};  // silence, heartbeats included
  std::chrono::milliseconds patience{2000};     // without an answer, before asking again
  std::chrono::milliseconds pause_first{1000};  // between a snapshot and the next one while losses go on; it doubles
  std::chrono::milliseconds pause_max{30'000};
  std::optional<std::chrono::milliseconds> slow_after{1000};  // lag of a message; none where clocks do not agree
  int credit = 1000;                                          // values in a slice of a snapshot, 1..1000
  std::size_t keys_max = 100'000;                             // held at a time; further ones are refused and counted
  std::size_t replays_max = 64;  // keys waiting to be replayed; beyond that a snapshot does
  std::size_t replay_messages_max = 1000;
  std::size_t replay_bytes_max = 16 * 1024 * 1024;
};

/// The server's public key and our own pair, 40 characters of Z85 each.
struct Curve {
  std::string server_key;
  std::string public_key;
  std::string secret_key;
};

struct CurveFiles {
  std::optional<Curve> curve;
  std::string error;  // which file cannot be used and why, where there is no curve
};

/// From the files that `roomtone keygen` writes: the server's .pub and our own .key. A secret that others than its
/// owner may read is refused.
[[nodiscard]] CurveFiles read_curve(const std::string& server_pub, const std::string& own_key);

/// The newest window of a key. `key_seq` and `global_seq` are the newest seen: of the update, or of a correction of an
/// older window after it.
struct Held {
  Update update;
  uint64_t key_seq = 0;
  uint64_t global_seq = 0;
};

/// Where a Reader connects to and what it reads.
struct Feed {
  std::string publish = "tcp://127.0.0.1:5570";
  std::string query = "tcp://127.0.0.1:5571";
  std::string prefix = "/a/";  // empty, or from '/' to '/'
  std::optional<Curve> curve = {};
};

/// Holds the newest window of every key under a prefix, complete and up to date, and says what changes.
///
/// It subscribes first, waits until a heartbeat proves that the server knows the subscription, takes a snapshot and
/// applies what is newer. Gaps, lost tails, silence, restarts and changes of epoch are noticed and repaired; state()
/// and stale() say how far what is held can be trusted. Used by one thread. Throws nothing but std::bad_alloc.
class Reader {
 public:
  struct Connected {
    std::unique_ptr<Reader> reader;
    std::string error;  // what is wrong with the feed or the options, where there is no reader
  };
  /// Nothing waits for the server here: it may come later.
  [[nodiscard]] static Connected connect(const Feed& feed, const Options& options = {});

  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// What has happened, in order; empty when nothing did within the time. To be called again and again: it keeps the
  /// timers too.
  [[nodiscard]] std::vector<Event> poll(std::chrono::milliseconds timeout);

  using Keys = std::map<std::string, Held, std::less<>>;
  /// By key. Changes with poll().
  [[nodiscard]] const Keys& held() const;

  [[nodiscard]] State state() const;
  /// Nothing was heard for so long that what is held may be old. Users must be shown this.
  [[nodiscard]] bool stale() const;
  /// The server said that it stops. Until it is heard again.
  [[nodiscard]] bool stopped() const;
  [[nodiscard]] std::optional<uint64_t> epoch() const;
  /// How old the newest message was when it was read.
  [[nodiscard]] std::optional<std::chrono::microseconds> lag() const;
  [[nodiscard]] const std::optional<Heartbeat>& heartbeat() const;
  [[nodiscard]] const Counters& counters() const;

  /// Keys whose figures rest on sources that are stalled or down, with the names of these sources. A key is blind,
  /// rather than quiet, when all of its sources are among them.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> blind_keys() const;

 private:
  class Sockets;
  explicit Reader(std::unique_ptr<Sockets> sockets);

  std::unique_ptr<Sockets> sockets_;
};

}  // namespace roomtone::client
