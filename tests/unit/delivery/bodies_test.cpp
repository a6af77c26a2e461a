#include <gtest/gtest.h>

#include <limits>

#include "delivery/alert_link.hpp"
#include "delivery/alertmanager_body.hpp"
#include "delivery/webhook_event.hpp"
#include "unit/delivery/sample_alert.hpp"

namespace roomtone::delivery {
namespace {

std::string body_of(const Alert& alert, const AlertmanagerText& text = {"here", "", ""}) {
  const AlertPtr one[] = {std::make_shared<const Alert>(alert)};
  return alertmanager_body(one, text, kNoon + 2min);
}

std::string labels(const Alert& alert) {
  std::string all;
  for (const auto& [name, value] : labels_of(alert, "here")) all += name + "=" + value + " ";
  return all;
}

TEST(AlertmanagerBody, IsWhatTheirApiTakes) {
  EXPECT_EQ(
      body_of(sample_alert(), {"here", "https://g.example/?room={key}&from={starts_ms}", "https://wiki.example/tone"}),
      R"([{"labels":{"alertname":"RoomtoneToneShift","room":"t/derby","topic":"derby","direction":"down",)"
      R"("severity":"warning","instance":"here","rule":"default"},)"
      R"("annotations":{"summary":"The tone of t/derby fell by 0.35.",)"
      R"("description":"Tone -0.25 (-0.31 to -0.19), before +0.10. 340 messages by 210 voices. Down by: awful, disgrace.",)"
      R"("tone_before":"+0.10","tone_now":"-0.25","interval":"-0.31 to -0.19","n":"340","voices":"210",)"
      R"("words_down":"awful, disgrace","state":"firing","id":"t/derby/default/x/1",)"
      R"("runbook_url":"https://wiki.example/tone"},)"
      R"("startsAt":"2026-11-22T12:00:00.000000Z","endsAt":"2026-11-22T12:02:00.000000Z",)"
      R"("generatorURL":"https://g.example/?room=t%2Fderby&from=1795348800000"}])");
}

TEST(AlertmanagerBody, AResolvedOneEndsWhenItEnded) {
  const std::string body = body_of(resolved(sample_alert(), kNoon + 90s));
  EXPECT_NE(body.find(R"("endsAt":"2026-11-22T12:01:30.000000Z")"), std::string::npos) << body;
}

TEST(AlertmanagerBody, AnEndIsNeverBeforeItsBeginning) {
  const std::string body = body_of(resolved(sample_alert(), kNoon - 1s));
  EXPECT_NE(body.find(R"("endsAt":"2026-11-22T12:00:00.000000Z")"), std::string::npos) << body;
}

TEST(AlertmanagerLabels, NameTheRoomInItsLevels) {
  EXPECT_EQ(labels(sample_alert("room", AlertKind::volume_spike)),
            "alertname=RoomtoneVolumeSpike room=room severity=warning instance=here rule=default ");
  EXPECT_EQ(labels(sample_alert("t/derby/c/experts/r/jockey", AlertKind::divergence)),
            "alertname=RoomtoneDivergence room=t/derby/c/experts/r/jockey topic=derby community=experts role=jockey "
            "direction=down severity=warning instance=here rule=default ");
  EXPECT_EQ(labels(sample_alert("s/bluesky", AlertKind::source_blind)),
            "alertname=RoomtoneSourceBlind source=bluesky severity=warning instance=here rule=default ");
}

TEST(AlertmanagerLabels, StayTheSameWhileFiguresAndStateChange) {
  const Alert first = sample_alert();
  Alert later = first;
  later.tone_now = -0.5;
  later.n = 900;
  later.voices = 412;
  later.sentence = "Worse.";
  later.changed += 1h;
  EXPECT_EQ(labels(first), labels(later));
  EXPECT_EQ(labels(first), labels(resolved(later, kNoon + 2h)));
}

TEST(AlertmanagerBody, FiguresThatAreNoNumbersAndBytesThatAreNoTextDoNotSpoilIt) {
  Alert alert = sample_alert();
  alert.tone_now = std::numeric_limits<double>::quiet_NaN();
  alert.words_down = {"a\xff\xc3", "\xed\xa0\x80", "caf\xc3\xa9", "\"\n"};
  const std::string body = body_of(alert);
  EXPECT_EQ(body.find("nan"), std::string::npos) << body;
  EXPECT_NE(body.find("\"words_down\":\"a\xef\xbf\xbd\xef\xbf\xbd, \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd, caf\xc3\xa9, "
                      "\\\"\\u000a\""),
            std::string::npos)
      << body;
}

TEST(WebhookEvent, IsACloudEventThatAnAlertWasRaised) {
  Alert alert = sample_alert();
  const WebhookEvent event = webhook_event(alert, "here", kNoon + 1s, "https://g.example/?r={key}");
  EXPECT_EQ(event.id, "t/derby/default/x/1/raised");
  EXPECT_EQ(
      event.body,
      R"({"specversion":"1.0","id":"t/derby/default/x/1/raised","source":"/roomtone/here",)"
      R"("type":"io.roomtone.alert.raised.v1","subject":"t/derby","time":"2026-11-22T12:00:00.000000Z",)"
      R"("recordedtime":"2026-11-22T12:00:01.000000Z","datacontenttype":"application/json","data":)"
      R"({"id":"t/derby/default/x/1","kind":"tone_shift","state":"firing","up":false,"key":"t/derby",)"
      R"("rule":"default","severity":"warning","starts":"2026-11-22T12:00:00.000000Z","ends":null,)"
      R"("changed":"2026-11-22T12:00:00.000000Z","tone_before":0.100000,"tone_now":-0.250000,)"
      R"("ci_low":-0.312500,"ci_high":-0.187500,"n":340,"voices":210,"rate_before":null,"rate_now":null,)"
      R"("words_up":[],"words_down":["awful","disgrace"],"communities":[],)"
      R"("sentence":"The tone of t/derby fell by 0.35.","delivery":"told","silenced_by":null,"url":"https://g.example/?r=t%2Fderby"}})");
}

TEST(WebhookEvent, IsOneThatItWasCleared) {
  const WebhookEvent event = webhook_event(resolved(sample_alert(), kNoon + 90s), "here", kNoon + 91s, "");
  EXPECT_EQ(event.id, "t/derby/default/x/1/cleared");
  EXPECT_NE(event.body.find(R"("type":"io.roomtone.alert.cleared.v1")"), std::string::npos);
  EXPECT_NE(event.body.find(R"("time":"2026-11-22T12:01:30.000000Z")"), std::string::npos);
}

}  // namespace
}  // namespace roomtone::delivery
