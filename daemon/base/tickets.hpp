#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <utility>

namespace roomtone {

class Tickets;

/// The right to have one batch in flight. Given back when destroyed. Movable, not copyable; safe to drop on any thread.
class Ticket {
 public:
  Ticket() = default;
  Ticket(Ticket&& other) noexcept : from_(std::exchange(other.from_, nullptr)) {}
  Ticket& operator=(Ticket&& other) noexcept {
    std::swap(from_, other.from_);
    return *this;
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  inline ~Ticket();

  [[nodiscard]] explicit operator bool() const { return from_ != nullptr; }

 private:
  friend class Tickets;
  explicit Ticket(Tickets* from) : from_(from) {}
  Tickets* from_ = nullptr;
};

/// A fixed number of tickets: what bounds all work between the sockets and the room. Must outlive its tickets.
class Tickets {
 public:
  explicit Tickets(std::size_t count) : count_(count), free_(count) {}

  /// Waits for a ticket; an empty one when `stop` is requested first.
  [[nodiscard]] Ticket take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!given_back_.wait(lock, stop, [this] { return free_ > 0 && !held_; })) return {};
    --free_;
    return Ticket(this);
  }

  /// A ticket now or none: for sources that would rather tell their peer (HTTP 429).
  [[nodiscard]] Ticket try_take() {
    const std::lock_guard lock(mutex_);
    if (free_ == 0 || held_) return {};
    --free_;
    return Ticket(this);
  }

  /// While held no ticket is given out, as if all were taken: nothing new is read. Those out may come back.
  void hold(bool held) {
    {
      const std::lock_guard lock(mutex_);
      held_ = held;
    }
    given_back_.notify_all();
  }

  [[nodiscard]] std::size_t in_use() const {
    const std::lock_guard lock(mutex_);
    return count_ - free_;
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  friend class Ticket;
  void give_back() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    given_back_.notify_one();
  }

  mutable std::mutex mutex_;
  std::condition_variable_any given_back_;
  const std::size_t count_;
  std::size_t free_;
  bool held_ = false;
};

inline Ticket::~Ticket() {
  if (from_ != nullptr) from_->give_back();
}

}  // namespace roomtone
