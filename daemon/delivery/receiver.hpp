#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "delivery/alertmanager_body.hpp"
#include "delivery/digest_schedule.hpp"
#include "delivery/http_client.hpp"
#include "delivery/send_outcome.hpp"

namespace roomtone::delivery {

/// Somebody who is told of alerts: which requests that takes, and when. No I/O; used by the deliverer's thread only.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void update(const AlertPtr& alert, Mono now, Instant wall) = 0;
  virtual void tell(const DigestPtr& digest, Mono now, Instant wall) = 0;
  /// When to call take(); nothing: not before an update or done().
  [[nodiscard]] virtual std::optional<Mono> next() const = 0;
  /// The request to send now. When there is one, done() has to come before the next take().
  [[nodiscard]] virtual std::optional<HttpRequest> take(Mono now, Instant wall) = 0;
  virtual void done(SendOutcome outcome, Mono now) = 0;
  /// What an answer with this status means.
  [[nodiscard]] virtual SendOutcome outcome_of(unsigned status) const = 0;

  struct Held {
    std::size_t waiting = 0;  // alerts or messages
    uint64_t dropped = 0;     // no room
    uint64_t given_up = 0;    // too old
  };
  [[nodiscard]] virtual Held held() const = 0;
};

}  // namespace roomtone::delivery
