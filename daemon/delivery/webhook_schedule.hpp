#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "delivery/alertmanager_body.hpp"
#include "delivery/send_outcome.hpp"
#include "delivery/webhook_event.hpp"

namespace roomtone::delivery {

struct WebhookPace {
  std::chrono::milliseconds retry_min = std::chrono::seconds(1);  // after a failure; doubles up to
  std::chrono::milliseconds retry_max = std::chrono::minutes(5);
  std::chrono::milliseconds give_up_after = std::chrono::hours(1);  // of one message, since it was made
  std::chrono::milliseconds cleared_age_max = std::chrono::minutes(5);
  std::size_t events_max = 1000;  // waiting, at least 2, about 2 KiB each; beyond it the oldest is dropped and counted
  std::size_t alerts_max = 10'000;  // known as raised or just cleared; further ones are dropped and counted
};

/// What one webhook has yet to be told, in order, and when. Time comes from arguments only; no I/O, not thread-safe.
///
/// An alert that begins and one that ends is a message each; changes between are not. One request is under way at a
/// time; after a failed one the same message is sent again, and those behind it wait, until it has got through, was
/// refused, or has become too old.
class WebhookSchedule {
 public:
  WebhookSchedule(WebhookPace pace, std::string instance, std::string external_url)
      : pace_(pace), instance_(std::move(instance)), external_url_(std::move(external_url)), retry_(pace.retry_min) {}

  /// The newest state of an alert. One that was over before it was ever heard of here, as after a restart, is told of
  /// only within cleared_age_max of `changed`.
  void update(const AlertPtr& alert, Mono now, Instant wall);

  /// A digest of alerts that were held back: one message.
  void tell(const AlertDigest& digest, Mono now, Instant wall);

  /// When to call take(); nothing: not before an update or done().
  [[nodiscard]] std::optional<Mono> next() const;

  /// The message to send now. When there is one, done() has to come before the next take().
  [[nodiscard]] std::optional<WebhookEvent> take(Mono now);

  /// What came of it.
  void done(SendOutcome outcome, Mono now);

  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  [[nodiscard]] uint64_t dropped() const { return dropped_; }    // no room
  [[nodiscard]] uint64_t given_up() const { return given_up_; }  // too old

 private:
  void push(WebhookEvent event, Mono now);

  struct Waiting {
    WebhookEvent event;
    Mono made;
  };
  struct Known {
    bool cleared = false;
    Mono forget = Mono::max();  // once cleared
  };

  const WebhookPace pace_;
  const std::string instance_;
  const std::string external_url_;
  std::deque<Waiting> waiting_;
  std::map<std::string, Known> alerts_;  // by id
  bool under_way_ = false;
  Mono not_before_{};
  std::chrono::milliseconds retry_;
  uint64_t dropped_ = 0;
  uint64_t given_up_ = 0;
};

}  // namespace roomtone::delivery
