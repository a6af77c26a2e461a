#pragma once

#include <string>

#include "delivery/alertmanager_schedule.hpp"
#include "delivery/receiver.hpp"

namespace roomtone::delivery {

/// One Alertmanager.
class AlertmanagerReceiver final : public Receiver {
 public:
  /// `target`: where it takes alerts. `authorization`: the header's value; empty: none.
  AlertmanagerReceiver(std::string target, std::string authorization, AlertmanagerText text, AlertmanagerPace pace)
      : target_(std::move(target)),
        authorization_(std::move(authorization)),
        text_(std::move(text)),
        pace_(pace),
        schedule_(pace, text_.instance),
        digest_(pace.resend, pace.retry_max) {}

  void update(const AlertPtr& alert, Mono now, Instant wall) override { schedule_.update(alert, now, wall); }
  void tell(const DigestPtr& digest, Mono now, Instant wall) override { digest_.update(digest, now, wall); }
  [[nodiscard]] std::optional<Mono> next() const override;
  [[nodiscard]] std::optional<HttpRequest> take(Mono now, Instant wall) override;
  void done(SendOutcome outcome, Mono now) override;
  [[nodiscard]] SendOutcome outcome_of(unsigned status) const override;
  [[nodiscard]] Held held() const override { return {schedule_.size(), schedule_.dropped(), 0}; }

 private:
  const std::string target_;
  const std::string authorization_;
  const AlertmanagerText text_;
  const AlertmanagerPace pace_;
  AlertmanagerSchedule schedule_;
  DigestSchedule digest_;
  bool digest_under_way_ = false;  // and not alerts
};

}  // namespace roomtone::delivery
