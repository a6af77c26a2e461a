#include "model/divergence.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/figures.hpp"

namespace roomtone {

namespace {

constexpr int kFreedomMin = 5;

// Exact below 30 degrees of freedom; from there on the series of Cornish and Fisher is right to three decimals.
constexpr std::array<double, 25> kStudent95 = {2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604,
                                               2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739,
                                               2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452};
constexpr std::array<double, 25> kStudentClaim = {
    28.4785, 20.0479, 15.7670, 13.2571, 11.6368, 10.5165, 9.7014, 9.0847, 8.6033, 8.2180, 7.9032, 7.6415, 7.4207,
    7.2321,  7.0691,  6.9270,  6.8021,  6.6914,  6.5927,  6.5041, 6.4241, 6.3517, 6.2857, 6.2254, 6.1701};
constexpr double kNormal95 = 1.959964;
constexpr double kNormalClaim = 4.891638;

double student(int freedom, const std::array<double, 25>& exact, double z) {
  const int place = std::max(freedom, kFreedomMin) - kFreedomMin;
  if (static_cast<std::size_t>(place) < exact.size()) return exact[static_cast<std::size_t>(place)];
  const double v = freedom;
  const double z2 = z * z;
  const double first = z * (z2 + 1) / 4;
  const double second = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  return z + (first + (second + third / v) / v) / v;
}

/// Mean and spread of voices, each with the mean of what it said.
struct Means {
  int count = 0;
  double sum = 0;
  double squares = 0;

  void add(const VoiceEntry& voice) {
    const double mean = static_cast<double>(voice.valence_micro) / 1e6 / static_cast<double>(voice.scored);
    ++count;
    sum += mean;
    squares += mean * mean;
  }
  [[nodiscard]] double mean() const { return sum / count; }
  [[nodiscard]] double deviations() const { return std::max(0.0, squares - sum * sum / count); }
};

}  // namespace

double student95(int freedom) { return student(freedom, kStudent95, kNormal95); }
double student_claim(int freedom) { return student(freedom, kStudentClaim, kNormalClaim); }

std::optional<Divergence> divergence_of(std::span<const VoiceEntry> list, std::span<const VoiceEntry> around) {
  Means own;
  for (const VoiceEntry& voice : list)
    if (voice.scored > 0) own.add(voice);
  Means others;
  auto member = list.begin();
  for (const VoiceEntry& voice : around) {
    while (member != list.end() && member->hash < voice.hash) ++member;
    if (member != list.end() && member->hash == voice.hash) continue;
    if (voice.scored > 0) others.add(voice);
  }
  if (own.count == 0 || others.count < kOthersMin) return std::nullopt;

  // The spread of the others is itself held away from nothing, as that of any room.
  const double spread = (others.deviations() + kPriorVariance) / others.count;
  const double voices = kPriorVoices + own.count;
  const double own_spread = (kPriorVoices * spread + own.deviations()) / voices;
  const double difference = (own.sum - own.count * others.mean()) / voices;
  const double error = std::sqrt(own_spread / voices + spread / others.count);
  const int freedom = std::min(static_cast<int>(kPriorVoices) + own.count, others.count);

  Divergence divergence;
  divergence.tone = std::clamp(difference, -2.0, 2.0);
  divergence.ci_low = std::clamp(difference - student95(freedom) * error, -2.0, 2.0);
  divergence.ci_high = std::clamp(difference + student95(freedom) * error, -2.0, 2.0);
  divergence.claimed = std::abs(difference) > student_claim(freedom) * error;
  return divergence;
}

}  // namespace roomtone
