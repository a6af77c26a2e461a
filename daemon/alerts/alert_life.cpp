#include "alerts/alert_life.hpp"

#include <algorithm>
#include <chrono>

#include "alerts/alert_bytes.hpp"
#include "alerts/state_bytes.hpp"
#include "base/assert.hpp"

namespace roomtone::alerts {
namespace {

constexpr double kBackByLevel = 0.25;   // of the way, that may be left when the level has come back by itself
constexpr double kBackByFinding = 0.4;  // likewise, when a detector says so: it knows more than a level shows
constexpr double kBeyond = -0.5;        // so far past the former level is a shift of its own
constexpr int64_t kWait_s = 1800;       // for enough to be heard; what took longer is no news

/// For how long a level has to be back. A volume's level is a row, so that takes two of them; a voice that speaks and a
/// source that brings something are back soon; after a restart it takes a moment until
/// all is known again.
int64_t back_for(AlertKind kind) {
  switch (kind) {
    case AlertKind::volume_spike:
    case AlertKind::volume_drop:
    case AlertKind::divergence: return kRow_s;
    case AlertKind::voice_silent:
    case AlertKind::source_blind: return 10;
    default: return 60;
  }
}

/// For how long a finding has to stand before it is told. A mean that moves far lies far from the level until that has
/// followed; then a spread that was none is back. Of a hundred windows a few diverge by chance.
int64_t patience(AlertKind kind) {
  if (kind == AlertKind::polarised) return 60;
  return kind == AlertKind::divergence ? 900 : 0;
}

Instant at(int64_t second) { return Instant{std::chrono::seconds(second)}; }

}  // namespace

/// 0 at the level before the alert, 1 at the level after.
double AlertLife::way_gone(double level) const {
  const double way = after_ - before_;
  return way == 0 ? 0 : (level - before_) / way;
}

bool AlertLife::ripe(int64_t second, const AlertRules& rules) const {
  return waiting_ && !open_ && second > waiting_->second + patience(kind_) &&
         (alert_.id.empty() || second >= since_ + rules.cool_down_s);
}

bool AlertLife::over(int64_t second, const AlertRules& rules) const {
  return !open_ && !waiting_ && (alert_.id.empty() || second >= since_ + rules.cool_down_s);
}

bool AlertLife::find(const Finding& finding) {
  if (!open_) {
    if (!waiting_) {
      waiting_ = finding;
      return false;
    }
    // Back to where it was before anybody was told: nothing has happened.
    const double way = waiting_->after - waiting_->before;
    if ((finding.after - waiting_->before) * (way > 0 ? 1 : -1) <= kBackByFinding * std::abs(way))
      waiting_.reset();
    else
      waiting_->after = finding.after;
    return false;
  }
  const double gone = way_gone(finding.after);
  if (gone <= kBackByFinding) {
    const double normal = before_;
    resolve(finding.second);
    if (gone < kBeyond) waiting_ = Finding{kind_, normal, finding.after, finding.second};
    return true;
  }
  if (gone <= 1) return false;  // on its way, or settling
  after_ = finding.after;
  since_ = finding.second;
  back_since_ = kNever;
  if (kind_ != AlertKind::tone_shift) return false;  // what is told of it stays as it was
  alert_.changed = std::max(alert_.changed, at(finding.second));
  alert_.tone_now = finding.after;
  alert_.ci_low.reset();
  alert_.ci_high.reset();
  return true;
}

bool AlertLife::look(int64_t second, double level, bool blind, const AlertRules& rules) {
  const int64_t passed = std::max<int64_t>(0, second - looked_);
  looked_ = std::max(looked_, second);
  if (blind && kind_ != AlertKind::source_blind) {
    since_ += passed;
    if (waiting_) waiting_->second += passed;
    back_since_ = kNever;
    if (!open_ || alert_.state == AlertState::unknown) return false;
    alert_.state = AlertState::unknown;
    alert_.changed = std::max(alert_.changed, at(second));
    return true;
  }
  if (!open_) {
    if (!waiting_) return false;
    const double way = waiting_->after - waiting_->before;
    const double gone = way == 0 ? 0 : (level - waiting_->before) / way;
    const int64_t asked = std::max(waiting_->second, alert_.id.empty() ? 0 : since_ + rules.cool_down_s);
    if (gone <= kBackByLevel || (second > asked + kWait_s && !is_condition(kind_))) waiting_.reset();
    return false;
  }
  bool changed = false;
  if (alert_.state == AlertState::unknown) {
    alert_.state = AlertState::firing;
    alert_.changed = std::max(alert_.changed, at(second));
    changed = true;
  }
  if (way_gone(level) > kBackByLevel)
    back_since_ = kNever;
  else
    back_since_ = std::min(back_since_, second);
  const bool back = back_since_ != kNever && second >= back_since_ + back_for(kind_);
  const bool normal = !is_condition(kind_) && second >= since_ + rules.hold_s;
  if (!back && !normal) return changed;
  resolve(second);
  return true;
}

void AlertLife::pass_over(int64_t seconds) {
  since_ += seconds;
  looked_ += seconds;
  if (waiting_) waiting_->second += seconds;
  if (back_since_ != kNever) back_since_ += seconds;
}

void AlertLife::raise(Alert alert, int64_t second) {
  ROOMTONE_ASSERT(waiting_ && !open_);
  alert_ = std::move(alert);
  alert_.kind = kind_;
  alert_.state = AlertState::firing;
  alert_.up = waiting_->up();
  alert_.starts = at(waiting_->second);
  alert_.ends = kNoInstant;
  alert_.changed = at(second);
  before_ = waiting_->before;
  after_ = waiting_->after;
  followed_ = after_;
  since_ = second;
  back_since_ = kNever;
  looked_ = second;
  open_ = true;
  waiting_.reset();
}

void AlertLife::resolve(int64_t second) {
  ROOMTONE_ASSERT(open_);
  open_ = false;
  since_ = second;
  alert_.state = AlertState::resolved;
  alert_.ends = alert_.changed = std::max(alert_.changed, at(second));
}

bool AlertLife::join(std::string_view community, int64_t second) {
  ROOMTONE_ASSERT(open_);
  auto& known = alert_.communities;
  if (known.size() >= kAlertWordsMax || std::ranges::find(known, community) != known.end()) return false;
  known.emplace_back(community);
  alert_.changed = std::max(alert_.changed, at(second));
  return true;
}

void AlertLife::encode(ByteWriter& out) const {
  out.u8(static_cast<uint8_t>(kind_));
  out.u8(static_cast<uint8_t>(open_ | !alert_.id.empty() << 1 | waiting_.has_value() << 2));
  if (!alert_.id.empty()) {
    encode_alert(alert_, out);
    for (const double v : {before_, after_, followed_}) put(out, v);
    put(out, since_);
    put(out, back_since_);
  }
  if (waiting_) {
    put(out, waiting_->before);
    put(out, waiting_->after);
    put(out, waiting_->second);
  }
  put(out, looked_);
}

bool AlertLife::decode(ByteReader& in, uint8_t version) {
  const uint8_t kind = in.u8();
  const uint8_t flags = in.u8();
  if (kind >= kAlertKindNames.size() || flags > 7) return false;
  kind_ = static_cast<AlertKind>(kind);
  open_ = (flags & 1) != 0;
  if (open_ && (flags & 2) == 0) return false;
  if ((flags & 2) != 0) {
    if (!decode_alert(in, alert_, version) || alert_.id.empty() || alert_.kind != kind_) return false;
    if (open_ != (alert_.state != AlertState::resolved)) return false;
    if (!get(in, before_) || !get(in, after_) || !get(in, followed_) || !get(in, since_) || !get(in, back_since_))
      return false;
  }
  if ((flags & 4) != 0) {
    Finding& finding = waiting_.emplace();
    finding.kind = kind_;
    if (!get(in, finding.before) || !get(in, finding.after) || !get(in, finding.second)) return false;
    if (!is_second(finding.second)) return false;
  }
  return get(in, looked_) && is_second(looked_) && (alert_.id.empty() || is_second(since_)) &&
         (back_since_ == kNever || is_second(back_since_));
}

}  // namespace roomtone::alerts
