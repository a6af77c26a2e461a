#include "alerts/seasonal_baseline.hpp"

#include <algorithm>
#include <cmath>

namespace roomtone::alerts {
namespace {

constexpr int32_t kToneUnits = 30'000;
constexpr double kScatterUnits = 250;
constexpr double kScatterGuess = 0.1;  // between weeks, before two of them are known
constexpr int64_t kMondayHours = 96;   // 1970 began on a Thursday

std::size_t hour_of_week(int64_t hour) {
  constexpr auto kHours = static_cast<int64_t>(SeasonalBaseline::kHours);
  return static_cast<std::size_t>(((hour - kMondayHours) % kHours + kHours) % kHours);
}

}  // namespace

void SeasonalBaseline::add_hour(int64_t hour, int64_t scored, int64_t valence_micro_sum) {
  if (scored < kMessagesMin) return;
  Hour& kept = hours_[hour_of_week(hour)];
  const double tone = static_cast<double>(valence_micro_sum) / static_cast<double>(scored) / 1e6;
  const double before = static_cast<double>(kept.tone) / kToneUnits;
  const double off = kept.weeks == 0 ? 0 : tone - before;
  if (kept.weeks == 0) ++known_;
  kept.weeks = static_cast<uint8_t>(std::min<int>(kept.weeks + 1, kWeeksMax));
  const double gain = 1.0 / kept.weeks;
  const double after = kept.weeks == 1 ? tone : before + gain * off;
  const double scatter = kept.scatter / kScatterUnits;
  const double variance = (1 - gain) * (scatter * scatter + gain * off * off);  // Welford, with forgetting
  kept.tone = static_cast<int16_t>(std::lround(std::clamp(after, -1.0, 1.0) * kToneUnits));
  kept.scatter = static_cast<uint8_t>(std::min(255.0, std::ceil(std::sqrt(variance) * kScatterUnits)));
}

std::optional<UsualTone> SeasonalBaseline::usual(int64_t hour) const {
  const Hour& kept = hours_[hour_of_week(hour)];
  if (kept.weeks == 0) return usual_of_day(hour);
  // One week says nothing of how weeks differ; two or more do, the more the surer.
  const double guess = kScatterGuess / kept.weeks;
  const double scatter = kept.weeks == 1 ? kScatterGuess : std::max(guess, kept.scatter / kScatterUnits);
  return UsualTone{.tone = static_cast<double>(kept.tone) / kToneUnits,
                   .uncertainty = scatter * std::sqrt(1 + 1.0 / kept.weeks),
                   .weeks = kept.weeks};
}

std::optional<UsualTone> SeasonalBaseline::usual_of_day(int64_t hour) const {
  constexpr std::size_t kDayHours = 24;
  double days = 0;
  double mean = 0;
  double squares = 0;
  for (std::size_t at = hour_of_week(hour) % kDayHours; at < kHours; at += kDayHours) {
    if (hours_[at].weeks == 0) continue;
    const double tone = static_cast<double>(hours_[at].tone) / kToneUnits;
    const double off = tone - mean;
    mean += off / ++days;
    squares += off * (tone - mean);
  }
  if (days == 0) return std::nullopt;
  const double scatter = std::max(kScatterGuess / days, std::sqrt(squares / days));
  return UsualTone{.tone = mean, .uncertainty = scatter * std::sqrt(1 + 1 / days), .weeks = 0};
}

void SeasonalBaseline::encode(ByteWriter& out) const {
  for (const Hour& hour : hours_) {
    out.u8(hour.weeks);
    if (hour.weeks == 0) continue;
    out.zigzag(hour.tone);
    out.u8(hour.scatter);
  }
}

bool SeasonalBaseline::decode(ByteReader& in) {
  known_ = 0;
  for (Hour& hour : hours_) {
    hour = {.weeks = in.u8()};
    if (hour.weeks > kWeeksMax) return false;
    if (hour.weeks == 0) continue;
    const int64_t tone = in.zigzag();
    if (tone < -kToneUnits || tone > kToneUnits) return false;
    hour.tone = static_cast<int16_t>(tone);
    hour.scatter = in.u8();
    ++known_;
  }
  return in.ok();
}

}  // namespace roomtone::alerts
