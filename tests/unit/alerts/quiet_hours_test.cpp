#include "alerts/quiet_hours.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace roomtone::alerts {
namespace {

QuietHours quiet(std::initializer_list<const char*> hours, const char* zone = "UTC") {
  auto found = TimeZone::named(zone);
  EXPECT_TRUE(found.has_value());
  QuietHours made(*found);
  for (const char* text : hours) EXPECT_TRUE(made.add(text).has_value()) << text;
  return made;
}

bool at(const QuietHours& hours, const char* time) { return hours.at(*parse_rfc3339(time)); }

TEST(QuietHours, OfADayBeginAndEndOnIt) {
  const QuietHours hours = quiet({"12:30-13:45"});
  EXPECT_FALSE(at(hours, "2026-11-23T12:29:59Z"));
  EXPECT_TRUE(at(hours, "2026-11-23T12:30:00Z"));
  EXPECT_TRUE(at(hours, "2026-11-23T13:44:59Z"));
  EXPECT_FALSE(at(hours, "2026-11-23T13:45:00Z"));
}

TEST(QuietHours, OfANightGoOnIntoTheNextDay) {
  const QuietHours hours = quiet({"fri 22:00-07:00"});  // 2026-11-27 is a Friday
  EXPECT_FALSE(at(hours, "2026-11-27T06:00:00Z"));
  EXPECT_TRUE(at(hours, "2026-11-27T22:00:00Z"));
  EXPECT_TRUE(at(hours, "2026-11-28T06:59:59Z"));
  EXPECT_FALSE(at(hours, "2026-11-28T07:00:00Z"));
  EXPECT_FALSE(at(hours, "2026-11-28T22:00:00Z"));
}

TEST(QuietHours, OfAWholeDayAreAllOfIt) {
  const QuietHours hours = quiet({"sat,sun 00:00-24:00"});
  EXPECT_FALSE(at(hours, "2026-11-27T23:59:59Z"));
  EXPECT_TRUE(at(hours, "2026-11-28T00:00:00Z"));
  EXPECT_TRUE(at(hours, "2026-11-29T23:59:59Z"));
  EXPECT_FALSE(at(hours, "2026-11-30T00:00:00Z"));
}

TEST(QuietHours, AreThoseOfTheirZoneAlsoWhenItsClocksAreChanged) {
  const QuietHours hours = quiet({"22:00-07:00"}, "Europe/Berlin");
  EXPECT_TRUE(at(hours, "2026-07-01T20:00:00Z"));  // two hours ahead in summer
  EXPECT_FALSE(at(hours, "2026-07-01T05:00:00Z"));
  EXPECT_FALSE(at(hours, "2026-12-01T20:59:59Z"));  // and one in winter
  EXPECT_TRUE(at(hours, "2026-12-01T21:00:00Z"));
  EXPECT_TRUE(at(hours, "2026-12-01T05:59:59Z"));
}

TEST(QuietHours, DaysAreThoseOfTheZone) {
  const QuietHours hours = quiet({"mon 00:00-01:00"}, "+14:00");
  EXPECT_TRUE(at(hours, "2026-11-22T10:30:00Z"));  // a Sunday in UTC
}

TEST(QuietHours, OfADayRangeMayGoAroundTheWeek) {
  const QuietHours hours = quiet({"sat-mon 10:00-11:00"});
  EXPECT_TRUE(at(hours, "2026-11-28T10:00:00Z"));
  EXPECT_TRUE(at(hours, "2026-11-30T10:00:00Z"));
  EXPECT_FALSE(at(hours, "2026-12-01T10:00:00Z"));
}

TEST(QuietHours, ThatAreNoneAreRefused) {
  for (const char* text : {"", "22:00", "22:00-", "22:00-22:00", "24:00-07:00", "22:00-25:00", "22:60-07:00",
                           "2200-0700", "monday 22:00-07:00", "mon, 22:00-07:00", " 22:00-07:00", "mon  22:00-07:00"}) {
    QuietHours hours;
    EXPECT_FALSE(hours.add(text).has_value()) << text;
    EXPECT_TRUE(hours.empty());
  }
}

TEST(QuietHours, OfNoneAreNever) { EXPECT_FALSE(at(QuietHours(), "2026-11-23T03:00:00Z")); }

}  // namespace
}  // namespace roomtone::alerts
