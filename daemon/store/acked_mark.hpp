#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/result.hpp"

namespace roomtone::store {

/// The newest commit that somebody was told is on disk, and the store it belongs to.
struct Mark {
  uint64_t epoch = 0;
  uint64_t sequence = 0;
  friend bool operator==(const Mark&, const Mark&) = default;
};

/// The file ACKED in the store's folder, see FORMAT.md: what the store itself must have reached when it is opened.
/// RocksDB can lose its newest writes without noticing when the end of a log is damaged in its length; this file can
/// tell.
///
/// Two slots: one is rewritten with each commit, the other stays as it was synced last, so that one of them always
/// reads. note() costs a write into the page cache (a killed process loses nothing) and, once a second, a sync (a power
/// cut leaves a mark that is at most so old). Never ahead of the store. One thread.
class AckedMark {
 public:
  static constexpr std::chrono::seconds kSyncEvery{1};

  /// Nothing when there is no such file; `corrupt` when no slot of it reads.
  [[nodiscard]] static Result<std::optional<Mark>> read(const std::filesystem::path& folder);

  /// Makes the file anew with `mark` in both slots, synced.
  [[nodiscard]] static Result<std::unique_ptr<AckedMark>> open(const std::filesystem::path& folder, const Mark& mark);
  ~AckedMark();
  AckedMark(const AckedMark&) = delete;
  AckedMark& operator=(const AckedMark&) = delete;

  [[nodiscard]] Result<void> note(uint64_t sequence, std::chrono::steady_clock::time_point now);

 private:
  AckedMark(int fd, const Mark& mark) : fd_(fd), mark_(mark) {}

  const int fd_;
  Mark mark_;
  int slot_ = 0;
  bool unsynced_ = false;
  std::chrono::steady_clock::time_point synced_{};
};

}  // namespace roomtone::store
