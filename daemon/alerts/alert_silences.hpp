#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/alert.hpp"

namespace roomtone::alerts {

/// That an operator wants to hear nothing of some alerts, until a moment of the wall clock.
struct AlertSilence {
  std::string id;     // "s1", "s2", ...: never used again in the same store
  std::string where;  // a room with all inside it; with a slash at the end all rooms that begin so; "*": all
  std::string rule;   // empty: every rule
  Instant begins = kNoInstant;
  Instant ends = kNoInstant;
  std::string by;
  std::string reason;

  [[nodiscard]] bool covers(const Alert& alert) const;
  friend bool operator==(const AlertSilence&, const AlertSilence&) = default;
};

/// What an operator asks for.
struct SilenceRequest {
  std::string where;
  std::string rule = {};
  Instant ends = kNoInstant;
  std::string by = {};
  std::string reason = {};
};

/// The silences of a daemon. Every one has an end, and there are at most kMax. A value; time is an argument.
class AlertSilences {
 public:
  static constexpr std::size_t kMax = 1'000;
  static constexpr std::chrono::hours kLongest{24 * 30};
  static constexpr std::size_t kReasonBytes = 200;
  static constexpr std::size_t kByBytes = 64;

  /// What text() has written. `corrupt` names the line.
  [[nodiscard]] static Result<AlertSilences> parse(std::string_view text);
  /// All of it as lines.
  [[nodiscard]] std::string text() const;

  /// Makes one that begins now; those that are over are dropped. `invalid_argument` says what is wrong with it.
  [[nodiscard]] Result<AlertSilence> add(const SilenceRequest& request, Instant now);

  /// Ends one early. `not_found` when there is none, or it is over.
  [[nodiscard]] Result<AlertSilence> remove(std::string_view id, Instant now);

  /// Of those that cover an alert now the one that ends last; null: none does.
  [[nodiscard]] const AlertSilence* covering(const Alert& alert, Instant now) const;

  /// Those that are not over, in the order in which they were made.
  [[nodiscard]] std::vector<AlertSilence> active(Instant now) const;

  /// When the next one ends by itself; nothing: none will.
  [[nodiscard]] std::optional<Instant> next_end(Instant now) const;

  friend bool operator==(const AlertSilences&, const AlertSilences&) = default;

 private:
  void forget_what_is_over(Instant now);

  uint64_t next_ = 1;
  std::vector<AlertSilence> all_;
};

}  // namespace roomtone::alerts
