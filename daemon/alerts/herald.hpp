#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_silences.hpp"
#include "alerts/quiet_hours.hpp"
#include "base/time.hpp"
#include "model/alert.hpp"
#include "model/alert_digest.hpp"

namespace roomtone::alerts {

/// What an operator says of when to be told: the keys of `[alerts]` about that. Times are the wall clock's.
struct HeraldRules {
  QuietHours quiet;
  std::size_t budget = 0;                            // alerts that are told in `budget_per`; 0: all
  std::chrono::seconds budget_per{24 * 3600};        // any span of so long
  std::chrono::seconds digest_every{3600};           // what is beyond the budget is gathered so long
  std::vector<std::string> pass = {"source-blind"};  // rules that neither holds back

  friend bool operator==(const HeraldRules&, const HeraldRules&) = default;
};

/// How many alerts were held back since the process started, and how they were told.
struct HeraldCounts {
  uint64_t silenced = 0;
  uint64_t quiet = 0;
  uint64_t over_budget = 0;
  uint64_t digests = 0;
  std::size_t waiting = 0;  // for a digest now
};

/// Decides which alerts are told to those who are told of alerts, and when; that they are raised, kept and shown it
/// does not touch. What was told once stays told: its end is told as well, whatever silence it comes under later.
///
/// A silence comes first; then a rule that passes; then quiet hours; then the budget. What the last two hold back is
/// told in one digest: at the end of the quiet hours if any of it still fires, else `digest_every` after the first one
/// was held back, outside of quiet hours.
///
/// Pure: the time of the wall clock is an argument. What it holds back, and what it has told within the budget, goes to
/// bytes and back. Not thread-safe.
class Herald {
 public:
  /// Held back in full, for a digest; further ones are counted.
  static constexpr std::size_t kHeldMax = 200;
  static constexpr std::size_t kBudgetMax = 1'000;

  Herald();

  /// What is in force from now on.
  void set_silences(std::shared_ptr<const AlertSilences> silences);
  void set_rules(const HeraldRules& rules);

  /// Of an alert that is just being raised.
  void judge(Alert& alert, Instant wall);

  /// Whether something may have changed for alerts that are open.
  [[nodiscard]] bool review_due(Instant wall) const { return !next_review_ || wall >= *next_review_; }

  /// Of each open alert when review_due(). True when it has changed.
  [[nodiscard]] bool review(Alert& alert, Instant wall);

  /// All open alerts have been reviewed.
  void reviewed(Instant wall);

  /// The newest state of an alert, of any.
  void note(const Alert& alert);

  /// Whether what is held back is told, or is no longer worth telling. Every open alert of which holds() is true comes
  /// to be in_digest then, before take_digest().
  [[nodiscard]] bool digest_due(Instant wall) const;
  [[nodiscard]] static bool holds(const Alert& alert) {
    return alert.telling == AlertTelling::quiet_hours || alert.telling == AlertTelling::over_budget;
  }

  /// The digest, when digest_due(); nothing when all that was held back in quiet hours is over.
  [[nodiscard]] std::optional<AlertDigest> take_digest(Instant wall);

  /// The newest digest as long as it is worth telling: after a restart it is told again, under its id.
  [[nodiscard]] std::optional<AlertDigest> newest_digest(Instant wall) const;

  /// Whether encode() has more to say than the last time.
  [[nodiscard]] bool changed() const { return changed_; }
  [[nodiscard]] std::string encode();
  /// False for bytes that are none of this version; nothing is held back then.
  [[nodiscard]] bool decode(std::string_view bytes);

  [[nodiscard]] HeraldCounts counts() const;

 private:
  /// Sets whose silence it is under. True when it is under one.
  bool find_silence(Alert& alert, Instant wall) const;
  [[nodiscard]] AlertTelling decide(const Alert& alert, Instant wall);
  void hold(const Alert& alert, Instant wall);
  void let_go(const std::string& id);

  std::shared_ptr<const AlertSilences> silences_;  // never null
  HeraldRules rules_;
  std::optional<Instant> next_review_;  // nothing: at once

  std::deque<Instant> told_at_;  // within the budget, ascending; at most kBudgetMax
  std::vector<Alert> held_;      // at most kHeldMax
  uint64_t held_more_ = 0;
  uint64_t held_more_quiet_ = 0;  // of these, in quiet hours
  Instant held_since_ = kNoInstant;
  std::optional<AlertDigest> newest_;
  bool changed_ = false;
  HeraldCounts counts_;
};

}  // namespace roomtone::alerts
