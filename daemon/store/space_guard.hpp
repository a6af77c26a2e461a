#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace roomtone::store {

struct SpaceOptions {
  std::filesystem::path folder;
  uint64_t free_bytes_min = 0;  // below this nothing is committed
  uint64_t reserve_bytes = 0;   // of the reserve file
};

/// Sees to it that RocksDB never meets a full disk, where it may abort the process.
///
/// Before each commit the writer asks wait_for_room(). When free space is under the minimum the guard is `low`: it
/// gives up its reserve file, so that flushes and compactions under way have room to end, and lets nobody write until
/// there is the minimum again and the reserve besides. It then takes the reserve back and goes on. Any thread.
class SpaceGuard {
 public:
  /// `on_change` is told of each turn, low or not, by whichever thread noticed; it must be quick and not call back.
  using OnChange = std::function<void(bool low, uint64_t free_bytes)>;
  SpaceGuard(SpaceOptions options, OnChange on_change);

  /// Looks at the disk now. True when there is room.
  bool look();

  /// Returns true as soon as there is room, false once stop() was called and there is none.
  [[nodiscard]] bool wait_for_room();

  /// No more waiting.
  void stop();

  [[nodiscard]] bool low() const { return low_.load(); }
  [[nodiscard]] uint64_t free_bytes() const { return free_.load(); }
  [[nodiscard]] const SpaceOptions& options() const { return options_; }

  static constexpr std::chrono::milliseconds kLookEvery{50};  // while it waits

 private:
  bool look_locked();

  const SpaceOptions options_;
  const OnChange on_change_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  bool reserved_ = false;
  std::atomic<bool> low_{false};
  std::atomic<uint64_t> free_{0};
};

/// Bytes that may still be written in a folder's file system.
[[nodiscard]] uint64_t free_in(const std::filesystem::path& folder);

/// Why a store in this folder could not be written now: a read-only file system or too little space, for people.
/// Nothing when it could, or when only trying will tell.
[[nodiscard]] std::optional<std::string> obstacle(const SpaceOptions& options);

}  // namespace roomtone::store
