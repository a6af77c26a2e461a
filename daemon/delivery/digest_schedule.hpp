#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "delivery/send_outcome.hpp"
#include "model/alert_digest.hpp"

namespace roomtone::delivery {

using DigestPtr = std::shared_ptr<const AlertDigest>;

/// When one Alertmanager is told of the newest digest: at once, and again until it is told no longer, so that one that
/// was restarted hears of it. Its end is in it from the beginning: there is none to tell. Time comes from arguments
/// only; no I/O, not thread-safe.
class DigestSchedule {
 public:
  DigestSchedule(std::chrono::milliseconds resend, std::chrono::milliseconds retry) : resend_(resend), retry_(retry) {}

  /// The newest one, in place of the one before. One that is over is not told of.
  void update(DigestPtr digest, Mono now, Instant wall);
  /// When to call take(); nothing: not before an update or done().
  [[nodiscard]] std::optional<Mono> next() const;
  /// What to send now; null: nothing. When there is something, done() has to come before the next take().
  [[nodiscard]] DigestPtr take(Mono now);
  void done(SendOutcome outcome, Mono now);

 private:
  const std::chrono::milliseconds resend_;
  const std::chrono::milliseconds retry_;
  DigestPtr digest_;
  Mono due_{};
  Mono until_{};
  bool under_way_ = false;
};

}  // namespace roomtone::delivery
