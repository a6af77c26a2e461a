#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace roomtone::app {

/// Whether commits can be written now.
enum class StoreState : uint8_t {
  ok,
  low_space,   // waits for free space; goes on by itself
  unwritable,  // opened for reading only; goes on by itself once it can be written
  failed,      // a write failed: the process is about to end
};

inline constexpr std::array<std::string_view, 4> kStoreStateNames = {"ok", "low_space", "unwritable", "failed"};

/// What readiness says of the store, with the reason in words. Any thread; a failure stays.
class StoreHealth {
 public:
  void set(StoreState state, std::string reason) {
    const std::lock_guard lock(mutex_);
    if (state_ == StoreState::failed) return;
    if (state == StoreState::failed) ++errors_;
    state_ = state;
    reason_ = std::move(reason);
  }
  [[nodiscard]] std::pair<StoreState, std::string> read() const {
    const std::lock_guard lock(mutex_);
    return {state_, reason_};
  }
  /// Writes and reads of the store that failed.
  [[nodiscard]] uint64_t errors() const { return errors_.load(); }

 private:
  mutable std::mutex mutex_;
  StoreState state_ = StoreState::ok;
  std::string reason_;
  std::atomic<uint64_t> errors_{0};
};

}  // namespace roomtone::app
