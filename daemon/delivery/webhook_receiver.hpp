#pragma once

#include <string>

#include "delivery/receiver.hpp"
#include "delivery/signing_key.hpp"
#include "delivery/webhook_schedule.hpp"

namespace roomtone::delivery {

/// One webhook.
class WebhookReceiver final : public Receiver {
 public:
  WebhookReceiver(std::string target, SigningKey key, WebhookSchedule schedule)
      : target_(std::move(target)), key_(std::move(key)), schedule_(std::move(schedule)) {}

  void update(const AlertPtr& alert, Mono now, Instant wall) override { schedule_.update(alert, now, wall); }
  void tell(const DigestPtr& digest, Mono now, Instant wall) override { schedule_.tell(*digest, now, wall); }
  [[nodiscard]] std::optional<Mono> next() const override { return schedule_.next(); }
  /// Signed anew at every try, since the signature covers the time.
  [[nodiscard]] std::optional<HttpRequest> take(Mono now, Instant wall) override;
  void done(SendOutcome outcome, Mono now) override { schedule_.done(outcome, now); }
  [[nodiscard]] SendOutcome outcome_of(unsigned status) const override;
  [[nodiscard]] Held held() const override { return {schedule_.size(), schedule_.dropped(), schedule_.given_up()}; }

 private:
  const std::string target_;
  const SigningKey key_;
  WebhookSchedule schedule_;
};

}  // namespace roomtone::delivery
