#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "delivery/address_rules.hpp"
#include "delivery/alertmanager_body.hpp"
#include "delivery/alertmanager_schedule.hpp"
#include "delivery/http_url.hpp"
#include "delivery/signing_key.hpp"
#include "delivery/webhook_schedule.hpp"
#include "model/alert.hpp"
#include "model/alert_digest.hpp"

namespace roomtone::delivery {

struct AlertmanagerTarget {
  HttpUrl url;                         // below it is /api/v2/alerts
  std::string authorization = {};      // value of that header, a secret; empty: none
  std::filesystem::path ca_file = {};  // empty: the system's
  AlertmanagerText text = {};
  AlertmanagerPace pace = {};
  std::chrono::milliseconds time = std::chrono::seconds(5);  // of one request
};

struct WebhookTarget {
  std::string name;
  HttpUrl url;
  SigningKey key;
  std::vector<Network> allow_networks = {};
  std::filesystem::path ca_file = {};  // empty: the system's
  std::string instance = {};
  std::string external_url = {};
  WebhookPace pace = {};
  std::chrono::milliseconds time = std::chrono::seconds(5);
};

struct DeliveryOptions {
  std::vector<AlertmanagerTarget> alertmanagers;
  std::vector<WebhookTarget> webhooks;
  std::size_t pending_max = 20'000;  // alerts handed over and not taken up yet; further ones are dropped and counted
};

/// How it stands with one receiver.
struct DeliverySample {
  bool webhook = false;  // otherwise an Alertmanager
  std::string name;      // the webhook's name, the Alertmanager's host and port
  uint64_t accepted = 0;
  uint64_t refused = 0;
  uint64_t failed = 0;
  uint64_t waiting = 0;   // messages for a webhook, alerts held for an Alertmanager
  uint64_t dropped = 0;   // no room
  uint64_t given_up = 0;  // too old to be sent
};

/// Tells Alertmanagers and webhooks of alerts. Holds nothing durable: its owner hands it the stored states at the
/// start, and every newer one as it is committed. One that is down delays no other: each has its own schedule, its own
/// connections and its own back-off.
class Deliverer {
 public:
  /// Reads certificates; connects to nobody yet. `clock` and `log` outlive it.
  [[nodiscard]] static Result<std::unique_ptr<Deliverer>> open(DeliveryOptions options, const Clock& clock, Log& log);
  ~Deliverer();

  /// The newest states, of these alerts only, with `starts` and `changed` set; never waits for anybody. Any thread. Of
  /// an alert whose last state has not been taken up yet the newer one is kept.
  void update(std::vector<Alert> alerts);

  /// A digest of alerts that were held back. Of those that have not been taken up yet the newest ones are kept. Any
  /// thread.
  void tell(AlertDigest digest);

  /// Delivers until `stop` is requested. Once, on one thread. What is not through by then is not waited for.
  void run(std::stop_token stop);

  /// Any thread.
  [[nodiscard]] std::vector<DeliverySample> samples() const;

 private:
  class Desk;
  explicit Deliverer(std::unique_ptr<Desk> desk);
  std::unique_ptr<Desk> desk_;
};

}  // namespace roomtone::delivery
