#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "alerts/state_bytes.hpp"

namespace roomtone::alerts {

/// What a room's tone usually is at an hour of the week.
struct UsualTone {
  double tone = 0;         // valence
  double uncertainty = 0;  // standard deviation of one more such hour about it, by how weeks differ
  int weeks = 0;           // that it was learnt from; 0: from the same hour of other days of the week
};

/// The slow baseline beside the fast one (LevelFilter): by hour of the week (UTC), over the last weeks.
///
/// The fast baseline follows a drift of hours and in time calls it normal; this one still knows what Monday mornings
/// were like. It is no alarm by itself: it says of a level how unusual it is here and now. An hour counts once it has
/// ended; one with fewer than kMessagesMin messages does not count. 676 bytes a room, so it is kept where it is asked
/// for.
///
/// A value: copies freely, and its bytes give back the very same. Time is that of the slices.
class SeasonalBaseline {
 public:
  static constexpr std::size_t kHours = 168;
  static constexpr int64_t kMessagesMin = 5;
  static constexpr int kWeeksMax = 8;  // from then on the newest week weighs an eighth

  /// Adds an hour that has ended, by its number since 1970: that many scored messages with this sum, millionths.
  void add_hour(int64_t hour, int64_t scored, int64_t valence_micro_sum);

  /// The usual tone at an hour, by its number since 1970. While no such hour of the week has been heard it is that of
  /// the same hour on other days; nothing while there is none of those either.
  [[nodiscard]] std::optional<UsualTone> usual(int64_t hour) const;

  /// Whether less than a whole week has been learnt.
  [[nodiscard]] bool learning() const { return known_ < kHours; }

  void encode(ByteWriter& out) const;
  [[nodiscard]] bool decode(ByteReader& in);

 private:
  [[nodiscard]] std::optional<UsualTone> usual_of_day(int64_t hour) const;

  struct Hour {
    int16_t tone = 0;     // 1 / 30,000 of valence
    uint8_t weeks = 0;    // up to kWeeksMax
    uint8_t scatter = 0;  // standard deviation between weeks, 1 / 250 of valence
  };
  std::array<Hour, kHours> hours_{};
  uint32_t known_ = 0;  // hours of the week with at least one week
};

static_assert(sizeof(SeasonalBaseline) <= 1024, "a seasonal baseline has a kibibyte");

}  // namespace roomtone::alerts
