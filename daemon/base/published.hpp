#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace roomtone {

/// The newest version of something immutable, swapped whole: one writer, any number of readers, each of which keeps the
/// version it loaded for as long as it likes.
///
/// A mutex, not std::atomic<std::shared_ptr>: that of libstdc++ 12 releases its lock bit with relaxed order, which is a
/// race between load and store. It is asked once a batch.
template <typename T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> first) : current_(std::move(first)) {}

  [[nodiscard]] std::shared_ptr<const T> load() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }
  void store(std::shared_ptr<const T> next) {
    const std::lock_guard lock(mutex_);
    current_.swap(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> current_;
};

}  // namespace roomtone
