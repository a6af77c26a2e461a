#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "delivery/alertmanager_receiver.hpp"
#include "delivery/digest_schedule.hpp"
#include "delivery/webhook_schedule.hpp"

namespace roomtone::delivery {
namespace {

using namespace std::chrono_literals;

constexpr Instant kMade{std::chrono::seconds(1'795'435'200)};  // 2026-11-23T12:00:00Z
constexpr Mono kNow{std::chrono::seconds(1000)};

AlertDigest digest() {
  AlertDigest digest;
  digest.id = "digest/1795435200";
  digest.since = kMade - 2h;
  digest.made = kMade;
  digest.until = kMade + 1h;
  digest.held = 3;
  digest.over = 1;
  digest.quiet = 3;
  Alert alert;
  alert.key = "t/derby";
  alert.severity = "page";
  alert.starts = alert.changed = kMade - 1h;
  alert.sentence = "It fell.";
  digest.worst = {alert, alert};
  digest.worst[1].state = AlertState::resolved;
  return digest;
}

TEST(AlertDigest, SaysHowManyWhyAndTheWorst) {
  EXPECT_EQ(digest_summary(digest()),
            "3 alerts were held back since 2026-11-23T10:00:00Z in quiet hours; 1 is over by now. The worst: It fell.");
  AlertDigest mixed = digest();
  mixed.quiet = 1;
  mixed.over = 3;
  EXPECT_EQ(digest_summary(mixed),
            "3 alerts were held back since 2026-11-23T10:00:00Z, 1 of them in quiet hours and the others beyond the "
            "budget; all are over by now. The worst: It fell.");
  AlertDigest one = digest();
  one.held = 1;
  one.quiet = one.over = 0;
  EXPECT_EQ(digest_summary(one), "1 alert was held back since 2026-11-23T10:00:00Z beyond the budget. It fell.");
}

TEST(AlertmanagerDigest, IsAnAlertThatEndsByItself) {
  EXPECT_EQ(
      digest_body(digest(), {.instance = "lobby", .external_url = "", .runbook_url = ""}),
      R"([{"labels":{"alertname":"RoomtoneDigest","severity":"page","instance":"lobby","rule":"digest"},)"
      R"("annotations":{"summary":"3 alerts were held back since 2026-11-23T10:00:00Z in quiet hours; 1 is over by )"
      R"(now. The worst: It fell.","description":"It fell.\u000a(over) It fell.","held":"3","over":"1",)"
      R"("id":"digest/1795435200"},)"
      R"("startsAt":"2026-11-23T12:00:00.000000Z","endsAt":"2026-11-23T13:00:00.000000Z"}])");
}

TEST(DigestSchedule, TellsAtOnceAndAgainUntilItsEnd) {
  DigestSchedule schedule(30min, 30s);
  schedule.update(std::make_shared<const AlertDigest>(digest()), kNow, kMade);
  for (const auto at : {0min, 30min}) {
    EXPECT_EQ(schedule.next(), kNow + at);
    ASSERT_NE(schedule.take(kNow + at), nullptr);
    EXPECT_EQ(schedule.next(), std::nullopt);
    schedule.done(SendOutcome::accepted, kNow + at);
    EXPECT_EQ(schedule.take(kNow + at), nullptr);
  }
  EXPECT_EQ(schedule.next(), std::nullopt);
  EXPECT_EQ(schedule.take(kNow + 60min), nullptr);
}

TEST(DigestSchedule, TriesAgainAfterAFailureAndTellsTheNewestOnly) {
  DigestSchedule schedule(30min, 30s);
  schedule.update(std::make_shared<const AlertDigest>(digest()), kNow, kMade);
  ASSERT_NE(schedule.take(kNow), nullptr);
  schedule.done(SendOutcome::failed, kNow);
  EXPECT_EQ(schedule.next(), kNow + 30s);
  AlertDigest newer = digest();
  newer.id = "digest/2";
  ASSERT_NE(schedule.take(kNow + 30s), nullptr);
  schedule.update(std::make_shared<const AlertDigest>(newer), kNow + 31s, kMade + 31s);
  schedule.done(SendOutcome::accepted, kNow + 32s);
  EXPECT_EQ(schedule.next(), kNow + 31s);
  EXPECT_EQ(schedule.take(kNow + 32s)->id, "digest/2");
}

TEST(DigestSchedule, DoesNotTellOfOneThatIsOver) {
  DigestSchedule schedule(30min, 30s);
  schedule.update(std::make_shared<const AlertDigest>(digest()), kNow, kMade + 1h);
  EXPECT_EQ(schedule.next(), std::nullopt);
}

TEST(AlertmanagerReceiver, TellsAlertsBeforeTheDigestOneRequestAtATime) {
  AlertmanagerReceiver receiver("/api/v2/alerts", "", {"lobby", "", ""}, {});
  Alert alert = digest().worst[0];
  alert.id = "t/derby/1";
  receiver.tell(std::make_shared<const AlertDigest>(digest()), kNow, kMade);
  receiver.update(std::make_shared<const Alert>(alert), kNow, kMade);
  const auto first = receiver.take(kNow, kMade);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->body.find("RoomtoneDigest"), std::string::npos);
  receiver.done(SendOutcome::accepted, kNow);
  EXPECT_EQ(receiver.next(), kNow);
  const auto second = receiver.take(kNow, kMade);
  ASSERT_TRUE(second.has_value());
  EXPECT_NE(second->body.find("RoomtoneDigest"), std::string::npos);
  receiver.done(SendOutcome::accepted, kNow);
  EXPECT_EQ(receiver.next(), kNow + 30s);
}

TEST(WebhookDigest, IsOneMessageUnderTheDigestsId) {
  WebhookSchedule schedule({}, "lobby", "");
  schedule.tell(digest(), kNow, kMade);
  const auto event = schedule.take(kNow);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->id, "digest/1795435200");
  for (const char* part : {R"("type":"io.roomtone.alert.digest.v1")", R"("time":"2026-11-23T12:00:00.000000Z")",
                           R"("data":{"id":"digest/1795435200","since":"2026-11-23T10:00:00.000000Z",)",
                           R"("held":3,"over":1,"quiet":3,"sentence":"3 alerts)", R"("alerts":[{"id":"")"})
    EXPECT_NE(event->body.find(part), std::string::npos) << part << " in " << event->body;
  schedule.done(SendOutcome::accepted, kNow);
  EXPECT_EQ(schedule.size(), 0);
}

}  // namespace
}  // namespace roomtone::delivery
