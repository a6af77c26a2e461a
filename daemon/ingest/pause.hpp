#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace roomtone::ingest {

/// Waits `for_time`, at most. False as soon as `stop` is requested.
[[nodiscard]] inline bool pause(const std::stop_token& stop, std::chrono::microseconds for_time) {
  std::mutex mutex;
  std::condition_variable_any nothing_but_stop;
  std::unique_lock lock(mutex);
  nothing_but_stop.wait_for(lock, stop, for_time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace roomtone::ingest
