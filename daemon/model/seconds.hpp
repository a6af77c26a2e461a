#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "model/rollup.hpp"

namespace roomtone {

/// What a room was told in one second of event time: what detectors of alerts step on.
struct SecondSums {
  int64_t n = 0;
  int64_t scored = 0;
  int64_t valence_micro_sum = 0;     // of the scored ones, millionths
  int64_t valence_sq_micro_sum = 0;  // sum of round(valence^2 * 10^6)

  void add(const SecondSums& other) {
    n += other.n;
    scored += other.scored;
    valence_micro_sum += other.valence_micro_sum;
    valence_sq_micro_sum += other.valence_sq_micro_sum;
  }
  friend bool operator==(const SecondSums&, const SecondSums&) = default;
};

inline constexpr std::size_t kPaneSeconds = 10;

/// A pane by its seconds. Travels beside the deltas of a tally, one for each and in their order: which seconds have
/// anything in them (varint, a bit for each), then the sums of these (zigzag). Nothing of it is stored.
class PaneSeconds {
 public:
  void add(const MessagePart& part, int64_t sign) {
    // A mark is less than a pane; one that is not must not write elsewhere.
    const std::size_t second = std::min<std::size_t>(part.mark / 1'000'000, kPaneSeconds - 1);
    SecondSums& sums = sums_[second];
    heard_ |= 1U << second;
    sums.n += sign;
    if (!part.mood.scored) return;
    sums.scored += sign;
    sums.valence_micro_sum += sign * static_cast<int64_t>(part.mood.valence_micro);
    sums.valence_sq_micro_sum += sign * square_micro(part.mood.valence_micro);
  }

  /// Appends, and begins anew.
  void take(std::string& bytes) {
    ByteWriter out(bytes);
    out.varint(heard_);
    for (std::size_t second = 0; second < kPaneSeconds; ++second) {
      if ((heard_ >> second & 1U) == 0) continue;
      SecondSums& sums = sums_[second];
      for (const int64_t v : {sums.n, sums.scored, sums.valence_micro_sum, sums.valence_sq_micro_sum}) out.zigzag(v);
      sums = {};
    }
    heard_ = 0;
  }

 private:
  std::array<SecondSums, kPaneSeconds> sums_{};
  uint32_t heard_ = 0;  // by second, those with anything in them
};

/// Reads one pane's seconds: `to(second of the pane, sums)` for each that has any. False: malformed.
template <typename To>
[[nodiscard]] bool read_seconds(ByteReader& in, To&& to) {
  const uint64_t heard = in.varint();
  if (!in.ok() || heard >= uint64_t{1} << kPaneSeconds) return false;
  for (std::size_t second = 0; second < kPaneSeconds; ++second) {
    if ((heard >> second & 1U) == 0) continue;
    SecondSums sums;
    for (int64_t* v : {&sums.n, &sums.scored, &sums.valence_micro_sum, &sums.valence_sq_micro_sum}) *v = in.zigzag();
    if (!in.ok()) return false;
    to(second, sums);
  }
  return true;
}

}  // namespace roomtone
