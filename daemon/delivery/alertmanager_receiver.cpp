#include "delivery/alertmanager_receiver.hpp"

#include <algorithm>

namespace roomtone::delivery {

std::optional<Mono> AlertmanagerReceiver::next() const {
  const auto alerts = schedule_.next();
  const auto digest = digest_.next();
  return alerts && digest ? std::min(*alerts, *digest) : alerts ? alerts : digest;
}

/// Alerts before the digest; one request at a time.
std::optional<HttpRequest> AlertmanagerReceiver::take(Mono now, Instant wall) {
  const std::vector<AlertPtr> alerts = schedule_.take(now);
  const DigestPtr digest = alerts.empty() ? digest_.take(now) : nullptr;
  if (alerts.empty() && !digest) return std::nullopt;
  digest_under_way_ = digest != nullptr;
  HttpRequest request;
  request.target = target_;
  request.headers = {{"Content-Type", "application/json"}};
  if (!authorization_.empty()) request.headers.emplace_back("Authorization", authorization_);
  request.body = digest ? digest_body(*digest, text_) : alertmanager_body(alerts, text_, wall + pace_.ends_ahead());
  return request;
}

void AlertmanagerReceiver::done(SendOutcome outcome, Mono now) {
  digest_under_way_ ? digest_.done(outcome, now) : schedule_.done(outcome, now);
}

SendOutcome AlertmanagerReceiver::outcome_of(unsigned status) const {
  if (status / 100 == 2) return SendOutcome::accepted;
  return status == 400 || status == 422 ? SendOutcome::refused : SendOutcome::failed;
}

}  // namespace roomtone::delivery
