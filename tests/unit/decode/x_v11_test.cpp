#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <clocale>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

using testing::ElementsAre;

/// A status by @anna; `members` come last, so that they replace what stands before them.
std::string status(std::string_view members = R"("lang":"en")") {
  return R"({"created_at":"Wed Oct 10 20:19:24 +0000 2018","id":1051204790334746624,"id_str":"1051204790334746624",)"
         R"("text":"What a finish!","truncated":false,"source":"<a href=\"http://x.example\" rel=\"nofollow\">Racing App</a>",)"
         R"("in_reply_to_status_id":null,"in_reply_to_status_id_str":null,"user":{"id":42,"id_str":"42","screen_name":"anna",)"
         R"("created_at":"Mon Nov 29 21:18:15 +0000 2010","protected":false},"is_quote_status":false,)"
         R"("entities":{"hashtags":[],"symbols":[],"user_mentions":[],"urls":[]},"lang":"en",)" +
         std::string(members) + "}";
}

TEST(XV11, AStatusFillsTheMessage) {
  const Reading post(
      Format::x_v11,
      status(R"("possibly_sensitive":true,"in_reply_to_status_id_str":"17","in_reply_to_screen_name":"bob","entities":{
    "hashtags":[{"text":"derby"}],"user_mentions":[{"screen_name":"bo","id_str":"9"}],"media":[{"id":1}],
    "urls":[{"url":"https://t.co/a","expanded_url":"https://example.org/a"},{"url":"https://t.co/b","expanded_url":null}]})"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::create);
  EXPECT_EQ(post.message.network, Network::x);
  EXPECT_EQ(post.message.id, "1051204790334746624");
  EXPECT_EQ(post.message.version, 0U);
  EXPECT_EQ(post.message.text, "What a finish!");
  EXPECT_EQ(post.message.lang, "en");
  EXPECT_EQ(post.message.author, "42");
  EXPECT_EQ(post.message.author_name, "anna");
  EXPECT_EQ(post.message.client_app, "Racing App");
  EXPECT_EQ(post.message.reply_to, "17");
  EXPECT_EQ(post.message.reply_to_author, "bob");
  EXPECT_TRUE(post.message.sensitive);
  EXPECT_TRUE(post.message.has_media);
  EXPECT_FALSE(post.message.has_quote);
  EXPECT_EQ(format_rfc3339(post.message.event_time), "2018-10-10T20:19:24.000000Z");
  EXPECT_EQ(post.message.seen_time, kNoInstant);
  EXPECT_EQ(format_rfc3339(post.message.account_created), "2010-11-29T21:18:15.000000Z");
  EXPECT_THAT(post.message.tags, ElementsAre("derby"));
  EXPECT_THAT(post.message.mentions, ElementsAre("bo"));
  EXPECT_THAT(post.message.links, ElementsAre("https://example.org/a", "https://t.co/b"));
}

TEST(XV11, ATruncatedStatusHasItsTextInTheExtendedTweet) {
  const Reading post(
      Format::x_v11,
      status(R"("truncated":true,"text":"What a fin…","extended_tweet":{"full_text":"What a finish it was!",
    "entities":{"hashtags":[{"text":"whole"}]},"extended_entities":{"media":[{"id":1}]}},"entities":{"hashtags":[{"text":"cut"}]})"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.text, "What a finish it was!");
  EXPECT_THAT(post.message.tags, ElementsAre("whole"));
  EXPECT_TRUE(post.message.has_media);
}

TEST(XV11, ATruncatedStatusWithoutItsExtensionSaysWhatItHas) {
  EXPECT_EQ(Reading(Format::x_v11, status(R"("truncated":true)")).message.text, "What a finish!");
}

TEST(XV11, AnArchiveInExtendedModeHasAFullText) {
  EXPECT_EQ(Reading(Format::x_v11, R"({"id_str":"1","full_text":"all of it"})").message.text, "all of it");
}

TEST(XV11, ARetweetSaysWhatTheOriginalSays) {
  const Reading post(
      Format::x_v11,
      status(R"("text":"RT @bo: Ein gan…","retweeted_status":{"id_str":"17","text":"Ein ganzer Satz","lang":"de",
    "entities":{"hashtags":[{"text":"ganz"}]},"user":{"id_str":"9"}})"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::reshare);
  EXPECT_EQ(post.message.id, "1051204790334746624");
  EXPECT_EQ(post.message.target, "17");
  EXPECT_EQ(post.message.author, "42");
  EXPECT_EQ(post.message.text, "Ein ganzer Satz");
  EXPECT_EQ(post.message.lang, "de");
  EXPECT_THAT(post.message.tags, ElementsAre("ganz"));
}

TEST(XV11, ARetweetOfAnExtendedStatusSaysAllOfIt) {
  const Reading post(Format::x_v11, status(R"("retweeted_status":{"id_str":"17","text":"Ein…","truncated":true,
    "extended_tweet":{"full_text":"Ein ganzer Satz"}})"));
  EXPECT_EQ(post.message.text, "Ein ganzer Satz");
}

TEST(XV11, AQuoteIsTold) {
  EXPECT_TRUE(Reading(Format::x_v11, status(R"("is_quote_status":true)")).message.has_quote);
  EXPECT_TRUE(Reading(Format::x_v11, status(R"("quoted_status":{"id_str":"5"})")).message.has_quote);
}

