#include "alerts/herald.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace roomtone::alerts {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNoon{std::chrono::seconds(1'795'435'200)};  // 2026-11-23T12:00:00Z, a Monday

Alert raised(const std::string& key, AlertKind kind = AlertKind::tone_shift) {
  Alert alert;
  alert.kind = kind;
  alert.key = key;
  alert.rule = kind == AlertKind::source_blind ? "source-blind" : "tone-shift";
  alert.id = key + "/1";
  alert.severity = "warning";
  alert.starts = alert.changed = kNoon;
  alert.sentence = "It fell.";
  return alert;
}

Alert fell_by(const std::string& key, double by) {
  Alert alert = raised(key);
  alert.tone_before = 0.25;
  alert.tone_now = 0.25 - by;
  return alert;
}

/// Quiet from noon to one o'clock.
HeraldRules quiet_at_noon() {
  HeraldRules rules;
  EXPECT_TRUE(rules.quiet.add("12:00-13:00").has_value());
  return rules;
}

TEST(Herald, DigestNamesTheWorstOfThoseThatAreOpenFirst) {
  Herald herald;
  herald.set_rules(quiet_at_noon());
  Alert over = fell_by("t/over", 0.9);
  for (Alert alert : {fell_by("t/a", 0.2), over, fell_by("t/b", 0.6), fell_by("t/c", 0.4)}) {
    herald.judge(alert, kNoon);
    EXPECT_EQ(alert.telling, AlertTelling::quiet_hours);
  }
  over.state = AlertState::resolved;
  herald.note(over);
  ASSERT_FALSE(herald.digest_due(kNoon + 59min));
  ASSERT_TRUE(herald.digest_due(kNoon + 1h));
  const auto digest = herald.take_digest(kNoon + 1h);
  ASSERT_TRUE(digest.has_value());
  std::string keys;
  for (const Alert& alert : digest->worst) keys += alert.key + " ";
  EXPECT_EQ(keys, "t/b t/c t/a t/over ");
  EXPECT_EQ(digest->held, 4);
  EXPECT_EQ(digest->over, 1);
  EXPECT_EQ(digest->quiet, 4);
  EXPECT_FALSE(herald.digest_due(kNoon + 2h));
}

TEST(Herald, LetsABlindSourcePassByDefault) {
  Herald herald;
  herald.set_rules(quiet_at_noon());
  Alert blind = raised("s/bsky", AlertKind::source_blind);
  herald.judge(blind, kNoon);
  EXPECT_EQ(blind.telling, AlertTelling::told);
}

TEST(Herald, DoesNotLetItPassASilence) {
  Herald herald;
  herald.set_rules(quiet_at_noon());
  AlertSilences silences;
  ASSERT_TRUE(silences.add({.where = "s/", .ends = kNoon + 1h, .by = "ann", .reason = "works"}, kNoon).has_value());
  herald.set_silences(std::make_shared<const AlertSilences>(silences));
  Alert blind = raised("s/bsky", AlertKind::source_blind);
  herald.judge(blind, kNoon);
  EXPECT_EQ(blind.telling, AlertTelling::silenced);
  EXPECT_EQ(blind.silenced_by, "s1");
}

TEST(Herald, BudgetIsOfAnySpanAndNotOfTheDay) {
  Herald herald;
  HeraldRules rules;
  rules.budget = 2;
  rules.budget_per = 24h;
  herald.set_rules(rules);
  const auto judged = [&](std::chrono::seconds later) {
    Alert alert = raised("t/a" + std::to_string(later.count()));
    herald.judge(alert, kNoon + later);
    return alert.telling;
  };
  EXPECT_EQ(judged(0h), AlertTelling::told);
  EXPECT_EQ(judged(10h), AlertTelling::told);
  EXPECT_EQ(judged(13h), AlertTelling::over_budget);  // after midnight
  EXPECT_EQ(judged(24h), AlertTelling::told);
  EXPECT_EQ(judged(25h), AlertTelling::over_budget);
}

TEST(Herald, AClockThatIsPutBackDoesNotExhaustTheBudgetForEver) {
  Herald herald;
  HeraldRules rules;
  rules.budget = 1;
  rules.budget_per = 1h;
  herald.set_rules(rules);
  Alert first = raised("t/a");
  herald.judge(first, kNoon);
  Alert second = raised("t/b");
  herald.judge(second, kNoon - 24h * 365);
  EXPECT_EQ(second.telling, AlertTelling::told);
}

TEST(Herald, CountsWhatItCannotHoldInFull) {
  Herald herald;
  herald.set_rules(quiet_at_noon());
  for (std::size_t i = 0; i < Herald::kHeldMax + 5; ++i) {
    Alert alert = raised("t/a" + std::to_string(i));
    herald.judge(alert, kNoon);
  }
  EXPECT_EQ(herald.counts().waiting, Herald::kHeldMax + 5);
  const auto digest = herald.take_digest(kNoon + 1h);
  ASSERT_TRUE(digest.has_value());
  EXPECT_EQ(digest->held, Herald::kHeldMax + 5);
  EXPECT_EQ(digest->worst.size(), kDigestAlerts);
}

TEST(Herald, BytesGiveItBack) {
  Herald herald;
  herald.set_rules(quiet_at_noon());
  Alert alert = fell_by("t/a", 0.4);
  herald.judge(alert, kNoon);
  ASSERT_TRUE(herald.take_digest(kNoon + 1h).has_value());
  Alert another = fell_by("t/b", 0.4);
  herald.judge(another, kNoon + 24h);
  EXPECT_TRUE(herald.changed());
  const std::string bytes = herald.encode();
  EXPECT_FALSE(herald.changed());
  Herald read;
  ASSERT_TRUE(read.decode(bytes));
  read.set_rules(quiet_at_noon());
  EXPECT_EQ(read.newest_digest(kNoon + 1h), herald.newest_digest(kNoon + 1h));
  EXPECT_EQ(read.newest_digest(kNoon + 2h), std::nullopt);  // no longer worth telling
  EXPECT_EQ(read.encode(), bytes);
  EXPECT_EQ(read.take_digest(kNoon + 25h), herald.take_digest(kNoon + 25h));
}

TEST(Herald, RefusesBytesThatAreCut) {
  Herald herald;
  herald.set_rules(quiet_at_noon());
  Alert alert = fell_by("t/a", 0.4);
  herald.judge(alert, kNoon);
  const std::string bytes = herald.encode();
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(Herald().decode(bytes.substr(0, size))) << size;
}

}  // namespace
}  // namespace roomtone::alerts
