#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/raw_buffer.hpp"
#include "base/tickets.hpp"
#include "base/time.hpp"
#include "model/delivery.hpp"
#include "model/ledger.hpp"

namespace roomtone {

/// A source's place in the configuration, from 0. One source is one partition: its batches are merged in order.
enum class SourceIndex : uint32_t {};

/// How frames of a source are written. `detect` looks at each line.
enum class Format : uint8_t { detect, own, jetstream, mastodon, x_v2, x_v11 };

/// Which time stands for "seen" when a frame carries none.
enum class SeenRule : uint8_t {
  event_time,  // files, stdin, recordings: when they were read says nothing
  arrival,     // the network: Batch::arrival
};

/// Told once what became of a batch: after the commit that holds it (with what the ledger said of its records), or
/// with `committed == false` when the process gives up first. Called on the store's writer thread: must not block.
struct Receipt {
  bool committed = false;
  Ledger ledger;
};
using OnCommitted = std::function<void(const Receipt&)>;

/// Raw frames of one source, with the cursor after the last one.
///
/// Owned by one thread at a time; moved along the path. Frames are views into `bytes`, in order, perhaps with line ends
/// between them; limits::kFramePaddingBytes readable (zero) bytes follow the last one.
struct Batch {
  SourceIndex source{};
  uint64_t sequence = 0;  // within the source, from 1, without gaps; set by Outlet
  RawBuffer bytes;
  struct Span {
    uint32_t begin;
    uint32_t size;
  };
  std::vector<Span> frames;
  std::string next_cursor;       // where the source resumes when this batch is committed; empty: nowhere
  Instant arrival = kNoInstant;  // when the first frame was read
  bool last = false;             // a finite source has ended with this batch (which may be empty)
  uint32_t oversized = 0;        // frames over the source's limit: dropped at the door, counted malformed
  uint32_t repeats = 0;          // records sent before, by their number or request key: dropped, counted duplicate
  std::vector<ProducerPosition> positions;  // where numbered producers stand after it; a producer at most once
  std::vector<RequestKey> requests;         // the request it is, where that has a key
  OnCommitted on_committed;                 // empty when nobody waits
  Ticket ticket;  // bounds the work in flight; given back when the batch is merged or destroyed

  [[nodiscard]] std::string_view frame(Span span) const { return {bytes.data() + span.begin, span.size}; }

  /// Adds a frame. The caller ends filling with `seal`.
  void append(std::string_view frame) {
    frames.push_back({static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(frame.size())});
    bytes.append(frame);
  }
  void seal() { bytes.append(limits::kFramePaddingBytes, '\0'); }
};

}  // namespace roomtone
