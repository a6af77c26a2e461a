#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace roomtone {

/// What clocks on the wall show somewhere. A value: what the system says of the zone is read once.
class TimeZone {
 public:
  TimeZone() = default;  // UTC

  /// "UTC", an offset such as "+02:00", or a name of IANA's such as "Europe/Berlin", which is read from `folder` (TZif,
  /// RFC 8536). `invalid_argument`: "got "Mars/Base", expected ...".
  [[nodiscard]] static Result<TimeZone> named(std::string_view name,
                                              const std::filesystem::path& folder = "/usr/share/zoneinfo");

  /// How far clocks there are ahead of UTC.
  [[nodiscard]] std::chrono::seconds offset(Instant at) const;

  friend bool operator==(const TimeZone&, const TimeZone&) = default;

 private:
  struct Change {
    int64_t second = 0;  // since 1970, from when on
    int32_t offset_s = 0;
    friend bool operator==(const Change&, const Change&) = default;
  };
  /// A day and time of each year at which clocks are changed: "M3.5.0/2".
  struct YearlyChange {
    int month = 0;
    int week = 0;  // 5: the last
    int weekday = 0;
    int64_t time_s = 7200;
    friend bool operator==(const YearlyChange&, const YearlyChange&) = default;
  };
  [[nodiscard]] bool read_tzif(std::string_view bytes);
  [[nodiscard]] bool read_rule(std::string_view text);
  [[nodiscard]] int32_t by_rule(int64_t second) const;

  int32_t first_offset_s_ = 0;     // before the first change
  std::vector<Change> changes_{};  // ascending
  // For what is after them, as the file's last line has it.
  int32_t standard_s_ = 0;
  int32_t summer_s_ = 0;
  bool has_rule_ = false;
  bool has_summer_ = false;
  YearlyChange to_summer_{};
  YearlyChange to_standard_{};
};

}  // namespace roomtone
