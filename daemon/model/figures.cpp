#include "model/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace roomtone {

namespace {

constexpr double kMicro = 1'000'000.0;
constexpr double kNormal95 = 1.96;
constexpr double kSquareResolution = 1e-6;  // squares are summed in millionths: a variance below is rounding

double share(int64_t part, int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

/// Mean and interval of `m` values with the given sum and sum of squares.
void set_tone(Reading& reading, double m, double sum, double sum_of_squares) {
  if (m <= 0) return;
  const double mean = sum / m;
  const double deviations = std::max(0.0, sum_of_squares - sum * mean);
  const double variance = (deviations + kPriorVariance) / m;
  const double half = kNormal95 * std::sqrt(variance / m);
  reading.tone = std::clamp(mean, -1.0, 1.0);
  reading.ci_low = std::clamp(mean - half, -1.0, 1.0);
  reading.ci_high = std::clamp(mean + half, -1.0, 1.0);
}

Reading raw_reading(const Rollup& rollup) {
  Reading reading;
  const int64_t scored = rollup.scored();
  set_tone(reading, static_cast<double>(scored), static_cast<double>(rollup.valence_micro_sum) / kMicro,
           static_cast<double>(rollup.valence_sq_micro_sum) / kMicro);
  reading.pos = share(rollup.pos, scored);
  reading.neg = share(rollup.neg, scored);
  reading.neutral = share(rollup.neutral, scored);
  return reading;
}

/// Each voice that could be scored counts once, with the mean of what it said. The voices kept are a uniform
/// sample of all, so their mean estimates the mean of all.
Reading voice_reading(const Rollup& rollup) {
  constexpr double kNeutralBand = 0.05;  // a voice whose mean lies within takes no side
  Reading reading;
  int64_t m = 0;
  int64_t pos = 0;
  int64_t neg = 0;
  double sum = 0;
  double sum_of_squares = 0;
  for (const VoiceEntry& voice : rollup.voices.entries()) {
    if (voice.scored <= 0) continue;
    const double mean = static_cast<double>(voice.valence_micro) / kMicro / static_cast<double>(voice.scored);
    ++m;
    pos += mean > kNeutralBand;
    neg += mean < -kNeutralBand;
    sum += mean;
    sum_of_squares += mean * mean;
  }
  set_tone(reading, static_cast<double>(m), sum, sum_of_squares);
  reading.pos = share(pos, m);
  reading.neg = share(neg, m);
  reading.neutral = share(m - pos - neg, m);
  return reading;
}

/// As voice_reading, each voice with a weight. The number of voices that an interval rests on is Kish's effective one:
/// (sum of weights)^2 / sum of squared weights.
Reading reputable_reading(const Rollup& rollup, const Standing& standing, const std::vector<Campaign>& campaigns) {
  constexpr double kNeutralBand = 0.05;
  Reading reading;
  double whole = 0;
  double squares = 0;
  double sum = 0;
  double sum_of_squares = 0;
  double pos = 0;
  double neg = 0;
  for (const VoiceEntry& voice : rollup.voices.entries()) {
    if (voice.scored <= 0 || 2 * voice.automated > voice.n) continue;
    const bool in_campaign = std::ranges::any_of(
        campaigns, [&](const Campaign& campaign) { return std::ranges::binary_search(campaign.authors, voice.hash); });
    if (in_campaign) continue;
    const double given = standing.weights != nullptr ? standing.weights->of(voice.hash) : Weights::kOne;
    const double weight = given / Weights::kOne * damped(voice.n, standing.over);
    const double mean = static_cast<double>(voice.valence_micro) / kMicro / static_cast<double>(voice.scored);
    whole += weight;
    squares += weight * weight;
    sum += weight * mean;
    sum_of_squares += weight * mean * mean;
    pos += mean > kNeutralBand ? weight : 0;
    neg += mean < -kNeutralBand ? weight : 0;
  }
  if (whole <= 0) return reading;
  const double effective = whole * whole / squares;
  set_tone(reading, effective, sum / whole * effective, sum_of_squares / whole * effective);
  reading.pos = pos / whole;
  reading.neg = neg / whole;
  reading.neutral = std::max(0.0, 1 - reading.pos - reading.neg);
  return reading;
}

/// Who is behind the voices, and how much of the room is one of them.
void set_shares_of_voice(const Rollup& rollup, Figures& figures) {
  int64_t voices = 0;
  int64_t automated = 0;
  int64_t young = 0;
  for (const VoiceEntry& voice : rollup.voices.entries()) {
    if (voice.n <= 0) continue;
    ++voices;
    automated += 2 * voice.automated > voice.n;
    young += 2 * voice.young > voice.n;
  }
  figures.real_share = share(voices - automated, voices);
  figures.young_share = share(young, voices);

  std::array<std::pair<uint64_t, int64_t>, kSampleKept> authors;
  std::size_t count = 0;
  int64_t n = 0;
  for (const SampleEntry& entry : rollup.sample.entries())
    if (entry.n > 0 && entry.said.known && entry.said.author != 0) authors[count++] = {entry.said.author, entry.n};
  std::sort(authors.begin(), authors.begin() + static_cast<std::ptrdiff_t>(count));
  int64_t pairs = 0;
  int64_t most = 0;
  for (std::size_t at = 0; at < count;) {
    int64_t of_one = 0;
    const uint64_t author = authors[at].first;
    for (; at < count && authors[at].first == author; ++at) of_one += authors[at].second;
    n += of_one;
    pairs += of_one * (of_one - 1);
    most = std::max(most, of_one);
  }
  figures.concentration = share(pairs, n * (n - 1));
  figures.top_voice_share = share(most, n);
}

int64_t trait(const Rollup& rollup, Trait which) { return rollup.traits[static_cast<std::size_t>(which)]; }

}  // namespace

double damped(int64_t posts, std::chrono::seconds over) {
  const double full = kPostsPerHour * std::max(1.0, static_cast<double>(over.count()) / 3600.0);
  const auto n = static_cast<double>(posts);
  return n <= full ? n : full + std::log1p(n - full);
}

Figures figures_of(const Rollup& rollup, const Standing& standing) {
  Figures figures;
  figures.n = rollup.n;
  figures.pos = rollup.pos;
  figures.neg = rollup.neg;
  figures.neutral = rollup.neutral;
  figures.unscored = rollup.unscored;
  // Estimates, but there are never more of either than messages.
  figures.voices = std::min(rollup.voices.distinct(), rollup.n);
  figures.unique_n = std::min(unique_volume(rollup), rollup.n);
  figures.campaigns = find_campaigns(rollup);
  figures.raw = raw_reading(rollup);
  figures.voice = voice_reading(rollup);
  figures.reputable = reputable_reading(rollup, standing, figures.campaigns);
  set_shares_of_voice(rollup, figures);
  if (const auto scored = static_cast<double>(rollup.scored()); scored > 0) {
    const double mean = static_cast<double>(rollup.valence_micro_sum) / kMicro / scored;
    const double square = static_cast<double>(rollup.valence_sq_micro_sum) / kMicro / scored;
    const double variance = square - mean * mean;
    figures.dispersion = variance < kSquareResolution ? 0.0 : std::sqrt(std::min(variance, 1.0));
  }
  figures.coverage = share(rollup.scored(), rollup.n);
  figures.automation_share = share(trait(rollup, Trait::automated), rollup.n);
  figures.reply_share = share(trait(rollup, Trait::reply), rollup.n);
  figures.reshare_share = share(trait(rollup, Trait::reshare), rollup.n);
  return figures;
}

AtmosphereName name_of(const Figures& figures) {
  constexpr double kCoverageLow = 0.1;   // of ten messages nine could not be judged: no mood can be claimed
  constexpr int64_t kQuietBelow = 5;     // fewer scored messages than this are voices, not a room
  constexpr double kDividedFrom = 0.45;  // spread of an ordinary room is about 0.4 with a large neutral middle
  constexpr double kSideFrom = 0.3;      // and both sides must be there
  constexpr double kBuoyantFrom = 0.2;   // public posts lean slightly pleasant (about +0.08)
  constexpr double kUneasyBelow = -0.05;
  constexpr double kTenseBelow = -0.2;

  if (figures.n > 0 && figures.coverage < kCoverageLow) return AtmosphereName::unknown;
  if (figures.n - figures.unscored < kQuietBelow) return AtmosphereName::quiet;
  const double tone = figures.raw.tone.value_or(0.0);
  if (figures.dispersion.value_or(0.0) >= kDividedFrom && figures.raw.pos >= kSideFrom && figures.raw.neg >= kSideFrom)
    return AtmosphereName::divided;
  if (tone < kTenseBelow) return AtmosphereName::tense;
  if (tone < kUneasyBelow) return AtmosphereName::uneasy;
  if (tone >= kBuoyantFrom) return AtmosphereName::buoyant;
  return AtmosphereName::calm;
}

double rate_per_minute(int64_t n, std::chrono::microseconds elapsed) {
  if (elapsed.count() <= 0) return 0.0;
  return static_cast<double>(n) * 60.0 * kMicro / static_cast<double>(elapsed.count());
}

}  // namespace roomtone
