#pragma once

#include <memory>

#include "app/config_delivery.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "delivery/deliverer.hpp"

namespace roomtone::app {

/// What the configuration says, with the secrets that its files hold. Errors name the key, and show no secret.
[[nodiscard]] Result<delivery::DeliveryOptions> delivery_options(const DeliveryConfig& config);

/// Null when nobody is to be told of alerts.
[[nodiscard]] Result<std::unique_ptr<delivery::Deliverer>> open_deliverer(const DeliveryConfig& config,
                                                                          const Clock& clock, Log& log);

}  // namespace roomtone::app
