#pragma once

#include <memory>
#include <optional>

#include "alerts/alert_silences.hpp"
#include "base/time.hpp"
#include "model/alert.hpp"

namespace roomtone::alerts {

/// Decides which alerts are told to those who are told of alerts; that they are raised, kept and shown it does not
/// touch. What was told once stays told: its end is told as well, whatever silence it comes under later.
///
/// Pure: the time of the wall clock is an argument. Not thread-safe.
class Herald {
 public:
  Herald();

  /// Those in force from now on.
  void set_silences(std::shared_ptr<const AlertSilences> silences);

  /// Of an alert that is just being raised.
  void judge(Alert& alert, Instant wall) const;

  /// Whether something may have changed for alerts that are open.
  [[nodiscard]] bool review_due(Instant wall) const { return !next_review_ || wall >= *next_review_; }

  /// Of each open alert when review_due(). True when it has changed.
  [[nodiscard]] bool review(Alert& alert, Instant wall) const;

  /// All open alerts have been reviewed.
  void reviewed(Instant wall);

 private:
  /// Sets whose silence it is under. True when it is under one.
  bool find_silence(Alert& alert, Instant wall) const;

  std::shared_ptr<const AlertSilences> silences_;  // never null
  std::optional<Instant> next_review_;             // nothing: at once
};

}  // namespace roomtone::alerts
