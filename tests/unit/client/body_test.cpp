#include "body.hpp"

#include <gmock/gmock.h>
#include <roomtone/v1/atmosphere.pb.h>
#include <roomtone/v1/heartbeat.pb.h>

#include <string>
#include <tuple>

namespace roomtone::client {
namespace {

using testing::ElementsAre;

constexpr const char* kAtmosphere = R"({"v":1,"key":"t/derby",
 "window":{"start_us":1783176600000000,"end_us":"1783176660000000","size_s":60,"state":"partial","revision":3},
 "n":12,"voices":9,"unique_n":11,"pos":6,"neg":2,"neutral":3,"unscored":1,
 "readings":{"raw":{"tone":0.25,"ci_low":0.1,"ci_high":0.4,"pos":0.5,"neg":0.2,"neutral":0.3},
             "voice":{"tone":null,"ci_low":null,"ci_high":null,"pos":0.0,"neg":0.0,"neutral":0.0},
             "reputable":{"tone":0.5,"ci_low":0.4,"ci_high":0.6,"pos":1.0,"neg":0.0,"neutral":0.0},"later":{"tone":0.5}},
 "dispersion":0.3,"rate_per_min":14.4,"name":"buoyant","sentence":"s","coverage":0.9,"automation_share":0.1,
 "reply_share":0.25,"reshare_share":0.5,"real_share":0.875,"young_share":0.125,"concentration":0.0625,
 "top_voice_share":0.375,"campaigns":[{"id":"3fa9c0de0117","share":0.5,"n":6,"voices":2,"later":1},
 {"id":"000000000001","share":0.25,"n":"3","voices":1}],"periodic_share":0.75,"scorer":"lexicon-1","sources":["bsky","lines"],"energy":{"of":[1,"later"]}})";

roomtone::v1::Atmosphere message() {
  roomtone::v1::Atmosphere atmosphere;
  atmosphere.set_v(1);
  atmosphere.set_key("t/derby");
  auto& window = *atmosphere.mutable_window();
  window.set_start_us(1783176600000000);
  window.set_end_us(1783176660000000);
  window.set_size_s(60);
  window.set_state(roomtone::v1::WINDOW_STATE_PARTIAL);
  window.set_revision(3);
  atmosphere.set_n(12);
  atmosphere.set_voices(9);
  atmosphere.set_unique_n(11);
  atmosphere.set_pos(6);
  atmosphere.set_neg(2);
  atmosphere.set_neutral(3);
  atmosphere.set_unscored(1);
  auto& raw = *atmosphere.mutable_readings()->mutable_raw();
  raw.set_tone(0.25);
  raw.set_ci_low(0.1);
  raw.set_ci_high(0.4);
  raw.set_pos(0.5);
  raw.set_neg(0.2);
  raw.set_neutral(0.3);
  atmosphere.mutable_readings()->mutable_voice();
  auto& reputable = *atmosphere.mutable_readings()->mutable_reputable();
  reputable.set_tone(0.5);
  reputable.set_ci_low(0.4);
  reputable.set_ci_high(0.6);
  reputable.set_pos(1.0);
  atmosphere.set_dispersion(0.3);
  atmosphere.set_rate_per_min(14.4);
  atmosphere.set_name(roomtone::v1::ATMOSPHERE_NAME_BUOYANT);
  atmosphere.set_sentence("s");
  atmosphere.set_coverage(0.9);
  atmosphere.set_automation_share(0.1);
  atmosphere.set_reply_share(0.25);
  atmosphere.set_reshare_share(0.5);
  atmosphere.set_real_share(0.875);
  atmosphere.set_young_share(0.125);
  atmosphere.set_concentration(0.0625);
  atmosphere.set_top_voice_share(0.375);
  atmosphere.set_periodic_share(0.75);
  auto& first = *atmosphere.add_campaigns();
  first.set_id("3fa9c0de0117");
  first.set_share(0.5);
  first.set_n(6);
  first.set_voices(2);
  auto& second = *atmosphere.add_campaigns();
  second.set_id("000000000001");
  second.set_share(0.25);
  second.set_n(3);
  second.set_voices(1);
  atmosphere.set_scorer("lexicon-1");
  atmosphere.add_sources("bsky");
  atmosphere.add_sources("lines");
  return atmosphere;
}

auto as_tuple(const Reading& r) { return std::tuple(r.tone, r.ci_low, r.ci_high, r.pos, r.neg, r.neutral); }

auto as_tuple(const Atmosphere& a) {
  std::vector<std::tuple<std::string, double, int64_t, int64_t>> campaigns;
  for (const Campaign& c : a.campaigns) campaigns.emplace_back(c.id, c.share, c.n, c.voices);
  return std::tuple(
      std::tuple(a.v, a.room, a.window.start_us, a.window.end_us, a.window.size_s, a.window.state, a.window.revision,
                 a.n, a.voices, a.unique_n, a.pos, a.neg, a.neutral, a.unscored),
      as_tuple(a.raw), as_tuple(a.voice), as_tuple(a.reputable),
      std::tuple(a.dispersion, a.rate_per_min, a.name, a.sentence, a.coverage, a.automation_share, a.reply_share,
                 a.reshare_share, a.scorer, a.sources),
      std::tuple(a.real_share, a.young_share, a.concentration, a.top_voice_share, campaigns, a.periodic_share));
}

