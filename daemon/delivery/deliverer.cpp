#include "delivery/deliverer.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <map>
#include <mutex>
#include <utility>

#include "delivery/alertmanager_receiver.hpp"
#include "delivery/http_client.hpp"
#include "delivery/webhook_receiver.hpp"
#include "net/tls.hpp"

namespace roomtone::delivery {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kAlertsPath = "/api/v2/alerts";
constexpr std::size_t kDigestsPending = 8;
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

/// A receiver with the way to it. Its counters are read by any thread, the rest is the deliverer's.
struct Target {
  Target(asio::io_context& io, asio::ssl::context tls, HttpUrl url, HttpClient::Options http,
         std::unique_ptr<Receiver> who, bool is_webhook, std::string its_name)
      : trusted(std::move(tls)),
        client(io, trusted, std::move(url), std::move(http)),
        receiver(std::move(who)),
        woken(io),
        webhook(is_webhook),
        name(std::move(its_name)) {}

  asio::ssl::context trusted;
  HttpClient client;
  std::unique_ptr<Receiver> receiver;
  asio::steady_timer woken;
  const bool webhook;
  const std::string name;
  unsigned failures = 0;  // in a row

  std::array<std::atomic<uint64_t>, kSendOutcomeNames.size()> outcomes{};
  std::atomic<uint64_t> waiting{0};
  std::atomic<uint64_t> dropped{0};
  std::atomic<uint64_t> given_up{0};

  void show() {
    const Receiver::Held held = receiver->held();
    waiting.store(held.waiting, std::memory_order_relaxed);
    dropped.store(held.dropped, std::memory_order_relaxed);
    given_up.store(held.given_up, std::memory_order_relaxed);
  }
};

}  // namespace

class Deliverer::Desk {
 public:
  Desk(std::size_t pending_max, const Clock& clock, Log& log) : pending_max_(pending_max), clock_(clock), log_(log) {}

  Result<void> add(DeliveryOptions options) {
    for (AlertmanagerTarget& one : options.alertmanagers) {
      auto trusted = net::trust(one.ca_file);
      if (!trusted) return tl::unexpected(std::move(trusted.error()));
      std::string name = one.url.authority();
      auto receiver = std::make_unique<AlertmanagerReceiver>(one.url.below(kAlertsPath), std::move(one.authorization),
                                                             std::move(one.text), one.pace);
      targets_.push_back(std::make_unique<Target>(io_, std::move(*trusted), std::move(one.url),
                                                  HttpClient::Options{.time = one.time}, std::move(receiver), false,
                                                  std::move(name)));
    }
    for (WebhookTarget& one : options.webhooks) {
      auto trusted = net::trust(one.ca_file);
      if (!trusted) return tl::unexpected(std::move(trusted.error()));
      WebhookSchedule schedule(one.pace, std::move(one.instance), std::move(one.external_url));
      auto receiver = std::make_unique<WebhookReceiver>(one.url.target, std::move(one.key), std::move(schedule));
      HttpClient::Options http{.time = one.time, .rules = AddressRules(std::move(one.allow_networks))};
      targets_.push_back(std::make_unique<Target>(io_, std::move(*trusted), std::move(one.url), std::move(http),
                                                  std::move(receiver), true, std::move(one.name)));
    }
    return {};
  }

  void update(std::vector<Alert> alerts) {
    const std::lock_guard lock(mutex_);
    for (Alert& alert : alerts) {
      const auto known = pending_.find(alert.id);
      if (known != pending_.end()) {
        known->second = std::make_shared<const Alert>(std::move(alert));
      } else if (pending_.size() < pending_max_) {
        std::string id = alert.id;
        pending_.emplace(std::move(id), std::make_shared<const Alert>(std::move(alert)));
      } else {
        pending_dropped_.fetch_add(1, std::memory_order_relaxed);
      }
    }
    wake();
  }

  void tell(AlertDigest digest) {
    const std::lock_guard lock(mutex_);
    if (digests_.size() == kDigestsPending) digests_.erase(digests_.begin());
    digests_.push_back(std::make_shared<const AlertDigest>(std::move(digest)));
    wake();
  }

  void run(const std::stop_token& stop) {
    for (const auto& target : targets_) {
      asio::co_spawn(io_, deliver(*target), [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
      });
    }
    const std::stop_callback stopper(stop, [this] { io_.stop(); });
    if (!stop.stop_requested()) io_.run();
  }

