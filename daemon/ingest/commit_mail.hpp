#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "ingest/file_descriptor.hpp"
#include "model/delivery.hpp"

namespace roomtone::ingest {

/// Positions that have been committed, from the store's thread to a source that waits in poll(2), in their order.
/// Shared with the receipts that are out.
class CommitMail {
 public:
  CommitMail() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  [[nodiscard]] int fd() const { return event_.get(); }

  void put(const std::vector<ProducerPosition>& positions) {
    const std::lock_guard lock(mutex_);
    waiting_.insert(waiting_.end(), positions.begin(), positions.end());
    const uint64_t one = 1;
    static_cast<void>(!::write(event_.get(), &one, sizeof one));
  }

  /// In the order they were put.
  [[nodiscard]] std::vector<ProducerPosition> take() {
    const std::lock_guard lock(mutex_);
    uint64_t rings = 0;
    static_cast<void>(!::read(event_.get(), &rings, sizeof rings));
    return std::exchange(waiting_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<ProducerPosition> waiting_;  // bounded by the batches in flight, which are bounded by tickets
  FileDescriptor event_;
};

}  // namespace roomtone::ingest
