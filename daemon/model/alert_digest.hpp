#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/alert.hpp"

namespace roomtone {

/// Alerts of a digest that are named in it.
inline constexpr std::size_t kDigestAlerts = 20;

/// What was held back from those who are told of alerts, told at once. Times are the wall clock's.
struct AlertDigest {
  std::string id;              // "digest/" and the second in which it was made: the same when it is told again
  Instant since = kNoInstant;  // when the first of them was held back
  Instant made = kNoInstant;
  uint64_t held = 0;           // how many there were
  uint64_t over = 0;           // that are over by now
  uint64_t quiet = 0;          // that were held back in quiet hours; the others were beyond the budget
  std::vector<Alert> worst;    // those that are open first, of these the worst; at most kDigestAlerts
  Instant until = kNoInstant;  // how long it is worth telling

  friend bool operator==(const AlertDigest&, const AlertDigest&) = default;
};

/// Plain English, one line: how many, since when, and the worst of them.
[[nodiscard]] std::string digest_summary(const AlertDigest& digest);

/// As one JSON object, with the names of its fields; `worst` is `alerts`.
void append_digest(std::string& out, const AlertDigest& digest);

}  // namespace roomtone
