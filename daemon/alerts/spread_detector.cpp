#include "alerts/spread_detector.hpp"

#include <algorithm>
#include <cmath>

#include "alerts/elementary.hpp"

namespace roomtone::alerts {
namespace {

constexpr std::array<double, 2> kGrowth = {4.0 / 3, 5.0 / 3};  // of the variance
constexpr std::array<double, 2> kLogGrowth = {0.28768207245178096, 0.5108256237659907};
constexpr double kMessagesMax = 100'000;  // of which the variance is remembered
constexpr double kMinutesMax = 1440;      // of which the scatter is
constexpr double kVarianceMin = 1e-4;
constexpr double kScatterClip = 9;  // a minute counts as three standard deviations at most
constexpr double kNatsMax = 20;
constexpr double kRatioMin = 1e-30;
constexpr double kRatioMax = 1e30;
constexpr double kMicro = 1e-6;

}  // namespace

void SpreadDetector::close_minute(double variance) {
  if (minute_messages_ > 0) {
    const double mean = static_cast<double>(scatter_) / minutes_;
    const double off = minute_squares_ - minute_messages_ * variance;
    const double seen = std::min(off * off / minute_messages_, kScatterClip * mean);
    scatter_ = static_cast<float>(scatter_ + seen);
    minutes_ += 1;
    if (minutes_ > kMinutesMax) {
      scatter_ = static_cast<float>(scatter_ * (kMinutesMax / minutes_));
      minutes_ = static_cast<float>(kMinutesMax);
    }
  }
  minute_messages_ = minute_squares_ = 0;
}

std::optional<SpreadShift> SpreadDetector::step(const Slice& slice, double level, bool settled, double mean_run_s) {
  if (slice.scored <= 0) return std::nullopt;
  const bool begun = last_ != INT64_MIN;
  if (begun && slice.second <= last_) return std::nullopt;
  const double seconds = begun ? static_cast<double>(slice.second - last_) : 1;
  const double n = static_cast<double>(slice.scored);
  const double sum = static_cast<double>(slice.valence_micro_sum) * kMicro;
  const double squares =
      std::max(0.0, static_cast<double>(slice.valence_sq_micro_sum) * kMicro - 2 * level * sum + level * level * n);
  const double variance = std::max(kVarianceMin, static_cast<double>(squares_) / messages_);
  if (begun && slice.second / 60 != last_ / 60) close_minute(variance);
  last_ = slice.second;

  // Squares are skew, so they are taken for gamma distributed and not for normal: with the shape that fits how they
  // scatter, and less of it while their own mean is not known well.
  const double scatter = std::max(kVarianceMin * kVarianceMin, static_cast<double>(scatter_) / minutes_);
  const double shape = variance * variance / scatter / (1 + n / messages_);
  double total = 0;
  for (std::size_t i = 0; i < kGrowth.size(); ++i) {
    const double nats = shape * (squares / variance * (1 - 1 / kGrowth[i]) - n * kLogGrowth[i]);
    const double ratio =
        std::clamp((ratio_[i] + seconds) * exponential(std::clamp(nats, -kNatsMax, kNatsMax)), kRatioMin, kRatioMax);
    ratio_[i] = static_cast<float>(ratio);
    total += ratio / static_cast<double>(kGrowth.size());
  }
  messages_ = static_cast<float>(messages_ + n);
  squares_ = static_cast<float>(squares_ + squares);
  minute_messages_ = static_cast<float>(minute_messages_ + n);
  minute_squares_ = static_cast<float>(minute_squares_ + squares);
  if (messages_ > kMessagesMax) {
    squares_ = static_cast<float>(squares_ * (kMessagesMax / messages_));
    messages_ = static_cast<float>(kMessagesMax);
  }
  if (total < mean_run_s) return std::nullopt;

  const double grown = variance * (ratio_[1] > ratio_[0] ? kGrowth[1] : kGrowth[0]);
  ratio_ = {};
  if (!settled) return std::nullopt;
  // From here on this is the normal spread, and little is known of it yet.
  messages_ = std::min(messages_, 100.0F);
  squares_ = static_cast<float>(messages_ * grown);
  return SpreadShift{.second = slice.second, .before = variance, .after = grown};
}

void SpreadDetector::encode(ByteWriter& out) const {
  for (const float v :
       {ratio_[0], ratio_[1], messages_, squares_, minutes_, scatter_, minute_messages_, minute_squares_})
    put(out, v);
  put(out, last_);
}

bool SpreadDetector::decode(ByteReader& in) {
  bool good = true;
  for (float* v :
       {&ratio_[0], &ratio_[1], &messages_, &squares_, &minutes_, &scatter_, &minute_messages_, &minute_squares_})
    good = get(in, *v) && good;
  return get(in, last_) && is_second(last_) && good && within(ratio_[0], 0, 2 * kRatioMax) &&
         within(ratio_[1], 0, 2 * kRatioMax) && within(messages_, 1, kMessagesMax) &&
         within(squares_, 0, 100 * kMessagesMax) && within(minutes_, 1, kMinutesMax) && within(scatter_, 0, 1e9) &&
         within(minute_messages_, 0, 1e9) && within(minute_squares_, 0, 1e11);
}

}  // namespace roomtone::alerts
