#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/hash.hpp"
#include "base/tickets.hpp"
#include "model/batch.hpp"

namespace roomtone::ingest {

/// Why a connection that a source makes was lost, or could not be made. A closed set, so that it can be a metric label.
enum class Loss : uint8_t {
  closed,       // the peer ended it, in order or not
  unreachable,  // no address, no answer, or refused by its machine
  refused,      // it answered, but not with what was asked for: HTTP 400, 503 ...
  untrusted,    // its certificate is not good
  silent,       // connected and alive, and nothing came although something should
  timed_out,    // nothing came at all, not even the answer to a ping
  bad_frame,    // bytes that are not of the protocol
};
inline constexpr std::size_t kLosses = 7;
inline constexpr std::array<std::string_view, kLosses> kLossNames = {"closed", "unreachable", "refused",  "untrusted",
                                                                     "silent", "timed_out",   "bad_frame"};

/// What a source says of itself. Written by the source's thread, read by any: atomics, no lock.
struct SourceStatus {
  std::atomic<bool> connected{false};          // a peer is there, or the file is open
  std::atomic<bool> ended{false};              // finite and at its end
  std::atomic<bool> failed{false};             // run() returned an error
  std::atomic<int64_t> last_frame_mono_us{0};  // monotonic; 0 before the first frame
  std::atomic<uint64_t> frames{0};
  std::atomic<uint64_t> bytes{0};
  std::array<std::atomic<uint64_t>, kLosses> losses{};  // by Loss; only of sources that make connections
  std::atomic<bool> stalled{false};                     // it knows that something should come, and that nothing does
  std::atomic<uint64_t> repeats{0};                     // frames sent again by the peer and dropped at the door
  std::atomic<uint64_t> gaps{0};            // times the position was lost: a file truncated, a cursor too old
  std::atomic<int64_t> gap_us{0};           // how much of the stream those gaps are, where that is known
  std::atomic<uint64_t> refused_tokens{0};  // wrong or missing ones
  std::atomic<uint64_t> limited_peers{0};   // turned away unheard, after too many wrong ones
  std::atomic<uint64_t> producers{0};       // that number what they send and are remembered
};

/// What a source knows again after a restart, beside its cursor.
struct Remembered {
  SipKey key;  // of the hashes of producers' names and request keys
  std::vector<ProducerPosition> producers;
  std::vector<RequestKey> requests;
  std::chrono::milliseconds request_window = std::chrono::hours(1);
  std::size_t requests_max = 1'000'000;
};

/// What one source pushes its batches through: numbers them, holds them to the tickets, recycles their memory.
///
/// push and end are called by one thread (the source's). The queue, tickets and clock outlive the outlet.
class Outlet {
 public:
  /// `start_cursor` is what the store kept of this source's last committed batch; empty on a first start.
  Outlet(SourceIndex source, std::string start_cursor, Tickets& tickets, BoundedQueue<Batch>& queue,
         const Clock& clock);

  [[nodiscard]] const std::string& start_cursor() const { return start_cursor_; }
  /// Set before the source runs.
  void remember(Remembered remembered) { remembered_ = std::move(remembered); }
  [[nodiscard]] const Remembered& remembered() const { return remembered_; }

  /// Shown every batch on its way, on the source's thread. Set before the source runs.
  using Tee = std::function<void(const Batch&)>;
  void set_tee(Tee tee) { tee_ = std::move(tee); }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] SourceStatus& status() { return status_; }
  [[nodiscard]] const SourceStatus& status() const { return status_; }

  /// An empty batch with memory from an earlier one where there is some.
  [[nodiscard]] Batch fresh();

  /// Waits for a ticket, numbers the batch and sends it. False, with the batch untouched, when `stop` came first or
  /// the queue was closed. With a ticket free it is sent even after `stop`, so that a source can hand over what it
  /// holds.
  [[nodiscard]] bool push(Batch&& batch, const std::stop_token& stop);

  /// As push, without waiting: false, with the batch untouched, when no ticket is free or the queue takes no more.
  [[nodiscard]] bool try_push(Batch& batch);

  /// The finite source is at its end: sends an empty batch marked `last`, with the cursor given.
  void end(std::string cursor, const std::stop_token& stop);

  /// Takes a batch's memory back for fresh(); called by workers when they are done with the bytes.
  void recycle(Batch&& batch);

