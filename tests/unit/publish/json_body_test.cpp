#include "publish/json_body.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <limits>

#include "unit/publish/sample_atmosphere.hpp"

namespace roomtone::publish {
namespace {

template <typename... Arguments>
std::string json_of(const Arguments&... arguments) {
  std::string out;
  append_json(out, arguments...);
  return out;
}

TEST(JsonBody, OfABusyMinute) {
  EXPECT_EQ(
      json_of(derby_minute()),
      R"({"v":1,"key":"t/derby","window":{"start_us":1783176600000000,"end_us":1783176660000000,"size_s":60,)"
      R"("state":"partial","revision":3},"n":12,"voices":9,"unique_n":11,"pos":6,"neg":2,"neutral":3,"unscored":1,)"
      R"("readings":{"raw":{"tone":0.250000,"ci_low":0.100000,"ci_high":0.400000,"pos":0.545455,"neg":0.181818,)"
      R"("neutral":0.272727},"voice":{"tone":0.200000,"ci_low":0.050000,"ci_high":0.350000,"pos":0.500000,)"
      R"("neg":0.200000,"neutral":0.300000},"reputable":{"tone":0.150000,"ci_low":0.000000,"ci_high":0.300000,)"
      R"("pos":0.400000,"neg":0.200000,"neutral":0.400000}},"dispersion":0.300000,"rate_per_min":14.400000,)"
      R"("name":"buoyant",)"
      R"("sentence":"t/derby is buoyant: 12 messages by 9 voices in 60 s, tone +0.25 (+0.10 to +0.40).",)"
      R"("coverage":0.916667,"automation_share":0.083333,"reply_share":0.250000,"reshare_share":0.500000,)"
      R"("real_share":0.888889,"young_share":0.111111,"concentration":0.060606,"top_voice_share":0.250000,)"
      R"("campaigns":[{"id":"3fa9c0de0117","share":0.416667,"n":5,"voices":2}],"periodic_share":0.222222,)"
      R"("scorer":"lexicon-1","sources":["bsky","lines"]})");
}

TEST(JsonBody, S43_AllThreeReadingsAreInOneBody) {
  const boost::json::value body = boost::json::parse(json_of(derby_minute()));
  const boost::json::object& readings = body.at("readings").as_object();
  EXPECT_EQ(readings.size(), 3U);
  for (const char* reading : {"raw", "voice", "reputable"}) EXPECT_TRUE(readings.at(reading).at("tone").is_double());
}

TEST(JsonBody, WhatCouldNotBeScoredIsNull) {
  Atmosphere a;
  a.key = "room";
  a.start = instant_of_micros(0);
  a.end = instant_of_micros(60'000'000);
  a.revision = 1;
  EXPECT_EQ(
      json_of(a),
      R"({"v":1,"key":"room","window":{"start_us":0,"end_us":60000000,"size_s":60,"state":"partial",)"
      R"("revision":1},"n":0,"voices":0,"unique_n":0,"pos":0,"neg":0,"neutral":0,"unscored":0,)"
      R"("readings":{"raw":{"tone":null,"ci_low":null,"ci_high":null,"pos":0.000000,"neg":0.000000,)"
      R"("neutral":0.000000},"voice":{"tone":null,"ci_low":null,"ci_high":null,"pos":0.000000,)"
      R"("neg":0.000000,"neutral":0.000000},"reputable":{"tone":null,"ci_low":null,"ci_high":null,)"
      R"("pos":0.000000,"neg":0.000000,"neutral":0.000000}},"dispersion":null,"rate_per_min":0.000000,"name":"unknown",)"
      R"("sentence":"The room cannot be judged: 0 messages by 0 voices in 60 s.","coverage":0.000000,)"
      R"("automation_share":0.000000,"reply_share":0.000000,"reshare_share":0.000000,"real_share":0.000000,)"
      R"("young_share":0.000000,"concentration":0.000000,"top_voice_share":0.000000,"campaigns":[],)"
      R"("periodic_share":0.000000,"scorer":"","sources":[]})");
}

struct DoubleCase {
  const char* name;
  double value;
  const char* written;
};

class Doubles : public testing::TestWithParam<DoubleCase> {};

TEST_P(Doubles, AreWrittenInJson) {
  Atmosphere a = derby_minute();
  a.rate_per_min = GetParam().value;
  EXPECT_NE(json_of(a).find(std::string("\"rate_per_min\":") + GetParam().written + ","), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(JsonBody, Doubles,
                         testing::Values(DoubleCase{"not_a_number", std::nan(""), "null"},
                                         DoubleCase{"infinite", std::numeric_limits<double>::infinity(), "null"},
                                         DoubleCase{"negative_zero", -0.0, "0.000000"},
                                         DoubleCase{"rounds_to_zero_from_below", -0.0000004, "0.000000"},
                                         DoubleCase{"smallest_negative", -0.000001, "-0.000001"},
                                         DoubleCase{"large", 1e15, "1000000000000000.000000"}),
                         [](const auto& row) { return row.param.name; });

TEST(JsonBody, NumbersAboveTwoToTheFiftyThirdAreStrings) {
  std::string out;
  append_json_u64(out, 9'007'199'254'740'992);
  out.push_back(' ');
  append_json_u64(out, 9'007'199'254'740'993);
  out.push_back(' ');
  append_json_u64(out, UINT64_MAX);
  EXPECT_EQ(out, R"(9007199254740992 "9007199254740993" "18446744073709551615")");
}

TEST(JsonBody, StringsAreEscaped) {
  std::string out;
  append_json_string(out, "a\"b\\c\n\x01 é");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\u000a\\u0001 é\"");
}

TEST(JsonBody, OfAHeartbeat) {
  Pulse pulse;
  pulse.watermark = instant_of_micros(1'783'176'640'000'000);
  pulse.coverage = 0.99;
  pulse.sources = {{"bsky", SourceState::live, 0.4, 0.1}, {"file", SourceState::ended, std::nullopt, std::nullopt}};
  EXPECT_EQ(json_of(pulse, uint64_t{7}, uint64_t{70}),
            R"({"epoch":7,"global_seq":70,"watermark_us":1783176640000000,"sources":{)"
            R"("bsky":{"state":"live","lag_s":0.400000,"age_s":0.100000},)"
            R"("file":{"state":"ended","lag_s":null,"age_s":null}},"shed_ratio":0.000000,"coverage":0.990000})");
}

TEST(JsonBody, OfAHeartbeatBeforeAnythingWasHeard) {
  EXPECT_EQ(json_of(Pulse{}, uint64_t{7}, uint64_t{0}),
            R"({"epoch":7,"global_seq":0,"watermark_us":null,"sources":{},"shed_ratio":0.000000,"coverage":1.000000})");
}

TEST(JsonBody, OfACheckFrame) {
  EXPECT_EQ(json_of(PrefixSum{4, 99}, uint64_t{7}, uint64_t{70}),
            R"({"epoch":7,"global_seq":70,"keys":4,"key_seq_sum":99})");
}

TEST(Sentence, LeavesTheToneOutWhenItCannotBeJudged) {
  Atmosphere a = derby_minute();
  a.name = AtmosphereName::unknown;
  a.figures.n = 1;
  a.figures.voices = 1;
  std::string out;
  write_sentence(out, a);
  EXPECT_EQ(out, "t/derby cannot be judged: 1 message by 1 voice in 60 s.");
}

}  // namespace
}  // namespace roomtone::publish
