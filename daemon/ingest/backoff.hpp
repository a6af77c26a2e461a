#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace roomtone::ingest {

/// How long to wait before the next try: nothing after the first failure, then from `min` doubling up to `max`, each
/// time a random part between half and the whole, so that many listeners do not come back at one moment.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds min, std::chrono::milliseconds max, uint64_t seed)
      : min_(min), max_(max), random_(seed) {}

  /// The wait after one more failure.
  [[nodiscard]] std::chrono::milliseconds failed() {
    ++failures_;
    if (failures_ == 1) return std::chrono::milliseconds(0);
    constexpr unsigned kDoublingsMax = 20;  // beyond any max, and short of an overflow
    const auto whole = std::min(max_, min_ * (int64_t{1} << std::min(failures_ - 2, kDoublingsMax)));
    std::uniform_int_distribution<int64_t> part((whole.count() + 1) / 2, whole.count());
    return std::chrono::milliseconds(part(random_));
  }

  /// It goes well again.
  void succeeded() { failures_ = 0; }

  [[nodiscard]] unsigned failures() const { return failures_; }

 private:
  const std::chrono::milliseconds min_;
  const std::chrono::milliseconds max_;
  std::mt19937_64 random_;
  unsigned failures_ = 0;
};

}  // namespace roomtone::ingest
