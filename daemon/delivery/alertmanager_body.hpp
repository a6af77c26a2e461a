#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/alert.hpp"
#include "model/alert_digest.hpp"

namespace roomtone::delivery {

/// Shared by all who have yet to tell of it.
using AlertPtr = std::shared_ptr<const Alert>;

/// What the same installation writes into every alert.
struct AlertmanagerText {
  std::string instance;      // which Roomtone this is
  std::string external_url;  // generatorURL, a pattern for link_of; empty: none
  std::string runbook_url;   // an annotation; empty: none
};

/// By which Alertmanager tells alerts apart, so nothing in it changes while an alert lasts: alertname, room, topic,
/// community, role, source, direction, severity, instance, rule; those that do not apply are left out.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> labels_of(const Alert& alert,
                                                                         const std::string& instance);

/// The body of POST /api/v2/alerts (Alertmanager 0.16 and later). `firing_until` is the `endsAt` of those that have not
/// ended: Alertmanager takes them for over then, unless it has heard again of them.
[[nodiscard]] std::string alertmanager_body(std::span<const AlertPtr> alerts, const AlertmanagerText& text,
                                            Instant firing_until);

/// The same of a digest: an alert RoomtoneDigest, from when it was made until it is no longer worth telling.
[[nodiscard]] std::string digest_body(const AlertDigest& digest, const AlertmanagerText& text);

}  // namespace roomtone::delivery