  [[nodiscard]] std::vector<DeliverySample> samples() const {
    std::vector<DeliverySample> samples;
    const auto count = [](const std::atomic<uint64_t>& counter) { return counter.load(std::memory_order_relaxed); };
    for (const auto& target : targets_) {
      samples.push_back({.webhook = target->webhook,
                         .name = target->name,
                         .accepted = count(target->outcomes[0]),
                         .refused = count(target->outcomes[1]),
                         .failed = count(target->outcomes[2]),
                         .waiting = count(target->waiting),
                         .dropped = count(target->dropped) + count(pending_dropped_),
                         .given_up = count(target->given_up)});
    }
    return samples;
  }

 private:
  /// With the mutex held.
  void wake() {
    if ((pending_.empty() && digests_.empty()) || told_) return;
    told_ = true;
    asio::post(io_, [this] { take_up(); });
  }

  void take_up() {
    std::vector<AlertPtr> alerts;
    std::vector<DigestPtr> digests;
    {
      const std::lock_guard lock(mutex_);
      for (auto& [id, alert] : pending_) alerts.push_back(std::move(alert));
      pending_.clear();
      digests = std::exchange(digests_, {});
      told_ = false;
    }
    std::ranges::stable_sort(alerts, {}, [](const AlertPtr& alert) { return alert->changed; });
    for (const auto& target : targets_) {
      for (const AlertPtr& alert : alerts) target->receiver->update(alert, clock_.mono(), clock_.wall());
      for (const DigestPtr& digest : digests) target->receiver->tell(digest, clock_.mono(), clock_.wall());
      target->show();
      target->woken.cancel();
    }
  }

  asio::awaitable<void> deliver(Target& target) {
    for (;;) {
      auto request = target.receiver->take(clock_.mono(), clock_.wall());
      target.show();
      if (!request) {
        target.woken.expires_at(target.receiver->next().value_or(Mono::max()));
        co_await target.woken.async_wait(kNoThrow);
        continue;
      }
      const auto answer = co_await target.client.exchange(std::move(*request));
      const SendOutcome outcome = answer ? target.receiver->outcome_of(answer->status) : SendOutcome::failed;
      target.receiver->done(outcome, clock_.mono());
      target.outcomes[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed);
      tell(target, outcome, answer);
    }
  }

  /// What an operator should know. Of a receiver that stays away once; what it answers is its own text and not shown.
  void tell(Target& target, SendOutcome outcome, const Result<HttpAnswer>& answer) {
    const char* kind = target.webhook ? "webhook" : "alertmanager";
    const std::string why = answer ? "answered " + std::to_string(answer->status) : answer.error().context;
    switch (outcome) {
      case SendOutcome::accepted:
        if (target.failures > 0)
          log_.info("alerts are delivered again", {{kind, target.name}, {"failures", target.failures}});
        target.failures = 0;
        break;
      case SendOutcome::refused: log_.warning("alerts refused", {{kind, target.name}, {"error", why}}); break;
      case SendOutcome::failed:
        if (++target.failures == 1)
          log_.warning("alerts not delivered, trying on", {{kind, target.name}, {"error", why}});
        break;
    }
  }

  const std::size_t pending_max_;
  const Clock& clock_;
  Log& log_;
  asio::io_context io_{1};
  std::vector<std::unique_ptr<Target>> targets_;
  std::mutex mutex_;
  std::map<std::string, AlertPtr> pending_;  // guarded by mutex_, by id
  std::vector<DigestPtr> digests_;           // guarded by mutex_, at most kDigestsPending
  bool told_ = false;                        // guarded by mutex_: take_up() is on its way
  std::atomic<uint64_t> pending_dropped_{0};
};

Deliverer::Deliverer(std::unique_ptr<Desk> desk) : desk_(std::move(desk)) {}
Deliverer::~Deliverer() = default;

Result<std::unique_ptr<Deliverer>> Deliverer::open(DeliveryOptions options, const Clock& clock, Log& log) {
  auto desk = std::make_unique<Desk>(options.pending_max, clock, log);
  if (auto added = desk->add(std::move(options)); !added) return tl::unexpected(std::move(added.error()));
  return std::unique_ptr<Deliverer>(new Deliverer(std::move(desk)));
}

void Deliverer::update(std::vector<Alert> alerts) { desk_->update(std::move(alerts)); }
void Deliverer::tell(AlertDigest digest) { desk_->tell(std::move(digest)); }
void Deliverer::run(std::stop_token stop) { desk_->run(stop); }
std::vector<DeliverySample> Deliverer::samples() const { return desk_->samples(); }

}  // namespace roomtone::delivery
