#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/delivery.hpp"

namespace roomtone::room {

struct RequestLogOptions {
  std::chrono::milliseconds window = std::chrono::hours(1);
  std::size_t count_max = 1'000'000;
};

/// The keys of requests as rows: one row a commit, kept until its window has passed. Who sends a key again is judged at
/// the door, before anything is counted; this only sees to it that a restarted process knows the keys as well.
/// Not thread-safe: the room thread owns it.
class RequestLog {
 public:
  explicit RequestLog(RequestLogOptions options) : options_(options) {}

  void add(const std::vector<RequestKey>& requests);

  /// The row of the coming commit; empty when no request had a key.
  [[nodiscard]] std::string take_row(uint64_t commit, Mono now);

  /// Takes note of a stored row. Its window begins anew, since nobody could send anything in the meantime.
  void recover(uint64_t commit, std::string_view row, Mono now);

  /// Forgets rows past the window or beyond the count; returns the first commit still needed.
  [[nodiscard]] uint64_t expire(Mono now);

 private:
  struct Row {
    uint64_t commit;
    Mono at;
    std::size_t count;
  };
  const RequestLogOptions options_;
  std::string pending_;
  std::deque<Row> rows_;
  std::size_t count_ = 0;
  uint64_t needed_from_ = 0;
};

/// The keys in a stored row. What is left over at its end is no key.
[[nodiscard]] std::vector<RequestKey> requests_of(std::string_view row);

}  // namespace roomtone::room
