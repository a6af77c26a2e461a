#include "app/delivery_factory.hpp"

#include "base/secret_file.hpp"
#include "delivery/signing_key.hpp"

namespace roomtone::app {

namespace {

Result<std::string> authorization_of(const AlertmanagerConfig& config) {
  if (!config.token_file.empty()) {
    auto token = read_secret(config.token_file);
    if (!token) return fail(std::move(token.error()), "alerts.alertmanager.token_file");
    return "Bearer " + *token;
  }
  if (config.password_file.empty()) return std::string();
  const auto password = read_secret(config.password_file);
  if (!password) return fail(password.error(), "alerts.alertmanager.password_file");
  return "Basic " + delivery::base64(config.username + ":" + *password);
}

}  // namespace

Result<delivery::DeliveryOptions> delivery_options(const DeliveryConfig& config) {
  delivery::DeliveryOptions options;
  const auto authorization = authorization_of(config.alertmanager);
  if (!authorization) return tl::unexpected(authorization.error());
  for (const delivery::HttpUrl& url : config.alertmanager.urls) {
    options.alertmanagers.push_back({.url = url,
                                     .authorization = *authorization,
                                     .ca_file = config.alertmanager.ca_file,
                                     .text = {config.instance, config.external_url, config.alertmanager.runbook_url}});
  }
  for (const WebhookConfig& webhook : config.webhooks) {
    const std::string key = "alerts.webhook \"" + webhook.name + "\": secret_file";
    const auto secret = read_secret(webhook.secret_file);
    if (!secret) return fail(secret.error(), key);
    auto signing_key = delivery::SigningKey::parse(*secret);
    if (!signing_key) return fail(std::move(signing_key.error()), key + ": " + webhook.secret_file.string());
    options.webhooks.push_back({.name = webhook.name,
                                .url = webhook.url,
                                .key = std::move(*signing_key),
                                .allow_networks = webhook.allow_networks,
                                .ca_file = webhook.ca_file,
                                .instance = config.instance,
                                .external_url = config.external_url});
  }
  return options;
}

Result<std::unique_ptr<delivery::Deliverer>> open_deliverer(const DeliveryConfig& config, const Clock& clock,
                                                            Log& log) {
  if (!config.wanted()) return std::unique_ptr<delivery::Deliverer>();
  auto options = delivery_options(config);
  if (!options) return tl::unexpected(std::move(options.error()));
  return delivery::Deliverer::open(std::move(*options), clock, log);
}

std::vector<metrics::DeliverySample> delivery_samples(const delivery::Deliverer* deliverer) {
  std::vector<metrics::DeliverySample> samples;
  if (deliverer == nullptr) return samples;
  for (const delivery::DeliverySample& sample : deliverer->samples()) {
    samples.push_back({.webhook = sample.webhook,
                       .name = sample.name,
                       .sends = {{"accepted", sample.accepted}, {"refused", sample.refused}, {"failed", sample.failed}},
                       .dropped = {{"queue_full", sample.dropped}},
                       .waiting = sample.waiting});
    if (sample.webhook) samples.back().dropped.push_back({"given_up", sample.given_up});
  }
  return samples;
}

}  // namespace roomtone::app
