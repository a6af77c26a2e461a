#include "publish/explanation_body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace roomtone::publish {
namespace {

Explanation sample() {
  Explanation e;
  e.key = "t/derby";
  e.window = WindowSize::five_minutes;
  e.end = instant_of_micros(1'783'177'200'000'000);
  e.start = e.end - std::chrono::minutes(5);
  e.baseline_start = e.start - std::chrono::hours(1);
  e.now = {120, 80, -0.25, -0.35, -0.15, 0.5, 24, AtmosphereName::tense};
  e.before = {600, 300, 0.125, {}, {}, {}, 10, AtmosphereName::calm};
  e.shift = {{{"awful", -0.25, -0.25, 0, 0, 0.5, {}, -0.5, 0, 30}}, -0.125, -0.375, 0.015625, 64, 60};
  e.terms = {{"awful", 0.5, -0.5, 30}};
  e.voices = {0.25, 0.0625, 0.5, 0.75, 0.875, 0.125, 0.0625};
  e.campaigns = {{3, 0.25, 0, -1, 0.5, {{"rigged", 1, -0.75, 16}}}};
  e.cause = Cause::campaign;
  e.sentence = "t/derby fell \"a lot\".";
  return e;
}

TEST(ExplanationBody, IsReadBackAsItWasWritten_S54) {
  std::string json = "{";
  append_explanation(json, sample());
  const auto read = read_explanation(json + "}");
  ASSERT_TRUE(read) << read.error().context;
  EXPECT_EQ(*read, sample());
}

TEST(ExplanationBody, HasTheMembersThatTheProtocolNames) {
  std::string json;
  append_explanation(json, sample());
  EXPECT_THAT(json,
              testing::StartsWith(
                  R"("key":"t/derby","window":{"start_us":1783176900000000,"end_us":1783177200000000,"size_s":300},)"
                  R"("baseline":{"start_us":1783173300000000,"end_us":1783176900000000,"size_s":3600},)"
                  R"("now":{"n":120,"voices":80,"tone":-0.250000,"ci_low":-0.350000,"ci_high":-0.150000,)"
                  R"("dispersion":0.500000,"rate_per_min":24.000000,"name":"tense"},)"));
  EXPECT_THAT(json, testing::HasSubstr(R"("sentence":"t/derby fell \"a lot\".","shift":{"change":-0.375000,)"));
  EXPECT_THAT(json, testing::HasSubstr(R"("effect_before":null)"));
}

TEST(ExplanationBody, SkipsUnknownMembersAndRefusesOtherTypes) {
  EXPECT_TRUE(read_explanation(R"({"key":"room","window":{"size_s":60},"later":[1]})"));
  EXPECT_FALSE(read_explanation(R"({"key":"room","window":{"size_s":61}})"));
  EXPECT_FALSE(read_explanation(R"({"key":"no room!","window":{"size_s":60}})"));
  EXPECT_FALSE(read_explanation(R"({"key":"room","window":{"size_s":60},"shift":{"words":[7]}})"));
  EXPECT_FALSE(read_explanation(R"({"key":"room","window":{"size_s":60},"now":{"n":"many"}})"));
  EXPECT_FALSE(read_explanation("[]"));
  EXPECT_FALSE(read_explanation("{"));
}

}  // namespace
}  // namespace roomtone::publish
