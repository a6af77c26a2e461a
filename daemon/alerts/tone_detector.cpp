#include "alerts/tone_detector.hpp"

#include <algorithm>

#include "alerts/elementary.hpp"

namespace roomtone::alerts {
namespace {

constexpr SoughtShifts kShifts{.size = {0.1, 0.2, 0.4}, .weight = {0.45, 0.35, 0.2}};
constexpr double kMessagesMax = 200'000;  // of which the spread is remembered
constexpr double kVarianceMin = 1e-4;     // a room of one bot that always says the same has none at all
constexpr double kStale = 1.5;            // times the variance of the mean of all, that a level is known with
constexpr double kAgree = 4;              // variances, so two standard errors
constexpr double kMicro = 1e-6;
constexpr double kFadeMax_s = 3600;  // after so long nothing is left of a burst

}  // namespace

std::optional<ToneShift> ToneDetector::step(const Slice& slice, double mean_run_s, WanderPool& pool) {
  if (slice.scored <= 0) return std::nullopt;
  const bool begun = last_ != INT64_MIN;
  if (begun && slice.second <= last_) return std::nullopt;
  if (!begun) first_ = slice.second;
  const double seconds = begun ? static_cast<double>(slice.second - last_) : 1;
  last_ = slice.second;

  const double variance = std::max(kVarianceMin, message_variance());
  const double n = static_cast<double>(slice.scored);
  const double sum = static_cast<double>(slice.valence_micro_sum) * kMicro;
  const double squares = static_cast<double>(slice.valence_sq_micro_sum) * kMicro;
  wander_.pass(slice.second, variance, pool);
  wander_.add(n, sum);

  const double fade = exponential(-std::min(seconds, kFadeMax_s) / kBurstMemory_s);
  filter_.pass(seconds, fade, wander_.rest());
  mixture_.pass(fade);
  if (wander_.rest().wander_variance <= 0 && pool.still()) settle(variance);
  const double before = filter_.level();
  const Surprise surprise = filter_.take(n, sum / n, variance, wander_.rest());
  const bool alarm = mixture_.weigh(surprise, seconds, kShifts, mean_run_s);

  // Each message's distance from the level before and after it (Welford 1962): unbiased although the level follows.
  const double after = filter_.level();
  heard_ += n;
  heard_sum_ += sum;
  if (heard_ > kMessagesMax) {
    heard_sum_ *= kMessagesMax / heard_;
    heard_ = kMessagesMax;
  }
  messages_ += n;
  squares_ += squares - (before + after) * sum + before * after * n;
  if (messages_ > kMessagesMax) {
    squares_ *= kMessagesMax / messages_;
    messages_ = kMessagesMax;
  }
  if (!alarm) return std::nullopt;

  const double shift = mixture_.shift(kShifts);
  mixture_.clear();
  heard_ = heard_sum_ = 0;
  wander_.forget_recent();
  if (learning(slice.second)) return std::nullopt;  // it was the guess at the beginning that was off
  filter_.jump(shift);
  return ToneShift{.second = slice.second, .before = before, .after = filter_.level()};
}

/// Rooms are taken for restless until they have shown that they only scatter, and a restless room's level is known from
/// its newest messages alone. Once it turns out that there was no wandering, all that was heard since the beginning
/// tells of the level, unless that contradicts what is known of it now. The evidence for a shift is left as it is: each
/// slice was weighed against what was expected of it then.
void ToneDetector::settle(double variance) {
  if (heard_ <= 0 || filter_.level_variance() <= kStale * variance / heard_) return;
  const double mean = heard_sum_ / heard_;
  const double off = mean - filter_.level();
  if (off * off > kAgree * filter_.level_variance()) return;
  filter_.settle(mean, variance / heard_);
}

void ToneDetector::relearn_spread(double messages, double variance) {
  messages_ = std::min(messages_, messages);
  squares_ = messages_ * variance;
}

void ToneDetector::encode(ByteWriter& out) const {
  filter_.encode(out);
  mixture_.encode(out);
  wander_.encode(out);
  put(out, messages_);
  put(out, squares_);
  put(out, first_);
  put(out, last_);
  put(out, heard_);
  put(out, heard_sum_);
}

bool ToneDetector::decode(ByteReader& in, bool whole) {
  const bool good = filter_.decode(in) && mixture_.decode(in) && wander_.decode(in) && get(in, messages_) &&
                    get(in, squares_) && get(in, first_) && get(in, last_) && within(messages_, 1, kMessagesMax) &&
                    within(squares_, -kMessagesMax, 4 * kMessagesMax) && first_ >= 0 && first_ <= kNever &&
                    is_second(last_);
  if (!good || !whole) return good;
  return get(in, heard_) && get(in, heard_sum_) && within(heard_, 0, kMessagesMax) &&
         within(heard_sum_, -heard_ - 1e-3, heard_ + 1e-3);
}

}  // namespace roomtone::alerts
