#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/batch.hpp"

namespace roomtone::ingest {

struct RecordedSource {
  std::string name;
  bool stamped = true;  // its frames were seen on arrival, which a replay has to know
};

struct RecorderOptions {
  std::filesystem::path folder;                 // a folder for each source is made in it
  std::vector<RecordedSource> sources;          // by SourceIndex
  std::size_t bytes_max = 1u << 30;             // of all segments together, on disk; beyond it the oldest are removed
  std::size_t segment_bytes = 16u << 20;        // on disk; a full one is closed and another begun
  std::chrono::seconds segment_time{600};       // likewise once it is that old
  std::chrono::milliseconds flush_every{1000};  // what a crash may lose of the recording
  std::function<void(const std::string&)> notice = {};  // told once why a source is recorded no more; any thread
};

/// What a recorder has done. Any thread may read it.
struct RecorderStatus {
  std::atomic<uint64_t> frames{0};
  std::atomic<uint64_t> bytes{0};             // on disk, of all segments that are there
  std::atomic<uint64_t> segments{0};          // that are there
  std::atomic<uint64_t> segments_removed{0};  // for want of room
  std::atomic<uint64_t> failed{0};            // sources that are recorded no more
};

/// Keeps the raw frames of sources as they came, with when they were seen, in FOLDER/SOURCE/TIME.jsonl.zst: lines as in
/// model/recorded_frame.hpp, zstd frames one after the other. Given to a file source they make the same history again.
///
/// The segment being written is called .part and is renamed when it is whole; after a crash it is cut behind its last
/// whole zstd frame. Writing happens on the source's thread, so that a slow disk slows the source; when writing fails
/// the source goes on without being recorded, and says so.
class Recorder {
 public:
  /// Takes over what an earlier run left. `io`: the folder cannot be made or read.
  [[nodiscard]] static Result<std::unique_ptr<Recorder>> open(RecorderOptions options);
  /// Closes all segments.
  ~Recorder();

  /// Records a batch that is about to be sent. Called by the thread of its source.
  void take(const Batch& batch);

  /// Writes what is in memory, until `stop`. On a thread of its own.
  void run(const std::stop_token& stop);

  /// Writes what is in memory and syncs it. Any thread.
  void sync();

  [[nodiscard]] const RecorderStatus& status() const { return status_; }

 private:
  class Track;
  class Shelf;
  explicit Recorder(RecorderOptions options);

  const RecorderOptions options_;
  RecorderStatus status_;
  std::unique_ptr<Shelf> shelf_;
  std::vector<std::unique_ptr<Track>> tracks_;  // by SourceIndex
};

}  // namespace roomtone::ingest