 private:
  struct Sent {
    std::size_t frames;
    std::size_t bytes;
  };
  Sent prepare(Batch& batch, Ticket ticket) const;
  void account(const Sent& sent);

  const SourceIndex source_;
  const std::string start_cursor_;
  Remembered remembered_;
  Tee tee_;
  Tickets& tickets_;
  BoundedQueue<Batch>& queue_;
  const Clock& clock_;
  SourceStatus status_;
  uint64_t next_sequence_ = 1;
  std::mutex spare_mutex_;
  std::vector<Batch> spare_;  // newest last, and taken first: its memory may still be in a cache
  std::size_t spare_bytes_ = 0;
};

/// Gathers frames into batches: up to limits::kBatchFrames, kBatchBytes or kBatchDelay, whichever comes first.
/// Owned by the source's thread.
class Batcher {
 public:
  /// `frames_max` lowers kBatchFrames, for tests and comparisons; 0 means the limit itself.
  Batcher(Outlet& outlet, std::size_t frames_max, std::size_t frame_bytes_max);

  /// Adds a frame, sending the batch first when it is full. A frame over the limit is dropped and counted in the
  /// batch. Blank frames are not records and are dropped without a count. False when `stop` came while waiting.
  [[nodiscard]] bool add(std::string_view frame, const std::stop_token& stop);

  /// Room behind the batch for `size` bytes of a stream, to read into; what took() then says was read is unframed()
  /// until add_unframed() or drop() have done with it. For sources with one stream, which then do not use add().
  [[nodiscard]] std::span<char> room(std::size_t size) { return batch_.bytes.room(size); }
  void took(std::size_t size) { batch_.bytes.take(size); }
  [[nodiscard]] std::string_view unframed() const { return batch_.bytes.view().substr(framed_); }
  /// As add(), of the first `size` unframed bytes; the first `whole` are done with.
  [[nodiscard]] bool add_unframed(std::size_t size, std::size_t whole, const std::stop_token& stop);
  void drop(std::size_t whole) { framed_ += whole; }

  /// The cursor after the last frame added; travels with the batch.
  void set_cursor(std::string cursor) {
    cursor_ = std::move(cursor);
    cursor_moved_ = true;
  }
  /// True when the next add() would begin by sending: the moment to compute a cursor, for sources where that costs.
  [[nodiscard]] bool full() const;

  /// Sends what is there once its first frame is kBatchDelay old, or always with `now`. False when stopped.
  [[nodiscard]] bool flush_if_due(const std::stop_token& stop);
  [[nodiscard]] bool flush(const std::stop_token& stop);
  [[nodiscard]] bool empty() const {
    return batch_.frames.empty() && batch_.oversized == 0 && batch_.repeats == 0 && batch_.positions.empty();
  }
  /// When the waiting frames are due; meaningful while !empty().
  [[nodiscard]] Mono due() const { return due_; }

  /// A frame that was over the limit and never held whole: dropped, and counted in the batch.
  void count_oversized();

  /// A record that was sent before: dropped, and counted in the batch.
  void count_repeats(uint32_t records);

  /// Sees to it that a block goes into one batch, and appends it: the lines of `frames` and what comes with them are
  /// committed together or not at all. False when stopped.
  [[nodiscard]] bool add_block(const std::vector<std::string_view>& frames, uint32_t oversized,
                               const std::stop_token& stop);

  /// Where a numbered producer stands after the last record added; an earlier word on the same producer is
  /// overwritten. Gives the place of the word, to be handed in again as `hint` by whoever comes often.
  std::size_t stand_at(const ProducerPosition& position, std::size_t hint);

  /// Who is told of commits of batches that have positions in them.
  using Acknowledge = std::function<OnCommitted(const std::vector<ProducerPosition>&)>;
  void set_acknowledge(Acknowledge acknowledge) { acknowledge_ = std::move(acknowledge); }

 private:
  void begin();

  Outlet& outlet_;
  const std::size_t frames_max_;
  const std::size_t frame_bytes_max_;
  Batch batch_;
  std::size_t framed_ = 0;  // bytes of the batch that are in frames, or done with
  std::string cursor_;
  bool cursor_moved_ = false;
  Acknowledge acknowledge_;
  Mono due_{};
};

}  // namespace roomtone::ingest
