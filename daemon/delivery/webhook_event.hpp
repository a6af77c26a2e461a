#pragma once

#include <memory>
#include <string>

#include "model/alert.hpp"
#include "model/alert_digest.hpp"

namespace roomtone::delivery {

/// One message to a webhook, the same bytes at every try.
struct WebhookEvent {
  std::string id;    // "<alert>/raised", "<alert>/cleared", or a digest's: the same after a restart, too
  std::string body;  // CloudEvents 1.0, application/cloudevents+json
};

/// That an alert was raised, or, when it is resolved, cleared. `instance` names this Roomtone; `recorded` is when the
/// message was made; `external_url` is a pattern for link_of, empty for none.
[[nodiscard]] WebhookEvent webhook_event(const Alert& alert, const std::string& instance, Instant recorded,
                                         const std::string& external_url);

/// That alerts which were held back are told at once: its id is the digest's.
[[nodiscard]] WebhookEvent webhook_event(const AlertDigest& digest, const std::string& instance, Instant recorded);

}  // namespace roomtone::delivery
