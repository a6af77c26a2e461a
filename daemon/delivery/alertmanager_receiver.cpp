#include "delivery/alertmanager_receiver.hpp"

namespace roomtone::delivery {

std::optional<HttpRequest> AlertmanagerReceiver::take(Mono now, Instant wall) {
  const std::vector<AlertPtr> alerts = schedule_.take(now);
  if (alerts.empty()) return std::nullopt;
  HttpRequest request;
  request.target = target_;
  request.headers = {{"Content-Type", "application/json"}};
  if (!authorization_.empty()) request.headers.emplace_back("Authorization", authorization_);
  request.body = alertmanager_body(alerts, text_, wall + pace_.ends_ahead());
  return request;
}

SendOutcome AlertmanagerReceiver::outcome_of(unsigned status) const {
  if (status / 100 == 2) return SendOutcome::accepted;
  return status == 400 || status == 422 ? SendOutcome::refused : SendOutcome::failed;
}

}  // namespace roomtone::delivery
