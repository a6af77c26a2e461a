#include "app/retention.hpp"

#include <gtest/gtest.h>

namespace roomtone::app {
namespace {

constexpr Instant kNow{std::chrono::microseconds(1'767'258'000'000'000)};  // 2026-01-01T09:00:00Z
constexpr uint64_t kCeiling = 1u << 30;

RetentionConfig a_week_of_panes() {
  RetentionConfig config;
  config.keep = {std::chrono::hours(24 * 7), std::chrono::hours(24 * 90), 0ms};
  config.disk_bytes_max = kCeiling;
  return config;
}

TEST(Retention, KeepsEachWidthAsLongAsConfiguredAndZeroForEver) {
  Retention retention(a_week_of_panes(), true, [] { return uint64_t{0}; });
  const RetentionFloors floors = retention.floors(kNow, Mono{});
  EXPECT_EQ(floors[0], span_of(kNow - std::chrono::hours(24 * 7), Tier::pane));
  EXPECT_EQ(floors[1], span_of(kNow - std::chrono::hours(24 * 90), Tier::minute));
  EXPECT_FALSE(floors[2].has_value());
}

TEST(Retention, ThatDoesNotApplyKeepsAll) {
  Retention retention(a_week_of_panes(), false, [] { return kCeiling * 2; });
  EXPECT_EQ(retention.floors(kNow, Mono{}), RetentionFloors{});
}

TEST(Retention, OverTheCeilingShortensByAFifthEachTimeItLooks) {
  Retention retention(a_week_of_panes(), true, [] { return kCeiling + 1; });
  Mono now{};
  (void)retention.floors(kNow, now);
  EXPECT_EQ(retention.pressure(), 1);
  (void)retention.floors(kNow, now + Retention::kLookEvery - 1s);
  EXPECT_EQ(retention.pressure(), 1);
  const RetentionFloors floors = retention.floors(kNow, now + Retention::kLookEvery);
  EXPECT_EQ(retention.pressure(), 2);
  EXPECT_EQ(floors[0], span_of(kNow - std::chrono::seconds(7 * 24 * 3600 * 64 / 100), Tier::pane));
  EXPECT_TRUE(floors[2].has_value());
}

TEST(Retention, UnderPressureNeverShortensBelowWhatWindowsRead) {
  Retention retention(a_week_of_panes(), true, [] { return kCeiling * 100; });
  RetentionFloors floors;
  for (int i = 0; i < 100; ++i) floors = retention.floors(kNow, Mono{} + i * Retention::kLookEvery);
  for (std::size_t tier = 0; tier < kTiers; ++tier)
    EXPECT_EQ(floors[tier], span_of(kNow - kRetentionMin[tier], static_cast<Tier>(tier)));
}

TEST(Retention, RelaxesOnceTheStoreIsWellBelowTheCeiling) {
  uint64_t bytes = kCeiling + 1;
  Retention retention(a_week_of_panes(), true, [&] { return bytes; });
  (void)retention.floors(kNow, Mono{});
  bytes = kCeiling * 9 / 10;
  (void)retention.floors(kNow, Mono{} + Retention::kLookEvery);
  EXPECT_EQ(retention.pressure(), 1);
  bytes = kCeiling / 2;
  (void)retention.floors(kNow, Mono{} + 2 * Retention::kLookEvery);
  EXPECT_EQ(retention.pressure(), 0);
}

TEST(Retention, AppliesToLiveSourcesOfADaemonThatRunsOnUnlessAsked) {
  Config config;
  config.sources.emplace_back().kind = SourceKind::http;
  EXPECT_TRUE(retention_applies(config, false));
  EXPECT_FALSE(retention_applies(config, true));
  config.sources.emplace_back().kind = SourceKind::file;
  EXPECT_FALSE(retention_applies(config, false));
  config.retention.apply = RetentionApply::always;
  EXPECT_TRUE(retention_applies(config, true));
  config.retention.apply = RetentionApply::never;
  EXPECT_FALSE(retention_applies(config, false));
}

}  // namespace
}  // namespace roomtone::app
