#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "model/tally.hpp"

namespace roomtone::app {

/// Puts tallies back into batch order, per source. As many places as there are tickets, so push never waits and
/// in-order merging cannot deadlock. Any number of workers push; one thread takes.
class ReorderBuffer {
 public:
  explicit ReorderBuffer(std::size_t sources) : sources_(sources) {}

  void push(Tally&& tally) {
    {
      const std::lock_guard lock(mutex_);
      Source& source = sources_.at(static_cast<std::size_t>(tally.source));
      const uint64_t sequence = tally.sequence;
      source.waiting.emplace(sequence, std::move(tally));
      if (sequence != source.next) return;
    }
    ready_.notify_one();
  }

  /// Moves what is next in order to `out`, waiting up to `wait` for the first. False once closed and empty.
  [[nodiscard]] bool take(std::vector<Tally>& out, std::chrono::microseconds wait) {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, wait, [this] { return closed_ || any_ready(); });
    for (Source& source : sources_) {
      for (auto it = source.waiting.begin(); it != source.waiting.end() && it->first == source.next;
           it = source.waiting.erase(it), ++source.next)
        out.push_back(std::move(it->second));
    }
    return !closed_ || !out.empty();
  }

  /// Nothing more will be pushed.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_one();
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    std::size_t size = 0;
    for (const Source& source : sources_) size += source.waiting.size();
    return size;
  }

 private:
  struct Source {
    uint64_t next = 1;
    std::map<uint64_t, Tally> waiting;
  };
  [[nodiscard]] bool any_ready() const {
    for (const Source& source : sources_)
      if (!source.waiting.empty() && source.waiting.begin()->first == source.next) return true;
    return false;
  }

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<Source> sources_;
  bool closed_ = false;
};

}  // namespace roomtone::app
