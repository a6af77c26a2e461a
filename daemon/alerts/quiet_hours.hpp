#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/time_zone.hpp"

namespace roomtone::alerts {

/// When people do not want to be told of alerts: hours of days of the week, as the clocks of a time zone show them. A
/// value.
class QuietHours {
 public:
  QuietHours() = default;  // none
  explicit QuietHours(TimeZone zone) : zone_(std::move(zone)) {}

  /// "22:00-07:00", on every day, or "mon-fri,sun 22:00-07:00". One that ends before it begins goes on into the next
  /// day, and is of the day that it begins on; "00:00-24:00" is a whole day. `invalid_argument` says what is expected.
  [[nodiscard]] Result<void> add(std::string_view text);

  /// Whether it is quiet then.
  [[nodiscard]] bool at(Instant wall) const;

  [[nodiscard]] bool empty() const { return spans_.empty(); }

  friend bool operator==(const QuietHours&, const QuietHours&) = default;

 private:
  struct Span {
    std::array<bool, 7> days{};  // from Sunday
    int from_min = 0;
    int to_min = 0;  // not after from_min: of the next day
    friend bool operator==(const Span&, const Span&) = default;
  };

  TimeZone zone_;
  std::vector<Span> spans_;
};

}  // namespace roomtone::alerts
