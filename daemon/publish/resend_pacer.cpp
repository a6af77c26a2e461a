#include "publish/resend_pacer.hpp"

#include <utility>

namespace roomtone::publish {

bool ResendPacer::ask(std::string_view key, Mono now) {
  if (const auto at = asked_for_.find(key); at != asked_for_.end()) {
    at->second = true;
    return false;
  }
  pause(std::string(key), now);
  return true;
}

std::vector<std::string> ResendPacer::take_due(Mono now) {
  std::vector<std::string> due;
  while (!pauses_.empty() && pauses_.front().until <= now) {
    std::string key = std::move(pauses_.front().key);
    pauses_.pop_front();
    const auto at = asked_for_.find(key);
    const bool asked = at->second;
    asked_for_.erase(at);
    if (!asked) continue;
    due.push_back(key);
    pause(std::move(key), now);
  }
  return due;
}

std::optional<Mono> ResendPacer::next_due() const {
  if (pauses_.empty()) return std::nullopt;
  return pauses_.front().until;
}

void ResendPacer::pause(std::string key, Mono now) {
  asked_for_.emplace(key, false);
  pauses_.push_back({now + kResendPause, std::move(key)});
}

}  // namespace roomtone::publish
