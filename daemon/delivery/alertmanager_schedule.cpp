#include "delivery/alertmanager_schedule.hpp"

#include <algorithm>
#include <iterator>

#include "base/assert.hpp"

namespace roomtone::delivery {
namespace {

std::string identity_of(const Alert& alert, const std::string& instance) {
  std::string identity;
  for (const auto& [name, value] : labels_of(alert, instance)) identity += name + '=' + value + '\n';
  return identity;
}

bool over(const Alert& alert) { return alert.state == AlertState::resolved; }

}  // namespace

void AlertmanagerSchedule::update(const AlertPtr& alert, Mono now, Instant wall) {
  forget_what_is_over(now);
  const std::string identity = identity_of(*alert, instance_);
  auto known = alerts_.find(alert->id);
  if (known != alerts_.end() && *known->second.alert == *alert) return;
  bool told_of = known != alerts_.end();
  // It has turned around: what was told under its old labels ends by itself.
  if (told_of && known->second.identity != identity) {
    erase(known);
    known = alerts_.end();
    told_of = false;
  }
  if (const auto holder = holders_.find(identity); holder != holders_.end() && holder->second != alert->id) {
    const auto twin = alerts_.find(holder->second);
    if (twin->second.alert->starts > alert->starts) return;
    told_of = !over(*twin->second.alert);
    erase(twin);
  }
  Mono forget = Mono::max();
  if (over(*alert)) {
    if (known != alerts_.end() && over(*known->second.alert)) {
      forget = known->second.forget;
    } else if (told_of) {
      forget = now + pace_.repeat_resolved;
    } else {
      // Event time may run ahead of this machine's: never longer than for one that was seen to end.
      const auto left =
          std::min<std::chrono::microseconds>(alert->changed + pace_.repeat_resolved - wall, pace_.repeat_resolved);
      if (left.count() <= 0) return;
      forget = now + left;
    }
  }
  if (known == alerts_.end() && !make_room(over(*alert))) return;
  alerts_[alert->id] = Entry{alert, identity, now, forget, false};
  holders_[identity] = alert->id;
}

/// Room for one more alert. One that is over says the least.
bool AlertmanagerSchedule::make_room(bool for_one_that_is_over) {
  if (alerts_.size() < pace_.alerts_max) return true;
  ++dropped_;
  if (for_one_that_is_over) return false;
  const auto spare = std::ranges::find_if(alerts_, [](const auto& entry) { return over(*entry.second.alert); });
  if (spare == alerts_.end()) return false;
  erase(spare);
  return true;
}

void AlertmanagerSchedule::erase(Alerts::iterator at) {
  holders_.erase(at->second.identity);
  alerts_.erase(at);
}

std::optional<Mono> AlertmanagerSchedule::next() const {
  if (under_way_ || alerts_.empty()) return std::nullopt;
  const auto first = std::ranges::min_element(alerts_, {}, [](const auto& entry) { return entry.second.due; });
  return std::max(first->second.due, not_before_);
}

std::vector<AlertPtr> AlertmanagerSchedule::take(Mono now) {
  ROOMTONE_ASSERT(!under_way_);
  forget_what_is_over(now);
  const auto first = next();
  if (!first || *first > now) return {};
  std::vector<Entry*> due;
  for (auto& [id, entry] : alerts_)
    if (entry.due <= now + pace_.gather) due.push_back(&entry);
  std::ranges::stable_sort(due, {}, &Entry::due);
  if (due.size() > pace_.alerts_per_post) due.resize(pace_.alerts_per_post);
  std::vector<AlertPtr> alerts;
  for (Entry* entry : due) {
    entry->sent_now = true;
    alerts.push_back(entry->alert);
  }
  under_way_ = true;
  return alerts;
}

void AlertmanagerSchedule::done(SendOutcome outcome, Mono now) {
  ROOMTONE_ASSERT(under_way_);
  under_way_ = false;
  // Of a refused request the peer has taken what is good in it, and the rest would be refused again.
  const bool failed = outcome == SendOutcome::failed;
  for (auto& [id, entry] : alerts_) {
    if (entry.sent_now && !failed) entry.due = now + pace_.resend;
    entry.sent_now = false;
  }
  if (failed) {
    not_before_ = now + retry_;
    retry_ = std::min(retry_ * 2, pace_.retry_max);
  } else {
    retry_ = pace_.retry_min;
  }
}

void AlertmanagerSchedule::forget_what_is_over(Mono now) {
  for (auto at = alerts_.begin(); at != alerts_.end();) {
    const auto next = std::next(at);
    if (at->second.forget <= now) erase(at);
    at = next;
  }
}

}  // namespace roomtone::delivery
