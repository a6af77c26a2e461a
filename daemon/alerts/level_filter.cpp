#include "alerts/level_filter.hpp"

#include <algorithm>

namespace roomtone::alerts {
namespace {

/// Bursts do not fade as smoothly as the model says: they come and go in jumps. So each slice is taken to be off by as
/// much again on its own. Without it a stream of 100/s in the natural world had 0.3 false alarms a day, with it 0.05.
constexpr double kOwnBurst = 1.0;

/// Whether two states can vary like that; single precision leaves a little room.
bool is_covariance(double a, double b, double both) { return both * both <= a * b * 1.001 + 1e-12; }

}  // namespace

void LevelFilter::pass(double seconds, double fade, const Restlessness& rest) {
  level_variance_ = static_cast<float>(level_variance_ + rest.wander_variance * seconds);
  burst_variance_ = static_cast<float>(burst_variance_ * fade * fade + rest.burst_variance * (1 - fade * fade));
  covariance_ = static_cast<float>(covariance_ * fade);
  burst_ = static_cast<float>(burst_ * fade);
}

Surprise LevelFilter::take(double n, double mean, double message_variance, const Restlessness& rest) {
  const double p = level_variance_;
  const double b = burst_variance_;
  const double c = covariance_;
  Surprise surprise;
  surprise.error = mean - level_ - burst_;
  surprise.variance = message_variance / n + std::max(0.0, p + 2 * c + b) + kOwnBurst * rest.burst_variance;
  surprise.level_gain = (p + c) / surprise.variance;
  surprise.burst_gain = (b + c) / surprise.variance;
  level_ += surprise.level_gain * surprise.error;
  burst_ = static_cast<float>(burst_ + surprise.burst_gain * surprise.error);
  level_variance_ = static_cast<float>(std::max(0.0, p - surprise.level_gain * (p + c)));
  covariance_ = static_cast<float>(c - surprise.level_gain * (c + b));
  burst_variance_ = static_cast<float>(std::max(0.0, b - surprise.burst_gain * (c + b)));
  return surprise;
}

void LevelFilter::jump(double shift) {
  level_ += shift;
  level_variance_ = static_cast<float>(level_variance_ + shift * shift / 4);
}

void LevelFilter::settle(double mean, double variance) {
  level_ = mean;
  level_variance_ = static_cast<float>(variance);
  covariance_ = 0;
}

void LevelFilter::encode(ByteWriter& out) const {
  put(out, level_);
  put(out, burst_);
  put(out, level_variance_);
  put(out, burst_variance_);
  put(out, covariance_);
}

bool LevelFilter::decode(ByteReader& in) {
  constexpr double kMost = 100;  // the scale is -1 to 1
  return get(in, level_) && get(in, burst_) && get(in, level_variance_) && get(in, burst_variance_) &&
         get(in, covariance_) && within(level_, -kMost, kMost) && within(burst_, -kMost, kMost) &&
         within(level_variance_, 0, kMost) && within(burst_variance_, 0, kMost) &&
         is_covariance(level_variance_, burst_variance_, covariance_);
}

}  // namespace roomtone::alerts
