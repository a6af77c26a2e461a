#pragma once

#include <cstddef>
#include <vector>

#include "base/clock.hpp"
#include "base/time.hpp"

namespace roomtone::room {

/// Up to when we believe to have heard everything: the smallest newest event time over the active sources. Only
/// moves forward; decides partial or final, never whether a message counts.
///
/// A source is active from its first message until it ends or has been idle for limits::kIdlePartition. When all live
/// sources are idle and the watermark is of the present, it follows the wall clock at that distance, so that
/// windows close although nobody speaks.
class Watermark {
 public:
  /// `live[i]`: source i is a network source, whose events are of the present.
  explicit Watermark(std::vector<bool> live);

  /// Source `source` has sent events up to `newest` (kNoInstant: none in this batch).
  void observe(std::size_t source, Instant newest, Mono now);
  void end(std::size_t source);

  /// Where it stood before a restart.
  void restore(std::size_t source, Instant newest);

  /// The watermark now; kNoInstant before the first event.
  [[nodiscard]] Instant at(Instant wall, Mono now);

  /// True once every source has ended: no window can change any more.
  [[nodiscard]] bool drained() const;

 private:
  struct Source {
    bool live = false;
    bool ended = false;
    bool heard = false;  // since the start
    Instant newest = kNoInstant;
    Mono last{};
  };
  std::vector<Source> sources_;
  Instant watermark_ = kNoInstant;
};

}  // namespace roomtone::room
