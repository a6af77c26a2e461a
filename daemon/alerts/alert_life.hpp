#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "alerts/alert_rules.hpp"
#include "base/bytes.hpp"
#include "model/alert.hpp"

namespace roomtone::alerts {

/// What a detector has found: a level has moved. The unit is the kind's: valence of the tone, valence^2 of the spread,
/// messages in a row of the volume; of what is either so or not (is_condition) 0 and 1.
struct Finding {
  AlertKind kind = AlertKind::tone_shift;
  double before = 0;
  double after = 0;
  int64_t second = 0;  // of the slice that decided it

  [[nodiscard]] bool up() const { return after > before; }
};

/// Whether this kind is found by others than our detectors: it is so, or it is not.
[[nodiscard]] constexpr bool is_condition(AlertKind kind) { return kind >= AlertKind::divergence; }

/// What has happened to one kind of alert in one room since a detector first found something there, until nothing is
/// left to remember: a finding waits until enough is heard, fires, becomes unknown while nothing is heard, is resolved,
/// and cools down.
///
/// Onset and end have different levels: it takes a detector to begin, and a return of three quarters of the way for at
/// least a minute, or a detector that finds the way back, to end. A level that stays is the normal one after `hold_s`,
/// and the alert is over too. What is found while it cools down is not forgotten: if it still stands at the end, it is
/// raised then.
///
/// A value. Time is that of the slices; blind time counts for nothing.
class AlertLife {
 public:
  AlertLife() = default;
  explicit AlertLife(const Finding& first) : kind_(first.kind), waiting_(first), looked_(first.second) {}

  [[nodiscard]] AlertKind kind() const { return kind_; }
  /// Whether there is an alert now: firing or unknown.
  [[nodiscard]] bool open() const { return open_; }
  /// The newest one; without an id if there was none yet.
  [[nodiscard]] const Alert& alert() const { return alert_; }
  /// What waits to be raised.
  [[nodiscard]] const std::optional<Finding>& waiting() const { return waiting_; }
  /// Whether it waits and may be raised now, as far as its own past is concerned.
  [[nodiscard]] bool ripe(int64_t second, const AlertRules& rules) const;
  /// Whether nothing is left to remember.
  [[nodiscard]] bool over(int64_t second, const AlertRules& rules) const;

  /// A detector has found more. True when the alert has changed.
  [[nodiscard]] bool find(const Finding& finding);

  /// Looks where the level is now; every few seconds. True when the alert has changed.
  [[nodiscard]] bool look(int64_t second, double level, bool blind, const AlertRules& rules);

  /// Nobody was there to hear for so many seconds before the next look(): they count for nothing.
  void pass_over(int64_t seconds);

  /// Raises what waits. `alert` has all but its times, its direction and its state.
  void raise(Alert alert, int64_t second);
  /// Too little was heard: the figures are asked again then. Not kept over a restart.
  void try_again(int64_t second) { try_again_at_ = second; }
  [[nodiscard]] int64_t try_again_at() const { return try_again_at_; }
  /// What waits has been explained by something else.
  void drop_waiting() { waiting_.reset(); }
  /// It is over, since something else explains it.
  void resolve(int64_t second);
  /// The room of a community moves with it. False when it is known already, or one too many.
  [[nodiscard]] bool join(std::string_view community, int64_t second);

  /// Lets `review` change how an open alert is told of; true when it has.
  template <typename Review>
  [[nodiscard]] bool review(const Review& review) {
    return open_ && review(alert_);
  }

  /// What to say of it once it is raised, for kinds that somebody else has found. Not kept over a restart.
  [[nodiscard]] const std::string& saying() const { return saying_; }
  void say(std::string sentence) { saying_ = std::move(sentence); }

  /// The level as the book follows it, for kinds whose detector does not.
  [[nodiscard]] double followed() const { return followed_; }
  void follow(double level) { followed_ = level; }

  void encode(ByteWriter& out) const;
  /// `version` is that of the row it stands in.
  [[nodiscard]] bool decode(ByteReader& in, uint8_t version);

 private:
  [[nodiscard]] double way_gone(double level) const;

  AlertKind kind_ = AlertKind::tone_shift;
  bool open_ = false;
  Alert alert_;
  double before_ = 0;  // of the alert
  double after_ = 0;   // where the level last moved to
  std::string saying_;
  double followed_ = 0;
  int64_t since_ = 0;            // of the newest level while open, else of the end
  int64_t back_since_ = kNever;  // since when the level is back, while open
  std::optional<Finding> waiting_;
  int64_t looked_ = 0;
  int64_t try_again_at_ = INT64_MIN;

  static constexpr int64_t kNever = INT64_MAX;
};

}  // namespace roomtone::alerts
