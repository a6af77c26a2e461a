#pragma once

#include <cstdint>

#include "alerts/state_bytes.hpp"

namespace roomtone::alerts {

/// How long what a burst of alike messages does to the tone is remembered: its autocorrelation is exp(-t / 60 s).
inline constexpr double kBurstMemory_s = 60;

/// How restless a room's tone is without having changed.
struct Restlessness {
  double burst_variance = 0;   // of the short bursts of alike messages, valence^2
  double wander_variance = 0;  // by which the level's variance grows in a second (a random walk), valence^2/s
};

/// What the filter expects of a slice, and how far the slice was off.
struct Surprise {
  double error = 0;       // the slice's mean minus what was expected
  double variance = 0;    // of that error while nothing changes; always > 0
  double level_gain = 0;  // by how much of the error the level moved
  double burst_gain = 0;  // and the burst
};

/// A room's own level of tone: a Kalman filter of two states, a level that walks at random and a burst that fades with
/// kBurstMemory_s. In a room whose tone only scatters (both variances zero) the level is the mean of all that was
/// said, with the variance of that mean: nothing is forgotten that need not be. (Harvey 1989, local level model.)
///
/// A value: copies freely, knows no clock.
class LevelFilter {
 public:
  /// Lets `seconds` >= 1 pass. `fade` = exp(-seconds / kBurstMemory_s).
  void pass(double seconds, double fade, const Restlessness& rest);

  /// Takes a slice of `n` >= 1 messages with this mean, each of variance `message_variance` about the level.
  [[nodiscard]] Surprise take(double n, double mean, double message_variance, const Restlessness& rest);

  /// The level has jumped by about `shift`: goes there, and is unsure by half of it.
  void jump(double shift);

  /// The level has never wandered, as it turns out: it is the mean of all that was heard, with this variance.
  void settle(double mean, double variance);

  [[nodiscard]] double level() const { return level_; }
  [[nodiscard]] double level_variance() const { return level_variance_; }

  void encode(ByteWriter& out) const;
  [[nodiscard]] bool decode(ByteReader& in);

 private:
  double level_ = 0;              // valence
  float burst_ = 0;               // valence
  float level_variance_ = 0.25F;  // of a room never heard: half the scale either way
  float burst_variance_ = 0;
  float covariance_ = 0;
};

}  // namespace roomtone::alerts
