#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/pace.hpp"
#include "ingest/source.hpp"

namespace roomtone::ingest {

struct FileSourceOptions {
  /// Paths and globs (as of glob(3), so `*` does not match a leading dot). Sorted by bytes within each glob, and read
  /// one after the other as one partition, each file once.
  std::vector<std::string> paths{};
  /// 0: as fast as possible. 1: as recorded, by the frames' own times. N: N times as fast.
  double pace = 0;
  /// Tells a frame's time; needed when pace > 0.
  FrameTime frame_time{};
  /// Stay at the end and wait for more, as `tail -F`: lines added, a file renamed and made anew at its path, a file cut
  /// to nothing and written again (copytruncate), and further files that a glob comes to match. Such a source never
  /// ends.
  bool follow = false;
  /// How often a followed file is looked at. At most 100 ms, so that stopping stays prompt.
  std::chrono::milliseconds poll{100};
  /// Fewer frames a batch than limits::kBatchFrames, for tests and comparisons; 0 means the limit.
  std::size_t frames_max = 0;
  /// Told, on the source's thread, what an operator should know and what stops nothing: a cursor that fits no file, a
  /// file cut short. May be empty.
  std::function<void(const std::string&)> notice{};
};

/// Files of lines, plain, gzip or zstd (told by their content).
///
/// The cursor is a FileCursor: at a restart the file is known again by inode and head, also when it was renamed or
/// restored, and read on from the start of the first line that was not committed. What fits no file is read from the
/// start and counted in status().gaps.
class FileSource final : public Source {
 public:
  /// not_found when no path matches and `follow` is off; invalid_argument for options that contradict each other.
  [[nodiscard]] static Result<std::unique_ptr<Source>> open(FileSourceOptions options);

  /// An error names the file and the offset: reading failed, or compressed bytes are damaged or cut off. The lines
  /// before the fault were delivered, with a cursor that stays before it.
  [[nodiscard]] Result<void> run(Outlet& outlet, std::stop_token stop) override;
  [[nodiscard]] std::string describe() const override;

 private:
  explicit FileSource(FileSourceOptions options) : options_(std::move(options)) {}

  const FileSourceOptions options_;
};

}  // namespace roomtone::ingest
