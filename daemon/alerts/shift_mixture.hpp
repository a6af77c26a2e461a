#pragma once

#include <array>
#include <cstddef>

#include "alerts/level_filter.hpp"
#include "alerts/state_bytes.hpp"

namespace roomtone::alerts {

/// The shifts that are looked for, up and down: between them a mixture loses little. Small ones have more weight,
/// because they take longest and a nat more of threshold costs them most.
struct SoughtShifts {
  std::array<double, 3> size{};    // > 0
  std::array<double, 3> weight{};  // sum 1; each is halved between up and down
};

/// Has the level of a series shifted? A mixture of Shiryaev-Roberts statistics over shifts of six kinds.
///
/// R(d) sums, over every second since which the level might have been off by d, the likelihood ratio of all that was
/// said since: R <- (R + seconds) * LR. As long as nothing changes, R minus the seconds gone by is a martingale, so the
/// mean time until a weighted mean of them reaches A is at least A seconds, whatever the series is like (Pollak 1985;
/// Moustakides, Polunchenko and Tartakovsky 2011). So the threshold is what the operator asks for, and nothing is
/// calibrated. Since R jumps over A instead of meeting it, that mean time would be too long by exp(0.583 d / sd of a
/// slice) (Siegmund 1985): what R exceeds is lowered by as much.
///
/// A level that is learnt from the stream follows a shift. How much of a shift of d the filter has swallowed by now is
/// carried along with each R, so that a swallowed part is neither expected nor looked for (Willsky and Jones 1976).
class ShiftMixture {
 public:
  /// Lets time pass, in which the filter's burst has faded by `fade`.
  void pass(double fade);

  /// Weighs what the filter says of a slice; `seconds` is the time since the last one, itself included. Says whether
  /// the mixture has reached `mean_run_s`, the wanted mean time to a false alarm in seconds.
  [[nodiscard]] bool weigh(const Surprise& surprise, double seconds, const SoughtShifts& sought, double mean_run_s);

  /// The likeliest shift, signed: what is left of it after what the filter has swallowed.
  [[nodiscard]] double shift(const SoughtShifts& sought) const;

  /// Begins anew, as if all had been quiet.
  void clear() { *this = {}; }

  void encode(ByteWriter& out) const;
  [[nodiscard]] bool decode(ByteReader& in);

 private:
  static constexpr std::size_t kKinds = 6;  // up and down in turn

  std::array<float, kKinds> ratio_{};            // R, seconds
  std::array<float, kKinds> level_swallowed_{};  // share of the shift that the level has taken over
  std::array<float, kKinds> burst_swallowed_{};
};

}  // namespace roomtone::alerts
