#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/assert.hpp"

namespace roomtone {

/// A queue between threads with a limit. A full one makes its producer wait; a closed and empty one
/// tells its consumer that nothing more will come. Items are batches, not messages, so a mutex is cheap enough.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity_max) : capacity_max_(capacity_max) { ROOMTONE_ASSERT(capacity_max > 0); }

  /// Waits for room. False, with the item untouched, when the queue is closed.
  [[nodiscard]] bool push(T&& item) {
    std::unique_lock lock(mutex_);
    not_full_.wait(lock, [this] { return closed_ || items_.size() < capacity_max_; });
    if (closed_) return false;
    items_.push_back(std::move(item));
    lock.unlock();
    not_empty_.notify_one();
    return true;
  }

  /// Never waits. False, with the item untouched, when the queue is full or closed.
  [[nodiscard]] bool try_push(T&& item) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= capacity_max_) return false;
      items_.push_back(std::move(item));
    }
    not_empty_.notify_one();
    return true;
  }

  /// Waits for an item; nothing once the queue is closed and empty.
  [[nodiscard]] std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, [this] { return closed_ || !items_.empty(); });
    return take(lock);
  }

  /// As pop, and nothing when `wait` passes first; `closed()` tells the two apart.
  template <typename Rep, typename Period>
  [[nodiscard]] std::optional<T> pop_for(std::chrono::duration<Rep, Period> wait) {
    std::unique_lock lock(mutex_);
    not_empty_.wait_for(lock, wait, [this] { return closed_ || !items_.empty(); });
    return take(lock);
  }

  /// No more items; what is inside can still be taken. Wakes everybody.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    not_empty_.notify_all();
    not_full_.notify_all();
  }

  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }
  [[nodiscard]] std::size_t capacity_max() const { return capacity_max_; }

 private:
  std::optional<T> take(std::unique_lock<std::mutex>& lock) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    not_full_.notify_one();
    return item;
  }

  mutable std::mutex mutex_;
  std::condition_variable not_empty_;
  std::condition_variable not_full_;
  std::deque<T> items_;
  const std::size_t capacity_max_;
  bool closed_ = false;
};

}  // namespace roomtone
