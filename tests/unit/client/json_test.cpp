#include "json.hpp"

#include <gmock/gmock.h>

#include <string>

namespace roomtone::client {
namespace {

TEST(Json, KeepsNumbersAsTheyWereWritten) {
  const auto value = Json::parse(R"( {"whole":18446744073709551615,"real":-0.25e-3} )");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find("whole")->text, "18446744073709551615");
  EXPECT_EQ(value->find("real")->text, "-0.25e-3");
}

TEST(Json, TheLastOfTwoMembersOfOneNameCounts) {
  const auto value = Json::parse(R"({"a":1,"a":2})");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find("a")->text, "2");
  EXPECT_EQ(value->find("b"), nullptr);
}

TEST(Json, EscapesBecomeUtf8) {
  const auto value = Json::parse(R"("\" \\ \/ \n \u0041 \u00e4 \u20ac \ud83d\ude00")");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->text, "\" \\ / \n A \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80");
}

TEST(Json, HalfAPairIsReplaced) {
  const auto value = Json::parse(R"("\ud83d \ude00 \ud83dA\ud83d\u0041")");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->text,
            "\xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD"
            "A\xEF\xBF\xBD"
            "A");
}

TEST(Json, WhatIsQuotedReadsBackAsItWas) {
  const std::string text = "a \"b\" \\ \x01 \x1f \xE2\x82\xAC";
  const auto value = Json::parse(json_text(text));
  ASSERT_TRUE(value);
  EXPECT_EQ(value->text, text);
}

class NoJson : public testing::TestWithParam<const char*> {};

TEST_P(NoJson, IsRefused) { EXPECT_FALSE(Json::parse(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(Json, NoJson,
                         testing::Values("", " ", "{", "[", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", ".5",
                                         "+1", "1e", "-", "nul", "truefalse", "\"", "\"\\x\"", "\"\\u12\"",
                                         "\"\\u12g4\"", "\"\n\"", "1 2", "NaN", "Infinity", "'a'", "{\"a\":1}}",
                                         "[1 2]"));

TEST(Json, NestingHasALimit) {
  EXPECT_TRUE(Json::parse(std::string(64, '[') + std::string(64, ']')));
  EXPECT_FALSE(Json::parse(std::string(100'000, '[')));
  EXPECT_FALSE(Json::parse(std::string(66, '[') + std::string(66, ']')));
}

}  // namespace
}  // namespace roomtone::client
