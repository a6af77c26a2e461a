#include "alerts/quiet_hours.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace roomtone::alerts {
namespace {

constexpr int kNone = -1;
constexpr std::array<std::string_view, 7> kDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/// Minutes since midnight of "07:30"; 24:00 is the end of the day. kNone for what is none.
int minutes_of(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 99; };
  if (text.size() != 5 || text[2] != ':') return kNone;
  const int hours = digit(0) * 10 + digit(1);
  const int minutes = digit(3) * 10 + digit(4);
  if (hours > 24 || minutes > 59 || (hours == 24 && minutes != 0)) return kNone;
  return hours * 60 + minutes;
}

std::optional<std::size_t> day_of(std::string_view text) {
  const auto found = std::ranges::find(kDays, text);
  if (found == kDays.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kDays.begin());
}

/// "mon-fri,sun"
bool read_days(std::string_view text, std::array<bool, 7>& days) {
  while (true) {
    const std::string_view part = text.substr(0, text.find(','));
    const std::size_t dash = part.find('-');
    const auto first = day_of(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : day_of(part.substr(dash + 1));
    if (!first || !last) return false;
    for (std::size_t day = *first;; day = (day + 1) % 7) {
      days[day] = true;
      if (day == *last) break;
    }
    if (part.size() == text.size()) return true;
    text.remove_prefix(part.size() + 1);
  }
}

}  // namespace

Result<void> QuietHours::add(std::string_view text) {
  Span span;
  const std::size_t space = text.find(' ');
  const std::string_view hours = space == std::string_view::npos ? text : text.substr(space + 1);
  if (space == std::string_view::npos) span.days.fill(true);
  const bool days = space == std::string_view::npos || read_days(text.substr(0, space), span.days);
  const int from = minutes_of(hours.substr(0, 5));
  const int to = hours.size() == 11 && hours[5] == '-' ? minutes_of(hours.substr(6)) : kNone;
  if (!days || from == kNone || to == kNone || from == 1440 || from == to)
    return fail(ErrorCode::invalid_argument,
                "expected hours such as \"22:00-07:00\", or with days before them, \"mon-fri,sun 22:00-07:00\"");
  span.from_min = from;
  span.to_min = to;
  spans_.push_back(span);
  return {};
}

bool QuietHours::at(Instant wall) const {
  if (spans_.empty()) return false;
  namespace c = std::chrono;
  const auto local = c::floor<c::minutes>(wall + zone_.offset(wall));
  const auto midnight = c::floor<c::days>(local);
  const int minute = static_cast<int>((local - midnight).count());
  const std::size_t day = c::weekday(c::sys_days(midnight)).c_encoding();
  return std::ranges::any_of(spans_, [&](const Span& span) {
    if (span.from_min < span.to_min) return span.days[day] && minute >= span.from_min && minute < span.to_min;
    return (span.days[day] && minute >= span.from_min) || (span.days[(day + 6) % 7] && minute < span.to_min);
  });
}

}  // namespace roomtone::alerts
