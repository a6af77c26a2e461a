#include "ingest/jetstream_progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace roomtone::ingest {
namespace {

constexpr std::string_view kHead = "jetstream 1 ";

/// Takes "name=value" up to the next space off the front. Nothing when another name stands there.
std::optional<std::string_view> take_field(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name) || text.size() <= name.size() || text[name.size()] != '=') return std::nullopt;
  text.remove_prefix(name.size() + 1);
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view value = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return value;
}

template <typename Number>
bool read_number(std::string_view digits, int base, Number& into) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into, base);
  return error == std::errc{} && end == digits.data() + digits.size();
}

}  // namespace

std::string encode(const JetstreamPosition& position) {
  std::string text = fmt::format("{}time_us={} host={} filter={:016x} events=", kHead, micros(position.time),
                                 position.host, position.filter);
  for (std::size_t i = 0; i < position.at_time.size(); ++i)
    fmt::format_to(std::back_inserter(text), "{}{:016x}", i == 0 ? "" : ",", position.at_time[i]);
  return text;
}

std::optional<JetstreamPosition> parse_jetstream_position(std::string_view text) {
  if (!text.starts_with(kHead)) return std::nullopt;
  text.remove_prefix(kHead.size());
  JetstreamPosition position;
  const auto time = take_field(text, "time_us");
  const auto host = take_field(text, "host");
  const auto filter = take_field(text, "filter");
  const auto events = take_field(text, "events");
  int64_t us = 0;
  if (!time || !host || !filter || !events || !text.empty() || !read_number(*time, 10, us) || us < kMicrosMin ||
      us > kMicrosMax || !read_number(*filter, 16, position.filter) || events->ends_with(','))
    return std::nullopt;
  position.time = instant_of_micros(us);
  position.host = *host;
  std::string_view left = *events;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(','), left.size());
    uint64_t event = 0;
    if (position.at_time.size() == kAtTimeMax || !read_number(left.substr(0, end), 16, event)) return std::nullopt;
    position.at_time.push_back(event);
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return position;
}

void RecentEvents::add(uint64_t event) {
  if (!known_.insert(event).second) return;
  if (ring_.size() < events_max_) {
    ring_.push_back(event);
    return;
  }
  known_.erase(ring_[next_]);
  ring_[next_] = event;
  next_ = (next_ + 1) % events_max_;
}

JetstreamProgress::JetstreamProgress(Options options, std::optional<JetstreamPosition> stored)
    : options_(options), recent_(options.recent_max) {
  if (!stored) return;
  position_ = std::move(*stored);
  restored_host_ = position_.host;
  restored_time_ = position_.time;
  for (const uint64_t event : position_.at_time) recent_.add(event);
}

std::optional<Instant> JetstreamProgress::connecting(const std::string& host, bool stalled, Instant now) {
  host_ = host;
  resumed_ = kNoInstant;
  reached_ = host != restored_host_;
  if (position_.time == kNoInstant) {
    if (begun_ != kNoInstant) return begun_;
    begun_ = now;
    return std::nullopt;
  }
  // Under another filter than the position's own, its newest event may rightly not come again.
  if (position_.filter == options_.filter) resumed_ = position_.time;
  const auto rewind = stalled || host != position_.host ? options_.rewind_other_host : options_.rewind;
  requested_ = std::max(position_.time - rewind, instant_of_micros(kMicrosMin));
  return requested_;
}

bool JetstreamProgress::had_before(const EventMark& mark) const {
  if (recent_.knows(mark.event)) return true;
  // What this run does not remember: a host sends in the order of its times, so what it sends before the place that the
  // store knew of was handed on before the restart.
  if (host_ != restored_host_) return false;
  return mark.time == kNoInstant ? !reached_ : mark.time < restored_time_;
}

JetstreamProgress::Judged JetstreamProgress::judge(const EventMark& mark, Instant now) {
  Judged judged;
  judged.repeat = had_before(mark);
  if (mark.time != kNoInstant) {
    if (mark.time >= restored_time_) reached_ = true;
    if (resumed_ != kNoInstant && !judged.repeat) {
      if (mark.time > resumed_) judged.gap = {resumed_, mark.time};
      if (mark.time < requested_) judged.gap = {resumed_, std::max(resumed_, now)};
    }
    resumed_ = kNoInstant;
  }
  recent_.add(mark.event);
  move(mark, now);
  return judged;
}

void JetstreamProgress::move(const EventMark& mark, Instant now) {
  if (mark.time == kNoInstant || mark.time < position_.time || mark.time > now + std::chrono::hours(24)) return;
  if (mark.time > position_.time || host_ != position_.host) {
    position_.time = mark.time;
    position_.host = host_;
    position_.filter = options_.filter;
    position_.at_time.clear();
  }
  if (std::ranges::find(position_.at_time, mark.event) != position_.at_time.end()) return;
  if (position_.at_time.size() == kAtTimeMax) position_.at_time.erase(position_.at_time.begin());
  position_.at_time.push_back(mark.event);
}

}  // namespace roomtone::ingest