TEST(XV11, AnUndeterminedLanguageIsUnknown) {
  EXPECT_EQ(Reading(Format::x_v11, status(R"("lang":"und")")).message.lang, "");
}

TEST(XV11, AnIdBeyondFiftyThreeBitsIsReadToItsLastDigit) {
  EXPECT_EQ(Reading(Format::x_v11, status(R"("id_str":"9007199254740993")")).message.id, "9007199254740993");
}

TEST(XV11, AnOldCaptureHasOnlyNumbers) {
  const Reading post(
      Format::x_v11,
      R"({"id":9007199254740993,"text":"a","user":{"id":9007199254740995},"in_reply_to_status_id":9007199254740997})");
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.id, "9007199254740993");
  EXPECT_EQ(post.message.author, "9007199254740995");
  EXPECT_EQ(post.message.reply_to, "9007199254740997");
}

TEST(XV11, EscapesInTheTextAreUndone) {
  EXPECT_EQ(Reading(Format::x_v11, status(R"("text":"I &lt;3 R&amp;D &amp;amp;")")).message.text, "I <3 R&D &amp;");
}

TEST(XV11, TheTimestampServesOnlyWhereTheTimeIsMissing) {
  EXPECT_EQ(format_rfc3339(Reading(Format::x_v11, status(R"("timestamp_ms":"1520690595660")")).message.event_time),
            "2018-10-10T20:19:24.000000Z");
  EXPECT_EQ(
      micros(Reading(Format::x_v11, status(R"("created_at":null,"timestamp_ms":"1520690595660")")).message.event_time),
      1'520'690'595'660'000);
  EXPECT_EQ(Reading(Format::x_v11, status(R"("created_at":null)")).message.event_time, kNoInstant);
  EXPECT_EQ(
      Reading(Format::x_v11, status(R"("created_at":null,"timestamp_ms":"18446744073709551615")")).message.event_time,
      kNoInstant);
}

TEST(XV11, AProtectedAccountIsAPrivateAuthor) {
  EXPECT_TRUE(Reading(Format::x_v11, status(R"("user":{"id_str":"42","protected":true})")).message.private_author);
}

TEST(XV11, MonthsAreEnglishWhateverTheLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  const char* german = nullptr;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE"})
    if (german == nullptr) german = std::setlocale(LC_ALL, name);
  if (german == nullptr) GTEST_SKIP() << "no German locale is installed here";
  const Reading october(Format::x_v11, status());                                            // "Okt" in German
  const Reading fractions(Format::own, R"({"text":"a","time":"2026-03-01T00:00:00.25Z"})");  // and ',' for '.'
  std::setlocale(LC_ALL, before.c_str());
  EXPECT_EQ(format_rfc3339(october.message.event_time), "2018-10-10T20:19:24.000000Z");
  EXPECT_EQ(format_rfc3339(fractions.message.event_time), "2026-03-01T00:00:00.250000Z");
}

TEST(XV11, ADeleteRetracts) {
  const Reading post(Format::x_v11,
                     R"({"delete":{"status":{"id":1234,"id_str":"1234","user_id":3,"user_id_str":"3"}}})");
  ASSERT_EQ(post.decoded, kRetraction);
  EXPECT_EQ(post.message.op, Op::remove);
  EXPECT_EQ(post.message.network, Network::x);
  EXPECT_EQ(post.message.target, "1234");
}

class XV11Outcome : public testing::TestWithParam<Row> {};

TEST_P(XV11Outcome, IsAsExpected) { EXPECT_EQ(Reading(Format::x_v11, GetParam().frame).decoded, GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    XV11, XV11Outcome,
    testing::Values(
        Row{"a_keep_alive", "\r\n", Decoded::skip(Ignored::control)},
        Row{"limit", R"({"limit":{"track":17}})", Decoded::skip(Ignored::control)},
        Row{"warning", R"({"warning":{"code":"FALLING_BEHIND","percent_full":60}})", Decoded::skip(Ignored::control)},
        Row{"disconnect", R"({"disconnect":{"code":4,"reason":""}})", Decoded::skip(Ignored::control)},
        Row{"scrub_geo", R"({"scrub_geo":{"user_id_str":"1"}})", Decoded::skip(Ignored::control)},
        Row{"status_withheld", R"({"status_withheld":{"id":1}})", Decoded::skip(Ignored::control)},
        Row{"user_withheld", R"({"user_withheld":{"id":1}})", Decoded::skip(Ignored::control)},
        Row{"friends", R"({"friends":[1,2]})", Decoded::skip(Ignored::control)},
        Row{"a_favourite", R"({"event":"favorite","source":{},"target":{}})", Decoded::skip(Ignored::notification)},
        Row{"a_delete_with_only_a_number", R"({"delete":{"status":{"id":1234}}})", kRetraction},
        Row{"a_delete_of_nothing", R"({"delete":{"status":{}}})", kMalformed},
        Row{"a_blank_text", status(R"("text":"  ")"), kNoText}, Row{"no_text", status(R"("text":null)"), kMalformed},
        Row{"no_id", R"({"text":"a","user":{"id_str":"1"}})", kMalformed},
        Row{"no_user", R"({"id_str":"1","text":"a"})", kMessage},
        Row{"a_retweet_of_nothing", status(R"("retweeted_status":{"id_str":"17"})"), kMalformed},
        Row{"an_empty_object", "{}", kMalformed}),
    name_of<testing::TestParamInfo<Row>>);

}  // namespace
}  // namespace roomtone::decode
