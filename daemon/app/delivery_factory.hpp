#pragma once

#include <memory>
#include <vector>

#include "app/config_delivery.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "delivery/deliverer.hpp"
#include "metrics/scrape.hpp"

namespace roomtone::app {

/// What the configuration says, with the secrets that its files hold. Errors name the key, and show no secret.
[[nodiscard]] Result<delivery::DeliveryOptions> delivery_options(const DeliveryConfig& config);

/// Null when nobody is to be told of alerts.
[[nodiscard]] Result<std::unique_ptr<delivery::Deliverer>> open_deliverer(const DeliveryConfig& config,
                                                                          const Clock& clock, Log& log);

/// How it stands with each receiver, for the metrics page; nothing for null.
[[nodiscard]] std::vector<metrics::DeliverySample> delivery_samples(const delivery::Deliverer* deliverer);

}  // namespace roomtone::app
