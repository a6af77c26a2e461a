#pragma once

#include <array>
#include <cstdint>

#include "alerts/level_filter.hpp"
#include "alerts/state_bytes.hpp"

namespace roomtone::alerts {

/// A weighted mean that forgets: estimates x of one quantity, each of variance 2 / weight.
struct Evidence {
  double sum = 0;     // of weight * x
  double weight = 0;  // 2 / variance of the mean

  void add(double x, double w) {
    sum += w * x;
    weight += w;
  }
  void fade(double keep) {
    sum *= keep;
    weight *= keep;
  }
};

/// What all rooms together say about how restless a room is.
///
/// At 0.1 messages/s a room needs days to learn of itself whether its tone wanders or only scatters; fifty such rooms
/// know within hours. So a room believes the others until it knows better (empirical Bayes). Nothing is known at
/// first: then rooms are taken to be as restless as the networks that we have seen, an assumption that fades within
/// hours, and what remains are estimates that stand out of their own error.
///
/// One for all rooms of a daemon. Not thread-safe. Sums are floating, so rooms have to be stepped in one order (by
/// key) where results shall be the same bit by bit.
class WanderPool {
 public:
  WanderPool() { publish(); }

  /// The clock of events: once a minute what was learnt comes into force.
  void advance(int64_t second);

  void add_burst(double x, double w) { burst_.add(x, w); }
  void add_wander(double x, double w) { wander_.add(x, w); }

  /// What a room is taken for of which nothing else is known: by how much the means of two neighbouring blocks of 5
  /// minutes differ beyond chance, squared, and by how much a level's variance grows in a second.
  [[nodiscard]] double typical_burst() const { return typical_burst_; }
  [[nodiscard]] double typical_wander() const { return typical_wander_; }

  /// Whether it is known, and not only for want of evidence believed, that rooms do not wander.
  [[nodiscard]] bool still() const;

  void encode(ByteWriter& out) const;
  [[nodiscard]] bool decode(ByteReader& in);

 private:
  void publish();

  Evidence burst_;
  Evidence wander_;
  double assumed_ = 1;  // what is left of the first assumption
  int64_t minute_ = INT64_MIN;
  double typical_burst_ = 0;
  double typical_wander_ = 0;
};

/// How restless one room is: from the differences between the means of neighbouring blocks, less what chance makes of
/// so few messages. Blocks of 5 minutes tell of bursts, of an hour (with those up to three hours back) of wandering.
///
/// What turns out to be a change is not taken for restlessness: blocks near an alert are left out.
class RoomWander {
 public:
  /// Closes the blocks that have ended by `second`, before a slice of that second is added. `message_variance` is that
  /// of a single message's valence.
  void pass(int64_t second, double message_variance, WanderPool& pool);

  void add(double n, double sum) {
    short_.n += static_cast<float>(n);
    short_.sum += static_cast<float>(sum);
    long_.n += static_cast<float>(n);
    long_.sum += static_cast<float>(sum);
  }

  /// The level has jumped: what was heard before is no measure of wandering, nor is the rest of the open blocks.
  void forget_recent();

  [[nodiscard]] const Restlessness& rest() const { return rest_; }

  void encode(ByteWriter& out) const;
  [[nodiscard]] bool decode(ByteReader& in);

 private:
  struct Open {
    float n = 0;
    float sum = 0;
    int32_t index = 0;    // of the block, since 1970
    bool spoilt = false;  // a jump fell into it
  };
  struct Closed {
    float mean = 0;
    float variance = -1;  // of the mean, by chance; negative: nothing was said or it does not count
  };
  struct Own {  // Evidence of this room, small enough to have for 100,000
    float sum = 0;
    float weight = 0;
    float count = 0;

    void add(double x, double w, double keep);
    [[nodiscard]] double shrunk_to(double typical, double blocks, bool still) const;
  };

  void close_short(double message_variance, WanderPool& pool);
  void close_long(double message_variance, WanderPool& pool);

  Open short_;
  Open long_;
  Closed last_short_;
  std::array<Closed, 3> last_long_;  // newest first
  float waiting_sum_ = 0;            // of the newest pairs of long blocks, until the next block passes without an alert
  float waiting_weight_ = 0;
  Own burst_;
  Own wander_;
  Restlessness rest_;
  bool begun_ = false;
};

}  // namespace roomtone::alerts
