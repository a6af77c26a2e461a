#include "alerts/herald.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "alerts/alert_bytes.hpp"
#include "base/bytes.hpp"

namespace roomtone::alerts {
namespace {

constexpr uint8_t kVersion = 1;
constexpr std::chrono::minutes kWorthTelling{5};  // a digest, at the least

bool over(const Alert& alert) { return alert.state == AlertState::resolved; }

constexpr double kUnknownWeight = 3;

/// How much an alert is, of whatever kind: a shift of tone by a tenth counts as much as a doubling of the volume.
double weight_by_kind(const Alert& alert) {
  switch (alert.kind) {
    case AlertKind::source_blind: return 100;
    case AlertKind::tone_shift:
      return alert.tone_now && alert.tone_before ? 10 * std::abs(*alert.tone_now - *alert.tone_before) : kUnknownWeight;
    case AlertKind::volume_spike:
    case AlertKind::volume_drop:
      return alert.rate_now && alert.rate_before ? std::abs(std::log2((*alert.rate_now + 1) / (*alert.rate_before + 1)))
                                                 : kUnknownWeight;
    case AlertKind::polarised:
    case AlertKind::divergence: return 3;
    case AlertKind::voice_silent: return 2;
  }
  return 0;
}

/// Figures on disk may be anything; the order of a digest must not depend on what is no number.
double weight(const Alert& alert) {
  const double weight = weight_by_kind(alert);
  return std::isfinite(weight) ? weight : kUnknownWeight;
}

void put_alerts(ByteWriter& out, const std::vector<Alert>& alerts) {
  out.varint(alerts.size());
  for (const Alert& alert : alerts) encode_alert(alert, out);
}

bool get_alerts(ByteReader& in, std::vector<Alert>& alerts, std::size_t most) {
  const uint64_t count = in.varint();
  if (count > most) return false;
  for (uint64_t i = 0; i < count; ++i)
    if (!decode_alert(in, alerts.emplace_back(), kAlertBytes)) return false;
  return in.ok();
}

}  // namespace

Herald::Herald() : silences_(std::make_shared<const AlertSilences>()) {}

void Herald::set_silences(std::shared_ptr<const AlertSilences> silences) {
  if (silences == silences_) return;
  silences_ = std::move(silences);
  next_review_.reset();
}

void Herald::set_rules(const HeraldRules& rules) { rules_ = rules; }

void Herald::judge(Alert& alert, Instant wall) {
  alert.telling = find_silence(alert, wall) ? AlertTelling::silenced : decide(alert, wall);
  if (alert.telling == AlertTelling::silenced) ++counts_.silenced;
}

bool Herald::review(Alert& alert, Instant wall) {
  const AlertTelling before = alert.telling;
  const std::string by = alert.silenced_by;
  const bool silenced = find_silence(alert, wall);
  if (before == AlertTelling::silenced && !silenced) {
    alert.telling = decide(alert, wall);
  } else if (holds(alert) && silenced) {
    let_go(alert.id);
    alert.telling = AlertTelling::silenced;
    ++counts_.silenced;
  }
  return alert.telling != before || alert.silenced_by != by;
}

void Herald::reviewed(Instant wall) { next_review_ = silences_->next_end(wall).value_or(Instant::max()); }

bool Herald::find_silence(Alert& alert, Instant wall) const {
  const AlertSilence* const silence = silences_->covering(alert, wall);
  alert.silenced_by = silence == nullptr ? std::string() : silence->id;
  return silence != nullptr;
}

/// Of one that no silence covers and nobody was told of.
AlertTelling Herald::decide(const Alert& alert, Instant wall) {
  if (std::ranges::find(rules_.pass, alert.rule) != rules_.pass.end()) return AlertTelling::told;
  if (rules_.quiet.at(wall)) {
    ++counts_.quiet;
    Alert held = alert;
    held.telling = AlertTelling::quiet_hours;
    hold(held, wall);
    return held.telling;
  }
  if (rules_.budget == 0) return AlertTelling::told;
  // Nor what a clock that was put back has left in the future.
  std::erase_if(told_at_, [&](Instant at) { return at + rules_.budget_per <= wall || at > wall + rules_.budget_per; });
  if (told_at_.size() >= rules_.budget) {
    ++counts_.over_budget;
    Alert held = alert;
    held.telling = AlertTelling::over_budget;
    hold(held, wall);
    return held.telling;
  }
  told_at_.push_back(wall);
  changed_ = true;
  return AlertTelling::told;
}

void Herald::hold(const Alert& alert, Instant wall) {
  changed_ = true;
  if (held_since_ == kNoInstant) held_since_ = wall;
  if (held_.size() < kHeldMax) {
    held_.push_back(alert);
  } else {
    ++held_more_;
    if (alert.telling == AlertTelling::quiet_hours) ++held_more_quiet_;
  }
}

void Herald::let_go(const std::string& id) {
  if (std::erase_if(held_, [&](const Alert& held) { return held.id == id; }) == 0) return;
  changed_ = true;
  if (held_.empty() && held_more_ == 0) held_since_ = kNoInstant;
}

void Herald::note(const Alert& alert) {
  const auto held = std::ranges::find(held_, alert.id, &Alert::id);
  if (held == held_.end() || *held == alert) return;
  const AlertTelling why = held->telling;
  *held = alert;
  held->telling = why;
  changed_ = true;
}

bool Herald::digest_due(Instant wall) const {
  if (held_since_ == kNoInstant || rules_.quiet.at(wall)) return false;
  if (wall >= held_since_ + rules_.digest_every || held_more_quiet_ > 0) return true;
  return std::ranges::any_of(held_, [](const Alert& held) { return held.telling == AlertTelling::quiet_hours; });
}

std::optional<AlertDigest> Herald::take_digest(Instant wall) {
  AlertDigest digest;
  digest.id = "digest/" + std::to_string(std::chrono::floor<std::chrono::seconds>(wall.time_since_epoch()).count());
  digest.since = held_since_;
  digest.made = wall;
  digest.until = wall + std::max<std::chrono::seconds>(rules_.digest_every, kWorthTelling);
  digest.held = held_.size() + held_more_;
  digest.over = static_cast<uint64_t>(std::ranges::count_if(held_, over));
  digest.quiet =
      held_more_quiet_ + static_cast<uint64_t>(std::ranges::count(held_, AlertTelling::quiet_hours, &Alert::telling));
  const bool of_interest = digest.over < digest.held || digest.quiet < digest.held;
  std::ranges::stable_sort(held_, [](const Alert& a, const Alert& b) {
    return std::tuple(over(a), -weight(a), a.starts) < std::tuple(over(b), -weight(b), b.starts);
  });
  digest.worst = std::exchange(held_, {});
  if (digest.worst.size() > kDigestAlerts) digest.worst.resize(kDigestAlerts);
  for (Alert& alert : digest.worst) alert.telling = AlertTelling::in_digest;
  held_more_ = held_more_quiet_ = 0;
  held_since_ = kNoInstant;
  changed_ = true;
  if (!of_interest) return std::nullopt;
  ++counts_.digests;
  newest_ = digest;
  return digest;
}

std::optional<AlertDigest> Herald::newest_digest(Instant wall) const {
  return newest_ && wall < newest_->until ? newest_ : std::nullopt;
}

HeraldCounts Herald::counts() const {
  HeraldCounts counts = counts_;
  counts.waiting = held_.size() + held_more_;
  return counts;
}

std::string Herald::encode() {
  changed_ = false;
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(kVersion);
  out.varint(told_at_.size());
  for (const Instant at : told_at_) out.zigzag(micros(at));
  out.zigzag(micros(held_since_));
  out.varint(held_more_);
  out.varint(held_more_quiet_);
  put_alerts(out, held_);
  out.u8(newest_.has_value());
  if (newest_) {
    out.string(newest_->id);
    for (const Instant at : {newest_->since, newest_->made, newest_->until}) out.zigzag(micros(at));
    for (const uint64_t count : {newest_->held, newest_->over, newest_->quiet}) out.varint(count);
    put_alerts(out, newest_->worst);
  }
  return bytes;
}

bool Herald::decode(std::string_view bytes) {
  ByteReader in(bytes);
  Herald read;
  if (in.u8() != kVersion) return false;
  const uint64_t told = in.varint();
  if (told > kBudgetMax) return false;
  for (uint64_t i = 0; i < told && in.ok(); ++i) read.told_at_.push_back(instant_of_micros(in.zigzag()));
  read.held_since_ = instant_of_micros(in.zigzag());
  read.held_more_ = in.varint();
  read.held_more_quiet_ = in.varint();
  if (!get_alerts(in, read.held_, kHeldMax)) return false;
  if (in.u8() != 0) {
    AlertDigest& digest = read.newest_.emplace();
    digest.id = in.string();
    for (Instant* at : {&digest.since, &digest.made, &digest.until}) *at = instant_of_micros(in.zigzag());
    for (uint64_t* count : {&digest.held, &digest.over, &digest.quiet}) *count = in.varint();
    if (!get_alerts(in, digest.worst, kDigestAlerts)) return false;
  }
  if (!in.ok() || !in.at_end()) return false;
  // Times whose sums with the spans of the rules have no meaning are none that we have written.
  const auto possible = [](Instant at) { return at == kNoInstant || (micros(at) >= 0 && micros(at) <= kMicrosMax); };
  if (!std::ranges::all_of(read.told_at_, possible) || !possible(read.held_since_)) return false;
  const auto& digest = read.newest_;
  if (digest && (!possible(digest->since) || !possible(digest->made) || !possible(digest->until))) return false;
  if (read.held_since_ == kNoInstant && (!read.held_.empty() || read.held_more_ > 0)) return false;
  told_at_ = std::move(read.told_at_);
  held_ = std::move(read.held_);
  held_more_ = read.held_more_;
  held_more_quiet_ = read.held_more_quiet_;
  held_since_ = read.held_since_;
  newest_ = std::move(read.newest_);
  return true;
}

}  // namespace roomtone::alerts
