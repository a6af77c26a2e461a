#include "alerts/shift_mixture.hpp"

#include <algorithm>
#include <cmath>

#include "alerts/elementary.hpp"

namespace roomtone::alerts {
namespace {

constexpr double kOvershoot = 0.583;    // Siegmund 1985, for sums of normal steps
constexpr double kStepMax = 2;          // standard deviations; beyond, his approximation does not hold
constexpr double kOvershootMax = 3.21;  // exp(0.583 * 2), a little more
constexpr double kNatsMax = 40;         // of one slice: no single second is believed more than that
constexpr double kRatioMin = 1e-30;     // so that a float stays normal
constexpr double kRatioMax = 1e30;      // far beyond any threshold

double signed_size(const SoughtShifts& sought, std::size_t kind) {
  return kind % 2 == 0 ? sought.size[kind / 2] : -sought.size[kind / 2];
}

}  // namespace

void ShiftMixture::pass(double fade) {
  for (float& share : burst_swallowed_) share = static_cast<float>(share * fade);
}

bool ShiftMixture::weigh(const Surprise& surprise, double seconds, const SoughtShifts& sought, double mean_run_s) {
  double total = 0;
  std::array<double, kKinds> shifts{};
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    // Those seconds that began since the last slice have swallowed nothing: the share is a mean over all of them.
    const double before = ratio_[kind] + seconds;
    const double old = ratio_[kind] / before;
    const double level = level_swallowed_[kind] * old;
    const double burst = burst_swallowed_[kind] * old;
    const double left = 1 - level - burst;
    const double shift = signed_size(sought, kind) * left;
    const double nats = shift / surprise.variance * (surprise.error - shift / 2);
    const double ratio = std::clamp(before * exponential(std::clamp(nats, -kNatsMax, kNatsMax)), kRatioMin, kRatioMax);
    ratio_[kind] = static_cast<float>(ratio);
    level_swallowed_[kind] = static_cast<float>(level + surprise.level_gain * left);
    burst_swallowed_[kind] = static_cast<float>(burst + surprise.burst_gain * left);
    shifts[kind] = std::abs(shift);
    total += sought.weight[kind / 2] / 2 * ratio;
  }
  if (total * kOvershootMax < mean_run_s) return false;  // nearly always: the overshoot need not be known

  const double sd = std::sqrt(surprise.variance);
  total = 0;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    const double overshoot = exponential(kOvershoot * std::min(kStepMax, shifts[kind] / sd));
    total += sought.weight[kind / 2] / 2 * ratio_[kind] * overshoot;
  }
  return total >= mean_run_s;
}

double ShiftMixture::shift(const SoughtShifts& sought) const {
  std::size_t best = 0;
  for (std::size_t kind = 1; kind < kKinds; ++kind)
    if (sought.weight[kind / 2] * ratio_[kind] > sought.weight[best / 2] * ratio_[best]) best = kind;
  return signed_size(sought, best) * (1 - static_cast<double>(level_swallowed_[best]));
}

void ShiftMixture::encode(ByteWriter& out) const {
  for (const float v : ratio_) put(out, v);
  for (const float v : level_swallowed_) put(out, v);
  for (const float v : burst_swallowed_) put(out, v);
}

bool ShiftMixture::decode(ByteReader& in) {
  bool good = true;
  for (float& v : ratio_) good = get(in, v) && within(v, 0, 2 * kRatioMax) && good;
  for (float& v : level_swallowed_) good = get(in, v) && within(v, -10, 10) && good;
  for (float& v : burst_swallowed_) good = get(in, v) && within(v, -10, 10) && good;
  return good;
}

}  // namespace roomtone::alerts
