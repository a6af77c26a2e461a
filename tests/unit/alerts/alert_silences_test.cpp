#include "alerts/alert_silences.hpp"

#include <gtest/gtest.h>

#include <string>

namespace roomtone::alerts {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow{std::chrono::seconds(1'790'000'000)};

SilenceRequest request(std::string where, std::chrono::seconds lasts = 1h) {
  return {.where = std::move(where), .ends = kNow + lasts, .by = "ann", .reason = "jokes"};
}

Alert about(std::string key, std::string rule = "tone-shift") {
  Alert alert;
  alert.key = std::move(key);
  alert.rule = std::move(rule);
  return alert;
}

bool covered(SilenceRequest asked, const Alert& alert) {
  AlertSilences silences;
  EXPECT_TRUE(silences.add(asked, kNow).has_value());
  return silences.covering(alert, kNow) != nullptr;
}

std::string refused(SilenceRequest asked) {
  AlertSilences silences;
  const auto made = silences.add(asked, kNow);
  return made ? "taken" : made.error().context;
}

TEST(AlertSilences, OfARoomCoverWhatIsInsideItAndNoNeighbour) {
  EXPECT_TRUE(covered(request("t/derby"), about("t/derby")));
  EXPECT_TRUE(covered(request("t/derby"), about("t/derby/c/experts")));
  EXPECT_FALSE(covered(request("t/derby"), about("t/derby2")));
  EXPECT_FALSE(covered(request("t/derby/c/experts"), about("t/derby")));
  EXPECT_FALSE(covered(request("room"), about("t/derby")));
}

TEST(AlertSilences, OfABeginningCoverAllThatBeginSoAndOfAStarAll) {
  EXPECT_TRUE(covered(request("t/"), about("t/derby")));
  EXPECT_FALSE(covered(request("t/"), about("s/bsky")));
  EXPECT_TRUE(covered(request("*"), about("s/bsky")));
}

TEST(AlertSilences, OfARuleCoverThatRuleOnly) {
  SilenceRequest asked = request("t/derby");
  asked.rule = "volume-spike";
  EXPECT_FALSE(covered(asked, about("t/derby")));
  EXPECT_TRUE(covered(asked, about("t/derby", "volume-spike")));
}

TEST(AlertSilences, EndByThemselves) {
  AlertSilences silences;
  ASSERT_TRUE(silences.add(request("t/derby", 60s), kNow).has_value());
  EXPECT_EQ(silences.next_end(kNow), kNow + 60s);
  EXPECT_NE(silences.covering(about("t/derby"), kNow + 59s), nullptr);
  EXPECT_EQ(silences.covering(about("t/derby"), kNow + 60s), nullptr);
  EXPECT_TRUE(silences.active(kNow + 60s).empty());
  EXPECT_EQ(silences.next_end(kNow + 60s), std::nullopt);
}

TEST(AlertSilences, OfTwoTheOneThatEndsLastIsNamed) {
  AlertSilences silences;
  ASSERT_TRUE(silences.add(request("t/derby", 60s), kNow).has_value());
  ASSERT_TRUE(silences.add(request("t/", 120s), kNow).has_value());
  EXPECT_EQ(silences.covering(about("t/derby"), kNow)->id, "s2");
}

TEST(AlertSilences, AreEndedEarlyByTheirId) {
  AlertSilences silences;
  ASSERT_TRUE(silences.add(request("t/derby"), kNow).has_value());
  EXPECT_FALSE(silences.remove("s2", kNow).has_value());
  EXPECT_TRUE(silences.remove("s1", kNow).has_value());
  EXPECT_EQ(silences.covering(about("t/derby"), kNow), nullptr);
  EXPECT_EQ(silences.remove("s1", kNow).error().code, ErrorCode::not_found);
}

TEST(AlertSilences, AnIdIsNeverUsedAgain) {
  AlertSilences silences;
  ASSERT_TRUE(silences.add(request("t/derby"), kNow).has_value());
  ASSERT_TRUE(silences.remove("s1", kNow).has_value());
  auto read = AlertSilences::parse(silences.text());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->add(request("t/derby"), kNow)->id, "s2");
}

TEST(AlertSilences, AreRefusedWithoutAnEndInTime) {
  EXPECT_NE(refused(request("t/derby", 0s)).find("still to come"), std::string::npos);
  EXPECT_NE(refused(request("t/derby", 24h * 30 + 1s)).find("within 30 days"), std::string::npos);
  SilenceRequest endless = request("t/derby");
  endless.ends = kNoInstant;
  EXPECT_NE(refused(endless), "taken");
  EXPECT_EQ(refused(request("t/derby", 24h * 30)), "taken");
}

TEST(AlertSilences, AreRefusedWithoutAReasonOrWithTextThatIsNoLine) {
  SilenceRequest asked = request("t/derby");
  asked.reason = "";
  EXPECT_NE(refused(asked).find("the reason"), std::string::npos);
  asked.reason = "two\nlines";
  EXPECT_NE(refused(asked).find("the reason"), std::string::npos);
  asked.reason = std::string(AlertSilences::kReasonBytes + 1, 'x');
  EXPECT_NE(refused(asked).find("the reason"), std::string::npos);
  asked.reason = "jokes";
  asked.by = "a\tb";
  EXPECT_NE(refused(asked).find("by whom"), std::string::npos);
}

TEST(AlertSilences, AreRefusedForWhatIsNoRoom) {
  for (const char* where : {"", "/", "t/Derby", "t/der by", "t/*", "../x\n"})
    EXPECT_NE(refused(request(where)), "taken") << where;
}

TEST(AlertSilences, AreAtMostAThousand) {
  AlertSilences silences;
  for (std::size_t i = 0; i < AlertSilences::kMax; ++i)
    ASSERT_TRUE(silences.add(request("t/derby", 60s), kNow).has_value());
  EXPECT_FALSE(silences.add(request("t/derby"), kNow).has_value());
  EXPECT_TRUE(silences.add(request("t/derby"), kNow + 60s).has_value());  // the others are over
}

TEST(AlertSilences, ReadBackAsTheyWereWritten) {
  AlertSilences silences;
  ASSERT_TRUE(silences.add(request("t/derby"), kNow).has_value());
  SilenceRequest asked = request("*");
  asked.rule = "tone-shift";
  asked.reason = "caf\xc3\xa9, \"quoted\"";
  ASSERT_TRUE(silences.add(asked, kNow).has_value());
  const auto read = AlertSilences::parse(silences.text());
  ASSERT_TRUE(read.has_value()) << read.error().context;
  EXPECT_EQ(*read, silences);
}

TEST(AlertSilences, OfADamagedFileAreRefusedWithTheLine) {
  AlertSilences silences;
  ASSERT_TRUE(silences.add(request("t/derby"), kNow).has_value());
  const std::string text = silences.text();
  EXPECT_FALSE(AlertSilences::parse("").has_value());
  EXPECT_FALSE(AlertSilences::parse("roomtone silences 2\n1\n").has_value());
  EXPECT_NE(AlertSilences::parse(text + "s2\tt/x\n").error().context.find("line 4"), std::string::npos);
  for (std::size_t cut = 0; cut < text.size(); ++cut) (void)AlertSilences::parse(text.substr(0, cut));
}

}  // namespace
}  // namespace roomtone::alerts
