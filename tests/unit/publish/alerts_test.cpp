#include <gtest/gtest.h>

#include <string>

#include "publish/body.hpp"
#include "publish/feed_key.hpp"
#include "roomtone/v1/alert.pb.h"

namespace roomtone::publish {
namespace {

Alert falling() {
  Alert alert;
  alert.key = "t/derby";
  alert.rule = "tone-shift";
  alert.severity = "warning";
  alert.id = "t/derby/tone-shift/5";
  alert.starts = instant_of_micros(5'000'000);
  alert.changed = instant_of_micros(6'000'000);
  alert.tone_before = 0.25;
  alert.tone_now = -0.5;
  alert.n = 30;
  alert.voices = 20;
  alert.words_down = {"lame", "sc\"ratched"};
  alert.communities = {"t/derby/c/experts"};
  alert.sentence = "It fell.";
  return alert;
}

TEST(AlertBody, InJsonSaysWhatTheProtocolSays) {
  std::string body;
  append_body(body, BodyFormat::json, falling());
  EXPECT_EQ(
      body,
      R"({"v":1,"id":"t/derby/tone-shift/5","kind":"tone_shift","state":"firing","up":false,)"
      R"("key":"t/derby","rule":"tone-shift","severity":"warning","starts":"1970-01-01T00:00:05.000000Z","ends":null,)"
      R"("changed":"1970-01-01T00:00:06.000000Z","tone_before":0.250000,"tone_now":-0.500000,"ci_low":null,"ci_high":null,)"
      R"("n":30,"voices":20,"rate_before":null,"rate_now":null,"words_up":[],)"
      R"("words_down":["lame","sc\"ratched"],"communities":["t/derby/c/experts"],"sentence":"It fell.",)"
      R"("delivery":"told","silenced_by":null})");
}

TEST(AlertBody, HasAnEndOnceItIsResolved) {
  Alert alert = falling();
  alert.state = AlertState::resolved;
  alert.ends = instant_of_micros(7'000'000);
  std::string body;
  append_body(body, BodyFormat::json, alert);
  EXPECT_NE(body.find(R"("state":"resolved")"), std::string::npos);
  EXPECT_NE(body.find(R"("ends":"1970-01-01T00:00:07.000000Z")"), std::string::npos);
}

TEST(AlertBody, InProtobufSaysTheSame) {
  std::string body;
  append_body(body, BodyFormat::protobuf, falling());
  v1::Alert read;
  ASSERT_TRUE(read.ParseFromString(body));
  EXPECT_EQ(read.kind(), v1::ALERT_KIND_TONE_SHIFT);
  EXPECT_EQ(read.state(), v1::ALERT_STATE_FIRING);
  EXPECT_FALSE(read.up());
  EXPECT_FALSE(read.has_ends_us());
  EXPECT_EQ(read.tone_now(), -0.5);
  EXPECT_FALSE(read.has_ci_low());
  EXPECT_EQ(read.words_down_size(), 2);
}

TEST(AlertKey, IsASequencedKey) {
  std::string key;
  write_alert_key(key, "t/derby/c/experts", "tone-shift");
  EXPECT_EQ(key, "/al/t/derby/c/experts/tone-shift/");
  EXPECT_TRUE(is_sequenced_key(key));
  EXPECT_TRUE(valid_prefix(key));
}

TEST(AlertKey, IsNothingElse) {
  for (const char* key : {"/al/", "/al/tone-shift/", "/al/t/derby/Tone/", "/al/t/derby/tone-shift", "/al//tone-shift/"})
    EXPECT_FALSE(is_sequenced_key(key)) << key;
}

}  // namespace
}  // namespace roomtone::publish
