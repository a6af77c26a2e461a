#include "delivery/webhook_receiver.hpp"

namespace roomtone::delivery {

std::optional<HttpRequest> WebhookReceiver::take(Mono now, Instant wall) {
  auto event = schedule_.take(now);
  if (!event) return std::nullopt;
  const int64_t unix_seconds = micros(wall) / 1'000'000;
  HttpRequest request;
  request.target = target_;
  request.headers = {{"Content-Type", "application/cloudevents+json; charset=utf-8"},
                     {"webhook-id", event->id},
                     {"webhook-timestamp", std::to_string(unix_seconds)},
                     {"webhook-signature", key_.sign(event->id, unix_seconds, event->body)}};
  request.body = std::move(event->body);
  return request;
}

SendOutcome WebhookReceiver::outcome_of(unsigned status) const {
  if (status / 100 == 2) return SendOutcome::accepted;
  // What these say is about the message itself; a wrong address or right may be put right within the hour.
  return status == 400 || status == 413 || status == 422 ? SendOutcome::refused : SendOutcome::failed;
}

}  // namespace roomtone::delivery
