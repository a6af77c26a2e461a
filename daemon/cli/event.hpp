#pragma once

#include <cstdint>

#include "cli/phrases.hpp"
#include "cli/text_composer.hpp"

namespace roomtone::cli {

/// What kinds of events the network's own stream mixes.
enum class EventKind : uint8_t { post, like, repost, follow, unlike, block, profile, identity, account };
inline constexpr std::size_t kEventKinds = 9;

/// A post that others answer, like or repost. All that names it on the network follows from these numbers.
struct PostRef {
  uint64_t author = 0;
  uint64_t rkey = 0;  // a TID as a number
  uint64_t cid = 0;
};

/// One thing that happens. Reused from event to event.
struct Event {
  EventKind kind = EventKind::post;
  Activity activity = Activity::everyday;
  Tongue tongue = Tongue::en;
  MoodLabel mood = MoodLabel::neutral;  // as it was written, not as a scorer may judge it
  uint32_t topic = 0;                   // Activity::topic: which
  PostRef self;
  uint64_t rev = 0;        // a TID; grows from event to event, as rkeys do
  int64_t seen_us = 0;     // when the network had it
  int64_t created_us = 0;  // when its author says it was written, a little earlier
  bool lang_declared = true;
  bool reply = false;
  PostRef root;       // reply: the first post of the conversation
  PostRef parent;     // reply: what it answers; like and repost: the subject
  uint64_t dice = 0;  // for decoration by the writers, so that formats do not disturb each other
  ComposedText text;
};

/// Most posts are through in under a second; one in fifty was written on a bad connection.
[[nodiscard]] constexpr int64_t delay_us(uint64_t dice) {
  const uint32_t patience = static_cast<uint32_t>(dice) % 100;
  const uint32_t wait = static_cast<uint32_t>(dice >> 32);
  return patience < 80   ? 60'000 + wait % 640'000
         : patience < 98 ? 700'000 + wait % 1'800'000
                         : 2'500'000 + wait % 17'500'000;
}

/// From `low` at `begin` straight to `high` at `end`, level before and after.
[[nodiscard]] constexpr double ramp(double t, double begin, double end, double low, double high) {
  if (t <= begin) return low;
  if (t >= end) return high;
  return low + (high - low) * ((t - begin) / (end - begin));
}

}  // namespace roomtone::cli
