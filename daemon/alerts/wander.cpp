#include "alerts/wander.hpp"

#include <algorithm>
#include <cmath>

namespace roomtone::alerts {
namespace {

constexpr int64_t kShort_s = 300;
constexpr int64_t kLong_s = 3600;
constexpr double kDay_s = 86400;

// Two neighbouring blocks of 300 s differ by 0.562 of the variance of a burst with a memory of 60 s:
// 2 s^2 (t/T)^2 (T/t - 1 + e^(-T/t)) each, less (t/T)^2 (1 - e^(-T/t))^2 s^2 that they have in common, twice.
constexpr double kShortShare = 0.562;
constexpr double kLongShare = 0.065;  // the same for blocks of 3,600 s

// A difference of a very busy room says no more than its own size does: the least variance that is counted with.
constexpr double kShortFloor = 0.0003;
constexpr double kLongFloor = 0.0001;
constexpr double kClip = 9;  // a difference counts as three standard deviations at most

// Before anything is known: a burst variance of 0.0016 and a wander of 0.06 in a day's half hour, with the weight of a
// few blocks of a room at 0.1 messages/s, fading within two hours.
constexpr double kAssumedBurst = 0.0009;
constexpr double kAssumedBurstWeight = 4e4;
constexpr double kAssumedWander = 4e-7;
constexpr double kAssumedWanderWeight = 3e14;
constexpr double kAssumedFade = 0.99170;  // exp(-60 s / 2 h)

// All rooms together have to show that they are restless: by 2.5 standard errors, which is then taken off. And since
// bursts and wandering have heavier tails than the model, what remains is taken for more: chosen for under 0.1 false
// alarms a day in the natural world (decision 16).
constexpr double kErrorsTakenOff = 2.5;
constexpr double kBurstMargin = 1.4;
constexpr double kWanderMargin = 2.5;

// A room's own estimate counts against that of all once it has so many blocks, or where it plainly differs.
constexpr double kOwnShortBlocks = 20000;
constexpr double kOwnLongBlocks = 2000;
constexpr double kVarianceMost = 0.1;  // a tone that swings over half the scale within minutes
constexpr double kPlainly = 16;        // variances, so four standard errors
constexpr double kBlocksMin = 20;

double estimate(const Evidence& seen, double assumed, double assumed_weight) {
  const double weight = seen.weight + assumed_weight;
  if (weight <= 0) return 0;
  return std::max(
      0.0, (seen.sum + assumed_weight * assumed) / weight - kErrorsTakenOff * std::sqrt(2 * seen.weight) / weight);
}

/// Whether `sum` can be one of values up to 100 whose weights add up to `weight`: none, or at least `least`.
bool is_sum_of(double sum, double weight, double least) {
  return weight == 0 ? sum == 0 : weight >= least && std::abs(sum) <= 100 * weight;
}

}  // namespace

void WanderPool::advance(int64_t second) {
  const int64_t minute = second / 60;
  if (minute <= minute_) return;
  // A gap in the stream teaches nothing and makes nothing forgotten: it counts as one minute.
  if (minute_ != INT64_MIN) {
    burst_.fade(1 - 60 / kDay_s);
    wander_.fade(1 - 60 / kDay_s);
    assumed_ *= kAssumedFade;
  }
  minute_ = minute;
  publish();
}

void WanderPool::publish() {
  typical_burst_ = estimate(burst_, kAssumedBurst, kAssumedBurstWeight * assumed_);
  typical_wander_ = estimate(wander_, kAssumedWander, kAssumedWanderWeight * assumed_);
}

/// A few rooms that show no wandering may have been lucky: it is known once a tenth of what is assumed at first would
/// have shown.
bool WanderPool::still() const {
  return typical_wander_ <= 0 && wander_.weight > 0 &&
         kErrorsTakenOff * std::sqrt(2 / wander_.weight) < kAssumedWander / 10;
}

void WanderPool::encode(ByteWriter& out) const {
  for (const double v :
       {burst_.sum, burst_.weight, wander_.sum, wander_.weight, assumed_, typical_burst_, typical_wander_})
    put(out, v);
  put(out, minute_);
}

bool WanderPool::decode(ByteReader& in) {
  return get(in, burst_.sum) && get(in, burst_.weight) && get(in, wander_.sum) && get(in, wander_.weight) &&
         get(in, assumed_) && get(in, typical_burst_) && get(in, typical_wander_) && get(in, minute_);
}

void RoomWander::Own::add(double x, double w, double keep) {
  sum = static_cast<float>(sum * keep + w * x);
  weight = static_cast<float>(weight * keep + w);
  count = static_cast<float>(count * keep + 1);
}

double RoomWander::Own::shrunk_to(double typical, double blocks, bool still) const {
  if (weight <= 0) return typical;
  const double own = static_cast<double>(sum) / weight;
  double trust = blocks * weight / count;  // in all rooms, as a weight
  const double apart = (own - typical) * (own - typical) - kPlainly * 2 / weight;
  if (count >= kBlocksMin && apart > 0) {
    trust = std::min(trust, 2 / apart);
  } else if (still) {
    return 0;  // where all rooms together only scatter, what one of them shows by chance is none of its own
  }
  return std::clamp((sum + trust * typical) / (weight + trust), 0.0, kVarianceMost);
}

void RoomWander::close_short(double message_variance, WanderPool& pool) {
  Closed closed;
  if (short_.n > 0 && !short_.spoilt)
    closed = {.mean = short_.sum / short_.n, .variance = static_cast<float>(message_variance / short_.n)};
  if (closed.variance >= 0 && last_short_.variance >= 0) {
    const double chance = static_cast<double>(closed.variance) + last_short_.variance;
    const double apart = static_cast<double>(closed.mean) - last_short_.mean;
    const double x = std::min(apart * apart - chance, kClip * (chance + pool.typical_burst() + kShortFloor * 0.2));
    const double w = 1 / ((chance + kShortFloor) * (chance + kShortFloor));
    burst_.add(x, w, 1 - kShort_s / kDay_s);
    pool.add_burst(x, w);
  }
  last_short_ = closed;
}

void RoomWander::close_long(double message_variance, WanderPool& pool) {
  if (waiting_weight_ > 0) {
    wander_.add(waiting_sum_ / waiting_weight_, waiting_weight_, 1 - kLong_s / kDay_s);
    pool.add_wander(static_cast<double>(waiting_sum_) / waiting_weight_, waiting_weight_);
  }
  double sum = 0;
  double weight = 0;
  Closed closed;
  if (long_.n > 0 && !long_.spoilt)
    closed = {.mean = long_.sum / long_.n, .variance = static_cast<float>(message_variance / long_.n)};
  for (std::size_t back = 0; back < last_long_.size() && closed.variance >= 0; ++back) {
    const Closed& other = last_long_[back];
    if (other.variance < 0) continue;
    // The means of two blocks of a random walk, k blocks apart, differ by its variance in k - 1/3 blocks.
    const double seconds = static_cast<double>(kLong_s) * (static_cast<double>(back) + 2.0 / 3);
    const double chance = static_cast<double>(closed.variance) + other.variance;
    const double apart = static_cast<double>(closed.mean) - other.mean;
    const double x = std::min(apart * apart - chance - kLongShare * rest_.burst_variance,
                              kClip * (chance + pool.typical_wander() * seconds + kLongFloor * 0.2));
    const double w = 1 / ((chance + kLongFloor) * (chance + kLongFloor));
    sum += w * seconds * x;
    weight += w * seconds * seconds;
  }
  waiting_sum_ = static_cast<float>(sum);
  waiting_weight_ = static_cast<float>(weight);
  last_long_ = {closed, last_long_[0], last_long_[1]};
}

void RoomWander::pass(int64_t second, double message_variance, WanderPool& pool) {
  const auto short_index = static_cast<int32_t>(second / kShort_s);
  const auto long_index = static_cast<int32_t>(second / kLong_s);
  if (begun_ && short_index == short_.index) return;
  if (begun_) close_short(message_variance, pool);
  if (begun_ && short_index != short_.index + 1) last_short_ = {};  // silence lay between
  short_ = {.index = short_index};
  if (long_index != long_.index || !begun_) {
    if (begun_) {
      close_long(message_variance, pool);
      for (int32_t missing = std::min(3, long_index - long_.index - 1); missing > 0; --missing)
        last_long_ = {Closed{}, last_long_[0], last_long_[1]};
    }
    long_ = {.index = long_index};
  }
  begun_ = true;
  rest_.burst_variance = kBurstMargin * burst_.shrunk_to(pool.typical_burst(), kOwnShortBlocks, false) / kShortShare;
  rest_.wander_variance = kWanderMargin * wander_.shrunk_to(pool.typical_wander(), kOwnLongBlocks, pool.still());
}

void RoomWander::forget_recent() {
  short_.spoilt = true;
  long_.spoilt = true;
  last_short_ = {};
  last_long_ = {};
  waiting_sum_ = waiting_weight_ = 0;
}

void RoomWander::encode(ByteWriter& out) const {
  for (const Open* open : {&short_, &long_}) {
    put(out, open->n);
    put(out, open->sum);
    put(out, static_cast<int64_t>(open->index));
    out.u8(open->spoilt ? 1 : 0);
  }
  for (const Closed* closed : {&last_short_, &last_long_[0], &last_long_[1], &last_long_[2]}) {
    put(out, closed->mean);
    put(out, closed->variance);
  }
  for (const float v : {waiting_sum_, waiting_weight_, burst_.sum, burst_.weight, burst_.count, wander_.sum,
                        wander_.weight, wander_.count})
    put(out, v);
  put(out, rest_.burst_variance);
  put(out, rest_.wander_variance);
  out.u8(begun_ ? 1 : 0);
}

bool RoomWander::decode(ByteReader& in) {
  constexpr double kMost = 1e36;       // far from where floats end
  constexpr double kWeightMin = 1e-3;  // no difference of blocks says less
  bool good = true;
  for (Open* open : {&short_, &long_}) {
    int64_t index = 0;
    good = get(in, open->n) && get(in, open->sum) && get(in, index) && is_sum_of(open->sum, open->n, 0.5) &&
           within(open->n, 0, 1e12) && index >= 0 && index < INT32_MAX && good;
    open->index = static_cast<int32_t>(index);
    open->spoilt = in.u8() == 1;
  }
  for (Closed* closed : {&last_short_, &last_long_[0], &last_long_[1], &last_long_[2]})
    good = get(in, closed->mean) && get(in, closed->variance) && within(closed->mean, -100, 100) &&
           within(closed->variance, -1, 100) && good;
  for (float* v : {&waiting_sum_, &waiting_weight_, &burst_.sum, &burst_.weight, &burst_.count, &wander_.sum,
                   &wander_.weight, &wander_.count})
    good = get(in, *v) && within(*v, -kMost, kMost) && good;
  for (const Own* own : {&burst_, &wander_})
    good = good && is_sum_of(own->sum, own->weight, kWeightMin) && own->count >= (own->weight > 0 ? 0.5F : 0);
  good = good && is_sum_of(waiting_sum_, waiting_weight_, kWeightMin);
  good = get(in, rest_.burst_variance) && get(in, rest_.wander_variance) && within(rest_.burst_variance, 0, 1) &&
         within(rest_.wander_variance, 0, 1) && good;
  begun_ = in.u8() == 1;
  return good && in.ok();
}

}  // namespace roomtone::alerts
