#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "delivery/address_rules.hpp"
#include "delivery/http_url.hpp"

namespace roomtone::app {

class TomlTable;

/// `[alerts.alertmanager]`.
struct AlertmanagerConfig {
  std::vector<delivery::HttpUrl> urls;  // empty: nobody is told
  std::string username;                 // with password_file
  std::filesystem::path password_file;  // empty: no basic authentication
  std::filesystem::path token_file;     // empty: no bearer token
  std::filesystem::path ca_file;        // empty: the system's certificates
  std::string runbook_url;              // empty: none
};

/// One `[[alerts.webhook]]`.
struct WebhookConfig {
  std::string name;
  delivery::HttpUrl url;
  std::filesystem::path secret_file;
  std::filesystem::path ca_file;  // empty: the system's certificates
  std::vector<delivery::Network> allow_networks;
};

/// Who is told of alerts. See deploy/ALERTS.md.
struct DeliveryConfig {
  std::string instance;      // which Roomtone this is; the host's name unless told otherwise
  std::string external_url;  // a pattern with {key} and {starts_ms}; empty: none
  AlertmanagerConfig alertmanager;
  std::vector<WebhookConfig> webhooks;

  [[nodiscard]] bool wanted() const { return !alertmanager.urls.empty() || !webhooks.empty(); }
};

/// Reads those keys of `[alerts]` that are about delivery; the files they name are not opened.
void read_delivery(TomlTable& alerts, DeliveryConfig& delivery);

}  // namespace roomtone::app
