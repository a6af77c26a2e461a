#include "base/time_zone.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "support/temporary_folder.hpp"

namespace roomtone {
namespace {

int64_t offset_min(const TimeZone& zone, const char* time) { return zone.offset(*parse_rfc3339(time)).count() / 60; }

int64_t offset_min(const char* zone, const char* time) {
  const auto found = TimeZone::named(zone);
  EXPECT_TRUE(found.has_value()) << zone;
  return found ? offset_min(*found, time) : 0;
}

TEST(TimeZone, OfAnOffsetIsThatAlways) {
  EXPECT_EQ(offset_min("UTC", "2026-07-01T00:00:00Z"), 0);
  EXPECT_EQ(offset_min("+02:00", "2026-12-01T00:00:00Z"), 120);
  EXPECT_EQ(offset_min("-05:30", "2026-07-01T00:00:00Z"), -330);
}

TEST(TimeZone, KnowsTheSecondAtWhichClocksAreChanged) {
  EXPECT_EQ(offset_min("Europe/Berlin", "2026-03-29T00:59:59Z"), 60);
  EXPECT_EQ(offset_min("Europe/Berlin", "2026-03-29T01:00:00Z"), 120);
  EXPECT_EQ(offset_min("Europe/Berlin", "2026-10-25T00:59:59Z"), 120);
  EXPECT_EQ(offset_min("Europe/Berlin", "2026-10-25T01:00:00Z"), 60);
  EXPECT_EQ(offset_min("America/New_York", "2026-07-01T00:00:00Z"), -240);
  EXPECT_EQ(offset_min("Asia/Kolkata", "2026-07-01T00:00:00Z"), 330);
}

TEST(TimeZone, GoesOnByItsRuleWhereTheTableEnds) {
  EXPECT_EQ(offset_min("Europe/Berlin", "2090-03-26T00:59:59Z"), 60);
  EXPECT_EQ(offset_min("Europe/Berlin", "2090-03-26T01:00:00Z"), 120);
  EXPECT_EQ(offset_min("Europe/Berlin", "2090-10-29T01:00:00Z"), 60);
  EXPECT_EQ(offset_min("Australia/Sydney", "2090-01-01T00:00:00Z"), 660);  // summer there
  EXPECT_EQ(offset_min("Australia/Sydney", "2090-07-01T00:00:00Z"), 600);
  EXPECT_EQ(offset_min("Asia/Tehran", "2090-07-01T00:00:00Z"), 210);
}

TEST(TimeZone, ThatIsNotThereOrLeadsElsewhereIsRefused) {
  for (const char* name :
       {"", "Mars/Base", "Europe", "../zoneinfo/UTC", "/etc/passwd", "+2:00", "+15:00", "tzdata.zi", "+02:0x"})
    EXPECT_FALSE(TimeZone::named(name).has_value()) << name;
}

TEST(TimeZone, OfADamagedFileIsRefusedOrReadAndNeverReadBeyond) {
  test::TemporaryFolder folder;
  std::ostringstream whole;
  whole << std::ifstream("/usr/share/zoneinfo/Europe/Berlin", std::ios::binary).rdbuf();
  const std::string bytes = whole.str();
  ASSERT_GT(bytes.size(), 100U);
  const auto read = [&](const std::string& damaged) {
    std::ofstream(folder.path() / "Zone", std::ios::binary | std::ios::trunc) << damaged;
    return TimeZone::named("Zone", folder.path()).has_value();
  };
  EXPECT_TRUE(read(bytes));
  for (std::size_t size = 0; size < bytes.size(); size += 7) EXPECT_FALSE(read(bytes.substr(0, size))) << size;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
    (void)read(damaged);
  }
}

}  // namespace
}  // namespace roomtone
