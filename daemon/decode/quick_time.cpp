#include "decode/quick_time.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace roomtone::decode {

namespace {

static_assert(std::endian::native == std::endian::little, "the first character is the lowest byte of a word");

/// Eight characters of a time; zeros stand for digits, anything else for itself.
struct Pattern {
  uint64_t characters = 0;
  uint64_t separators = 0;  // all bits of the bytes that hold no digit

  constexpr explicit Pattern(std::string_view eight) {
    for (unsigned i = 0; i < 8; ++i) {
      characters |= static_cast<uint64_t>(static_cast<unsigned char>(eight[i])) << (8 * i);
      if (eight[i] != '0') separators |= uint64_t{0xFF} << (8 * i);
    }
  }
};

constexpr Pattern kDate("0000-00-");
constexpr Pattern kDayAndTime("00T00:00");
constexpr Pattern kSeconds(":00.000Z");

/// Eight characters against a pattern whose zeros stand for digits. What differs is a digit's value where a digit
/// belongs and 0 elsewhere, or the text has another shape.
struct Eight {
  uint64_t values;
  bool fits;

  Eight(const char* text, const Pattern& pattern) {
    std::memcpy(&values, text, 8);
    values ^= pattern.characters;
    const uint64_t over_nine = (values | (values + 0x0606060606060606ULL)) & 0xF0F0F0F0F0F0F0F0ULL;
    fits = (over_nine | (values & pattern.separators)) == 0;
  }

  [[nodiscard]] int digit(int at) const { return static_cast<int>(values >> (8 * at) & 0xFF); }
  [[nodiscard]] int two(int at) const { return digit(at) * 10 + digit(at + 1); }
};

}  // namespace

Instant quick_rfc3339(std::string_view text) {
  if (text.size() == 24) {
    const Eight date(text.data(), kDate);
    const Eight day_time(text.data() + 8, kDayAndTime);
    const Eight seconds(text.data() + 16, kSeconds);
    if (date.fits && day_time.fits && seconds.fits) {
      const int hour = day_time.two(3);
      const int minute = day_time.two(6);
      const int second = seconds.two(1);
      const std::chrono::year_month_day day{std::chrono::year{date.two(0) * 100 + date.two(2)},
                                            std::chrono::month{static_cast<unsigned>(date.two(5))},
                                            std::chrono::day{static_cast<unsigned>(day_time.two(0))}};
      if (day.ok() && day.year() >= std::chrono::year{1970} && day.year() < std::chrono::year{2262} && hour < 24 &&
          minute < 60 && second < 60) {
        const int64_t days = std::chrono::sys_days{day}.time_since_epoch().count();
        const int64_t ms = seconds.digit(4) * 100 + seconds.two(5);
        return instant_of_micros((((days * 24 + hour) * 60 + minute) * 60 + second) * 1'000'000 + ms * 1000);
      }
    }
  }
  return parse_rfc3339(text).value_or(kNoInstant);
}

}  // namespace roomtone::decode
