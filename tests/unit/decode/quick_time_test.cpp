#include "decode/quick_time.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace roomtone::decode {
namespace {

Instant slow(std::string_view text) { return parse_rfc3339(text).value_or(kNoInstant); }

TEST(QuickTime, ReadsTheUsualShape) {
  EXPECT_EQ(format_rfc3339(quick_rfc3339("2026-07-04T14:38:08.999Z")), "2026-07-04T14:38:08.999000Z");
}

TEST(QuickTime, SaysTheSameAsTheSlowReader) {
  for (const std::string_view text :
       {"2026-07-04T14:38:08Z",     "2026-07-04T14:38:08.999999Z", "2026-07-04T14:38:08.9+02:00",
        "2024-02-29T00:00:00.000Z", "2026-02-29T00:00:00.000Z",    "2026-13-01T00:00:00.000Z",
        "2026-00-01T00:00:00.000Z", "2026-01-32T00:00:00.000Z",    "2026-01-01T24:00:00.000Z",
        "2026-01-01T23:60:00.000Z", "2026-01-01T23:59:60.000Z",    "2026-01-01T23:59:61.000Z",
        "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z",    "2261-12-31T23:59:59.999Z",
        "2262-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z",    "2026-07-04t14:38:08.999z",
        "2026-07-04 14:38:08.999Z", "2026-07-04T14:38:08,999Z",    "",
        "2026-07-04T14:38:08.999",  "202\xB0-07-04T14:38:08.999Z"})
    EXPECT_EQ(quick_rfc3339(text), slow(text)) << text;
}

TEST(QuickTime, SaysTheSameWhateverCharacterIsWrong) {
  std::mt19937 random(7);
  for (int i = 0; i < 100'000; ++i) {
    std::string text = "2026-07-04T14:38:08.999Z";
    for (int n = 0; n < 3; ++n)
      text[random() % text.size()] =
          random() % 2 == 0 ? static_cast<char>('0' + random() % 10) : static_cast<char>(random() % 256);
    ASSERT_EQ(quick_rfc3339(text), slow(text)) << text;
  }
}

}  // namespace
}  // namespace roomtone::decode
