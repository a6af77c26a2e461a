#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "delivery/alertmanager_body.hpp"
#include "delivery/send_outcome.hpp"

namespace roomtone::delivery {

struct AlertmanagerPace {
  std::chrono::milliseconds resend = std::chrono::seconds(30);  // a firing alert again
  std::chrono::milliseconds gather = std::chrono::seconds(5);   // what is due within so long comes along
  std::chrono::milliseconds repeat_resolved = std::chrono::minutes(5);
  std::chrono::milliseconds retry_min = std::chrono::seconds(1);  // after a failure; doubles up to
  std::chrono::milliseconds retry_max = std::chrono::seconds(30);
  std::size_t alerts_max = 10'000;    // held; further ones are dropped and counted
  std::size_t alerts_per_post = 256;  // about 400 KiB

  /// How far ahead the `endsAt` of a firing alert lies: three resends may be lost.
  [[nodiscard]] std::chrono::milliseconds ends_ahead() const { return 4 * resend; }
};

/// What one Alertmanager has yet to be told, and when. Time comes from arguments only; no I/O, not thread-safe.
///
/// - A new state is due at once; one that is firing (or `unknown`: too little is heard to take it back) again every
///   `resend`; one that is resolved likewise, for `repeat_resolved` after it was learnt, and is forgotten then. So an
///   Alertmanager that was restarted, or has lost what it was told, hears of it.
/// - Of alerts with the same labels Alertmanager knows one only: the one that began last is told of, here as there.
/// - One request is under way at a time. After a failed one the peer is left alone, for longer each time; what is due
///   meanwhile waits and is told in its newest state.
class AlertmanagerSchedule {
 public:
  AlertmanagerSchedule(AlertmanagerPace pace, std::string instance)
      : pace_(pace), instance_(std::move(instance)), retry_(pace.retry_min) {}

  /// The newest state of an alert. One that was over before it was ever heard of here, as after a restart, is told of
  /// only for what is left of `repeat_resolved` since `changed`.
  void update(const AlertPtr& alert, Mono now, Instant wall);

  /// When to call take(); nothing: not before an update or done(). At that moment some alerts may just be forgotten.
  [[nodiscard]] std::optional<Mono> next() const;

  /// What to send now, at most alerts_per_post, those that have waited longest first. When there is something, done()
  /// has to come before the next take().
  [[nodiscard]] std::vector<AlertPtr> take(Mono now);

  /// What came of it.
  void done(SendOutcome outcome, Mono now);

  [[nodiscard]] std::size_t size() const { return alerts_.size(); }
  [[nodiscard]] uint64_t dropped() const { return dropped_; }

 private:
  struct Entry {
    AlertPtr alert;
    std::string identity;
    Mono due{};
    Mono forget = Mono::max();  // once resolved
    bool sent_now = false;      // under way in this very state
  };
  using Alerts = std::map<std::string, Entry>;  // by id
  void forget_what_is_over(Mono now);
  [[nodiscard]] bool make_room(bool for_one_that_is_over);
  void erase(Alerts::iterator at);

  const AlertmanagerPace pace_;
  const std::string instance_;
  Alerts alerts_;
  std::map<std::string, std::string> holders_;  // labels -> id
  bool under_way_ = false;
  Mono not_before_{};
  std::chrono::milliseconds retry_;
  uint64_t dropped_ = 0;
};

}  // namespace roomtone::delivery
