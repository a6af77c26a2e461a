#include "delivery/webhook_schedule.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace roomtone::delivery {

void WebhookSchedule::update(const AlertPtr& alert, Mono now, Instant wall) {
  std::erase_if(alerts_, [now](const auto& entry) { return entry.second.forget <= now; });
  const bool over = alert->state == AlertState::resolved;
  const Mono forget = over ? now + 2 * pace_.cleared_age_max : Mono::max();
  if (const auto known = alerts_.find(alert->id); known != alerts_.end()) {
    if (!over || known->second.cleared) return;
    known->second = {true, forget};
  } else {
    if (over && wall - alert->changed >= pace_.cleared_age_max) return;
    if (alerts_.size() >= pace_.alerts_max) {
      ++dropped_;
      return;
    }
    alerts_.emplace(alert->id, Known{over, forget});
  }
  push(webhook_event(*alert, instance_, wall, external_url_), now);
}

void WebhookSchedule::tell(const AlertDigest& digest, Mono now, Instant wall) {
  push(webhook_event(digest, instance_, wall), now);
}

void WebhookSchedule::push(WebhookEvent event, Mono now) {
  if (waiting_.size() >= pace_.events_max) {
    // Not the one that is under way: it may have arrived already.
    waiting_.erase(waiting_.begin() + (under_way_ ? 1 : 0));
    ++dropped_;
  }
  waiting_.push_back({std::move(event), now});
}

std::optional<Mono> WebhookSchedule::next() const {
  if (under_way_ || waiting_.empty()) return std::nullopt;
  return std::max(waiting_.front().made, not_before_);
}

std::optional<WebhookEvent> WebhookSchedule::take(Mono now) {
  ROOMTONE_ASSERT(!under_way_);
  while (!waiting_.empty() && now - waiting_.front().made >= pace_.give_up_after) {
    waiting_.pop_front();
    ++given_up_;
  }
  const auto first = next();
  if (!first || *first > now) return std::nullopt;
  under_way_ = true;
  return waiting_.front().event;
}

void WebhookSchedule::done(SendOutcome outcome, Mono now) {
  ROOMTONE_ASSERT(under_way_);
  under_way_ = false;
  if (outcome == SendOutcome::failed) {
    not_before_ = now + retry_;
    retry_ = std::min(retry_ * 2, pace_.retry_max);
    return;
  }
  waiting_.pop_front();
  retry_ = pace_.retry_min;
}

}  // namespace roomtone::delivery
