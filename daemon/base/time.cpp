#include "base/time.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace roomtone {

namespace {

/// Reads exactly `width` digits at `at`, moving it past them; -1 when one is not a digit.
int digits(std::string_view text, std::size_t& at, std::size_t width) {
  if (text.size() - at < width || at > text.size()) return -1;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += width;
  return value;
}

bool skip(std::string_view text, std::size_t& at, char expected) {
  if (at >= text.size() || text[at] != expected) return false;
  ++at;
  return true;
}

std::optional<Instant> make(int year, int month, int day, int hour, int minute, int second, int64_t fraction_us,
                            int offset_minutes) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  if (second == 60) second = 59;
  const int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const int64_t seconds = ((days * 24 + hour) * 60 + minute - offset_minutes) * 60 + second;
  const int64_t us = seconds * 1'000'000 + fraction_us;
  if (us < kMicrosMin || us > kMicrosMax) return std::nullopt;
  return instant_of_micros(us);
}

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
  std::size_t at = 0;
  const int year = digits(text, at, 4);
  if (year < 0 || !skip(text, at, '-')) return std::nullopt;
  const int month = digits(text, at, 2);
  if (month < 1 || !skip(text, at, '-')) return std::nullopt;
  const int day = digits(text, at, 2);
  if (day < 1 || at >= text.size() || (text[at] != 'T' && text[at] != 't' && text[at] != ' ')) return std::nullopt;
  ++at;
  const int hour = digits(text, at, 2);
  if (hour < 0 || !skip(text, at, ':')) return std::nullopt;
  const int minute = digits(text, at, 2);
  if (minute < 0 || !skip(text, at, ':')) return std::nullopt;
  const int second = digits(text, at, 2);
  if (second < 0) return std::nullopt;

  int64_t fraction_us = 0;
  if (skip(text, at, '.')) {
    const std::size_t begin = at;
    int64_t scale = 100'000;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      fraction_us += (text[at] - '0') * scale;
      scale /= 10;
      ++at;
    }
    if (at == begin) return std::nullopt;
  }

  if (at >= text.size()) return std::nullopt;
  int offset_minutes = 0;
  if (text[at] == 'Z' || text[at] == 'z') {
    ++at;
  } else if (text[at] == '+' || text[at] == '-') {
    const int sign = text[at] == '-' ? -1 : 1;
    ++at;
    const int hours = digits(text, at, 2);
    if (hours < 0 || hours > 23) return std::nullopt;
    if (at < text.size() && text[at] == ':') ++at;
    const int minutes = digits(text, at, 2);
    if (minutes < 0 || minutes > 59) return std::nullopt;
    offset_minutes = sign * (hours * 60 + minutes);
  } else {
    return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  return make(year, month, day, hour, minute, second, fraction_us, offset_minutes);
}

std::optional<Instant> parse_ctime_utc(std::string_view text) {
  // "Wed Oct 10 20:19:24 +0000 2018": fixed columns, 30 characters.
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 30 || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' || text[19] != ' ' || text[25] != ' ')
    return std::nullopt;
  int month = 0;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (text.substr(4, 3) == kMonths[i]) month = static_cast<int>(i) + 1;
  if (month == 0 || text[13] != ':' || text[16] != ':' || (text[20] != '+' && text[20] != '-')) return std::nullopt;
  std::size_t at = 8;
  const int day = digits(text, at, 2);
  at = 11;
  const int hour = digits(text, at, 2);
  at = 14;
  const int minute = digits(text, at, 2);
  at = 17;
  const int second = digits(text, at, 2);
  at = 21;
  const int offset_hours = digits(text, at, 2);
  const int offset_rest = digits(text, at, 2);
  at = 26;
  const int year = digits(text, at, 4);
  if (day < 1 || hour < 0 || minute < 0 || second < 0 || offset_hours < 0 || offset_hours > 23 || offset_rest < 0 ||
      offset_rest > 59 || year < 0)
    return std::nullopt;
  const int offset = (text[20] == '-' ? -1 : 1) * (offset_hours * 60 + offset_rest);
  return make(year, month, day, hour, minute, second, 0, offset);
}

std::string format_rfc3339(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  std::array<char, 40> out{};
  const int size =
      std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return {out.data(), static_cast<std::size_t>(size)};
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  int64_t count = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  int64_t scale_ms = 0;
  if (unit == "ms") scale_ms = 1;
  if (unit == "s") scale_ms = 1000;
  if (unit == "m") scale_ms = 60'000;
  if (unit == "h") scale_ms = 3'600'000;
  if (unit == "d") scale_ms = 86'400'000;
  constexpr int64_t kLongest_ms = 10'000LL * 86'400'000;
  if (scale_ms == 0 || count > kLongest_ms / scale_ms) return std::nullopt;
  return std::chrono::milliseconds(count * scale_ms);
}

}  // namespace roomtone
