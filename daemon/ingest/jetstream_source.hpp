#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "ingest/jetstream_request.hpp"
#include "ingest/source.hpp"
#include "model/event_mark.hpp"

namespace roomtone::ingest {

/// Reads the mark of a frame. Handed in, because how frames are written is not ingest's matter.
using ReadMark = std::function<EventMark(std::string_view)>;

struct JetstreamSourceOptions {
  std::vector<JetstreamHost> hosts;  // one at a time; the next when one does not deliver
  JetstreamFilter filter;
  std::filesystem::path zstd_dictionary;        // empty: messages come uncompressed
  std::filesystem::path ca_file;                // PEM; empty: the system's certificates
  std::chrono::milliseconds silence;            // connected and without an event for so long: stalled; 0: may be quiet
  std::chrono::milliseconds rewind;             // how much is asked for again on the same host,
  std::chrono::milliseconds rewind_other_host;  // and on another or after a stall
  std::chrono::milliseconds handshake_time;     // each of lookup, TCP, TLS and upgrade within
  std::chrono::milliseconds idle_time;          // without a byte, not even the answer to a ping
  std::chrono::milliseconds retry_min;          // see Backoff
  std::chrono::milliseconds retry_max;
  std::size_t frame_bytes_max = limits::kFileFrameBytes;  // decompressed; longer is dropped and counted
  std::size_t frames_max = 0;                             // fewer frames a batch than limits::kBatchFrames, for tests
  ReadMark mark;
  std::function<void(const std::string&)> notice;  // trouble, for the log; may be empty
  std::function<void(const std::string&)> news;    // what is in order, likewise
};

/// Listens to Bluesky's Jetstream, version 1, live: connects, reconnects, and resumes where the last commit stood.
///
/// The position is a time of one host (JetstreamPosition). After every connection a little is asked for again; events
/// that were had before are dropped at the door, and if the place is no longer there, what is missing is told:
/// status().gaps and gap_us, and a notice from when to when. Never ends by itself.
class JetstreamSource final : public Source {
 public:
  /// invalid_argument or not_found for a dictionary, a certificate file or a filter that cannot be used. Needs no
  /// network.
  [[nodiscard]] static Result<std::unique_ptr<Source>> open(JetstreamSourceOptions options);
  ~JetstreamSource() override;
  [[nodiscard]] Result<void> run(Outlet& outlet, std::stop_token stop) override;
  [[nodiscard]] std::string describe() const override;

 private:
  class Listener;
  explicit JetstreamSource(std::unique_ptr<Listener> listener);
  std::unique_ptr<Listener> listener_;
};

}  // namespace roomtone::ingest