TEST(Body, AnAtmosphereIsTheSameFromJsonAndFromProtobuf) {
  const auto json = read_atmosphere(kAtmosphere, false);
  const auto protobuf = read_atmosphere(message().SerializeAsString(), true);
  ASSERT_TRUE(json && protobuf);
  EXPECT_EQ(as_tuple(*json), as_tuple(*protobuf));
  EXPECT_EQ(json->room, "t/derby");
  EXPECT_EQ(json->window.end_us, 1783176660000000);
  EXPECT_EQ(json->voice.tone, std::nullopt);
  EXPECT_EQ(json->reputable.tone, 0.5);
  EXPECT_EQ(json->top_voice_share, 0.375);
  EXPECT_EQ(json->periodic_share, 0.75);
  ASSERT_EQ(json->campaigns.size(), 2U);
  EXPECT_EQ(json->campaigns[0].id, "3fa9c0de0117");
  EXPECT_EQ(json->campaigns[1].n, 3);
  EXPECT_THAT(json->sources, ElementsAre("bsky", "lines"));
}

TEST(Body, AHeartbeatIsTheSameFromJsonAndFromProtobuf) {
  roomtone::v1::Heartbeat message;
  message.set_epoch(18446744073709551615U);
  message.set_global_seq(70000);
  message.set_watermark_us(1783176640000000);
  auto& source = (*message.mutable_sources())["bsky"];
  source.set_state(roomtone::v1::SOURCE_STATE_STALLED);
  source.set_age_s(31.5);
  (*message.mutable_sources())["new"].set_state(static_cast<roomtone::v1::SourceState>(99));
  message.set_coverage(0.99);
  const auto protobuf = read_heartbeat(message.SerializeAsString(), true);
  const auto json = read_heartbeat(
      R"({"epoch":"18446744073709551615","global_seq":70000,"watermark_us":1783176640000000,
          "sources":{"bsky":{"state":"stalled","lag_s":null,"age_s":31.5},"new":{"state":"unspecified"}},
          "shed_ratio":0.0,"coverage":0.99})",
      false);
  ASSERT_TRUE(json && protobuf);
  for (const auto* beat : {&*json, &*protobuf}) {
    EXPECT_EQ(beat->epoch, 18446744073709551615U);
    EXPECT_EQ(beat->global_seq, 70000U);
    EXPECT_EQ(beat->watermark_us, 1783176640000000);
    EXPECT_TRUE(beat->sources.at("bsky").deaf());
    EXPECT_EQ(beat->sources.at("bsky").lag_s, std::nullopt);
    EXPECT_EQ(beat->sources.at("bsky").age_s, 31.5);
    EXPECT_FALSE(beat->sources.at("new").deaf());
    EXPECT_EQ(beat->coverage, 0.99);
  }
}

TEST(Body, NullAndAbsentAreTheSame) {
  const auto beat = read_heartbeat(R"({"epoch":9,"global_seq":1,"watermark_us":null,"sources":{}})", false);
  ASSERT_TRUE(beat);
  EXPECT_EQ(beat->watermark_us, std::nullopt);
}

TEST(Body, FieldsOfAnyTypeThatAreNotKnownAreSteppedOver) {
  // Fields 900 to 903: a varint, eight bytes, a text, four bytes.
  const std::string unknown(
      "\xA0\x38\x96\x01"
      "\xA9\x38"
      "12345678"
      "\xB2\x38\x03"
      "abc"
      "\xBD\x38"
      "1234",
      26);
  const auto check = read_check(unknown + std::string("\x18\x04\x20\x63", 4), true);
  ASSERT_TRUE(check);
  EXPECT_EQ(std::tuple(check->keys, check->key_seq_sum), std::tuple(4U, 99U));
}

TEST(Body, AMemberOfAnotherTypeMakesJsonNoBody) {
  EXPECT_FALSE(read_check(R"({"keys":1.5,"key_seq_sum":1})", false));
  EXPECT_FALSE(read_check(R"({"keys":[],"key_seq_sum":1})", false));
  EXPECT_FALSE(read_check(R"({"keys":"many"})", false));
  EXPECT_FALSE(read_check("[]", false));
  EXPECT_FALSE(read_atmosphere(R"({"window":7})", false));
  EXPECT_FALSE(read_atmosphere(R"({"sources":[1]})", false));
  EXPECT_FALSE(read_atmosphere(R"({"campaigns":{"id":"3fa9c0de0117"}})", false));
  EXPECT_FALSE(read_atmosphere(R"({"campaigns":["3fa9c0de0117"]})", false));
  EXPECT_FALSE(read_heartbeat(R"({"sources":{"a":1}})", false));
}

TEST(Body, EveryCutOfAProtobufBodyIsReadOrRefusedWithinItsBytes) {
  const std::string body = message().SerializeAsString();
  for (std::size_t size = 0; size < body.size(); ++size) {
    const std::string cut = body.substr(0, size);  // of its own, so that a sanitizer sees a step beyond
    (void)read_atmosphere(cut, true);
  }
  EXPECT_FALSE(read_atmosphere(body.substr(0, body.size() - 1), true));
}

}  // namespace
}  // namespace roomtone::client
