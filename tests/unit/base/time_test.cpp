#include "base/time.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace roomtone {
namespace {

// 2026-07-04T14:38:08Z and 2018-10-10T20:19:24Z, as another program counts them.
constexpr int64_t kFourthOfJuly = 1'783'175'888'000'000;
constexpr int64_t kTenthOfOctober = 1'539'202'764'000'000;
constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kHour = 60 * kMinute;

struct TimeCase {
  const char* name;
  std::string_view text;
  std::optional<int64_t> us;

  friend std::ostream& operator<<(std::ostream& out, const TimeCase& row) { return out << row.name; }
};

std::optional<int64_t> micros_of(const std::optional<Instant>& at) {
  return at ? std::optional(micros(*at)) : std::nullopt;
}

constexpr auto kRowName = [](const auto& row) { return std::string(row.param.name); };

class Rfc3339 : public testing::TestWithParam<TimeCase> {};

TEST_P(Rfc3339, ReadsTheMomentOrNothing) {
  EXPECT_EQ(micros_of(parse_rfc3339(GetParam().text)), GetParam().us) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Accepted, Rfc3339,
    testing::Values(
        TimeCase{"milliseconds", "2026-07-04T14:38:08.999Z", kFourthOfJuly + 999'000},
        TimeCase{"no_fraction", "2026-07-04T14:38:08Z", kFourthOfJuly},
        TimeCase{"one_digit_is_tenths", "2026-07-04T14:38:08.5Z", kFourthOfJuly + 500'000},
        TimeCase{"microseconds", "2026-07-04T14:38:08.000001Z", kFourthOfJuly + 1},
        TimeCase{"past_six_digits_is_cut", "2026-07-04T14:38:08.9999999999999999999999Z", kFourthOfJuly + 999'999},
        TimeCase{"lower_case", "2026-07-04t14:38:08z", kFourthOfJuly},
        TimeCase{"a_space_for_T", "2026-07-04 14:38:08Z", kFourthOfJuly},
        TimeCase{"zero_offset", "2026-07-04T14:38:08+00:00", kFourthOfJuly},
        TimeCase{"negative_zero_offset", "2026-07-04T14:38:08-00:00", kFourthOfJuly},
        TimeCase{"east_is_earlier", "2026-07-04T14:38:08+02:00", kFourthOfJuly - 2 * kHour},
        TimeCase{"west_is_later", "2026-07-04T14:38:08-05:30", kFourthOfJuly + 5 * kHour + 30 * kMinute},
        TimeCase{"offset_without_colon", "2026-07-04T14:38:08+0530", kFourthOfJuly - 5 * kHour - 30 * kMinute},
        TimeCase{"largest_offset", "2026-07-04T14:38:08-23:59", kFourthOfJuly + 23 * kHour + 59 * kMinute},
        TimeCase{"fraction_and_offset", "2026-07-04T16:38:08.25+02:00", kFourthOfJuly + 250'000},
        TimeCase{"leap_second_counts_as_59", "2016-12-31T23:59:60Z", 1'483'228'799'000'000},
        TimeCase{"leap_day", "2024-02-29T00:00:00Z", 1'709'164'800'000'000},
        TimeCase{"leap_day_of_a_fourth_century", "2000-02-29T00:00:00Z", 951'782'400'000'000},
        TimeCase{"the_first_moment", "1970-01-01T00:00:00Z", 0},
        TimeCase{"the_first_moment_by_its_offset", "1969-12-31T23:00:00-01:00", 0},
        TimeCase{"the_last_moment", "2262-01-01T00:00:00Z", kMicrosMax}),
    kRowName);

INSTANTIATE_TEST_SUITE_P(
    Refused, Rfc3339,
    testing::Values(
        TimeCase{"empty", "", {}}, TimeCase{"date_only", "2026-07-04", {}},
        TimeCase{"no_zone", "2026-07-04T14:38:08", {}}, TimeCase{"no_seconds", "2026-07-04T14:38Z", {}},
        TimeCase{"bare_point", "2026-07-04T14:38:08.Z", {}}, TimeCase{"comma_for_point", "2026-07-04T14:38:08,5Z", {}},
        TimeCase{"fraction_then_end", "2026-07-04T14:38:08.5", {}},
        TimeCase{"trailing_space", "2026-07-04T14:38:08Z ", {}}, TimeCase{"leading_space", " 2026-07-04T14:38:08Z", {}},
        TimeCase{"two_zones", "2026-07-04T14:38:08Z+00:00", {}},
        TimeCase{"offset_hours_only", "2026-07-04T14:38:08+02", {}},
        TimeCase{"offset_of_24_hours", "2026-07-04T14:38:08+24:00", {}},
        TimeCase{"offset_of_60_minutes", "2026-07-04T14:38:08+01:60", {}},
        TimeCase{"month_0", "2026-00-04T14:38:08Z", {}}, TimeCase{"month_13", "2026-13-04T14:38:08Z", {}},
        TimeCase{"day_0", "2026-07-00T14:38:08Z", {}}, TimeCase{"day_31_of_30", "2026-06-31T14:38:08Z", {}},
        TimeCase{"leap_day_of_a_common_year", "2026-02-29T14:38:08Z", {}},
        TimeCase{"leap_day_of_a_century", "2100-02-29T14:38:08Z", {}}, TimeCase{"hour_24", "2026-07-04T24:00:00Z", {}},
        TimeCase{"minute_60", "2026-07-04T14:60:08Z", {}}, TimeCase{"second_61", "2026-07-04T14:38:61Z", {}},
        TimeCase{"short_year", "026-07-04T14:38:08Z", {}}, TimeCase{"long_year", "12026-07-04T14:38:08Z", {}},
        TimeCase{"signed_year", "-2026-07-04T14:38:08Z", {}}, TimeCase{"signed_month", "2026-+7-04T14:38:08Z", {}},
        TimeCase{"letters", "2026-07-04T1a:38:08Z", {}},
        TimeCase{"before_the_first_moment", "1969-12-31T23:59:59.999999Z", {}},
        TimeCase{"before_it_by_its_offset", "1970-01-01T00:00:00+00:01", {}},
        TimeCase{"after_the_last_moment", "2262-01-01T00:00:00.000001Z", {}},
        TimeCase{"year_9999", "9999-12-31T23:59:59Z", {}}),
    kRowName);

TEST(Rfc3339, RefusesEveryPrefixOfATimeThatItReads) {
  constexpr std::string_view kWhole = "2026-07-04T14:38:08.999+02:00";
  ASSERT_TRUE(parse_rfc3339(kWhole));
  for (std::size_t size = 0; size < kWhole.size(); ++size)
    EXPECT_FALSE(parse_rfc3339(kWhole.substr(0, size))) << kWhole.substr(0, size);
}

class CtimeUtc : public testing::TestWithParam<TimeCase> {};

TEST_P(CtimeUtc, ReadsTheMomentOrNothing) {
  EXPECT_EQ(micros_of(parse_ctime_utc(GetParam().text)), GetParam().us) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CtimeUtc,
    testing::Values(TimeCase{"as_documented", "Wed Oct 10 20:19:24 +0000 2018", kTenthOfOctober},
                    TimeCase{"east_is_earlier", "Wed Oct 10 20:19:24 +0130 2018",
                             kTenthOfOctober - kHour - 30 * kMinute},
                    TimeCase{"west_is_later", "Wed Oct 10 20:19:24 -0800 2018", kTenthOfOctober + 8 * kHour},
                    TimeCase{"weekday_is_not_judged", "Mon Oct 10 20:19:24 +0000 2018", kTenthOfOctober},
                    TimeCase{"the_first_moment", "Thu Jan 01 00:00:00 +0000 1970", 0},
                    TimeCase{"december", "Mon Dec 31 23:59:59 +0000 2018", 1'546'300'799'000'000},
                    TimeCase{"empty", "", {}}, TimeCase{"german_month", "Mit Okt 10 20:19:24 +0000 2018", {}},
                    TimeCase{"lower_case_month", "Wed oct 10 20:19:24 +0000 2018", {}},
                    TimeCase{"day_31_of_30", "Wed Nov 31 20:19:24 +0000 2018", {}},
                    TimeCase{"space_padded_day", "Wed Oct  1 20:19:24 +0000 2018", {}},
                    TimeCase{"no_sign", "Wed Oct 10 20:19:24 00000 2018", {}},
                    TimeCase{"offset_of_24_hours", "Wed Oct 10 20:19:24 +2400 2018", {}},
                    TimeCase{"hour_24", "Wed Oct 10 24:19:24 +0000 2018", {}},
                    TimeCase{"one_column_short", "Wed Oct 10 20:19:24 +0000 201", {}},
                    TimeCase{"one_column_long", "Wed Oct 10 20:19:24 +0000 20180", {}}),
    kRowName);

TEST(FormatRfc3339, AlwaysWritesSixFractionDigits) {
  EXPECT_EQ(format_rfc3339(instant_of_micros(kFourthOfJuly + 999'000)), "2026-07-04T14:38:08.999000Z");
  EXPECT_EQ(format_rfc3339(instant_of_micros(0)), "1970-01-01T00:00:00.000000Z");
}

TEST(FormatRfc3339, IsReadBackAsTheSameMoment) {
  for (const int64_t us : {int64_t{0}, int64_t{1}, kFourthOfJuly + 123'456, int64_t{951'782'400'000'000}, kMicrosMax}) {
    const Instant at = instant_of_micros(us);
    EXPECT_EQ(parse_rfc3339(format_rfc3339(at)), at) << us;
  }
}

struct DurationCase {
  const char* name;
  std::string_view text;
  std::optional<int64_t> ms;

  friend std::ostream& operator<<(std::ostream& out, const DurationCase& row) { return out << row.name; }
};

class Duration : public testing::TestWithParam<DurationCase> {};

TEST_P(Duration, IsAWholeNumberWithAUnitOrNothing) {
  const auto read = parse_duration(GetParam().text);
  EXPECT_EQ(read ? std::optional<int64_t>(read->count()) : std::nullopt, GetParam().ms) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Duration,
    testing::Values(DurationCase{"milliseconds", "250ms", 250}, DurationCase{"seconds", "90s", 90'000},
                    DurationCase{"minutes", "5m", 300'000}, DurationCase{"hours", "1h", 3'600'000},
                    DurationCase{"days", "2d", 172'800'000}, DurationCase{"zero", "0s", 0},
                    DurationCase{"the_longest", "10000d", 864'000'000'000},
                    DurationCase{"the_longest_in_milliseconds", "864000000000ms", 864'000'000'000},
                    DurationCase{"a_day_too_long", "10001d", {}},
                    DurationCase{"a_millisecond_too_long", "864000000001ms", {}},
                    DurationCase{"beyond_64_bits", "9223372036854775808s", {}}, DurationCase{"empty", "", {}},
                    DurationCase{"no_unit", "90", {}}, DurationCase{"no_number", "s", {}},
                    DurationCase{"unknown_unit", "3w", {}}, DurationCase{"upper_case", "5M", {}},
                    DurationCase{"negative", "-5s", {}}, DurationCase{"plus_sign", "+5s", {}},
                    DurationCase{"a_fraction", "1.5h", {}}, DurationCase{"a_space_between", "5 s", {}},
                    DurationCase{"two_units", "1h30m", {}}, DurationCase{"leading_space", " 5s", {}}),
    kRowName);

TEST(FloorTo, KeepsAMultipleAndMovesEverythingElseDown) {
  EXPECT_EQ(floor_to(instant_of_micros(20'000'000), 10s), instant_of_micros(20'000'000));
  EXPECT_EQ(floor_to(instant_of_micros(29'999'999), 10s), instant_of_micros(20'000'000));
}

TEST(FloorTo, MovesDownBefore1970Too) {
  EXPECT_EQ(floor_to(instant_of_micros(-1), 10s), instant_of_micros(-10'000'000));
  EXPECT_EQ(floor_to(instant_of_micros(-10'000'000), 10s), instant_of_micros(-10'000'000));
}

}  // namespace
}  // namespace roomtone
