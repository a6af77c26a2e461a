#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

using testing::ElementsAre;

constexpr const char* kId = "1849012345678901234";

/// `members` are those of `data` beside id and text; `rest` those of the line beside `data`.
std::string line(std::string_view members, std::string_view rest = R"("matching_rules":[{"id":"1","tag":"derby"}])") {
  return R"({"data":{"id":"1849012345678901234","text":"What a finish!",)" + std::string(members) + "}," +
         std::string(rest) + "}";
}

/// The two spellings of the same members: that of the prose, and that of the response schemas.
std::string in_posts(std::string text) {
  for (const auto& [tweet, post] :
       {std::pair<std::string_view, std::string_view>{"referenced_tweets", "referenced_posts"},
        {"edit_history_tweet_ids", "edit_history_post_ids"},
        {"note_tweet", "note_post"},
        {"\"tweets\"", "\"posts\""}}) {
    if (const std::size_t at = text.find(tweet); at != std::string::npos) text.replace(at, tweet.size(), post);
  }
  return text;
}

class XV2 : public testing::TestWithParam<bool> {
 protected:
  static std::string spelled(std::string text) { return GetParam() ? in_posts(std::move(text)) : text; }
};
INSTANTIATE_TEST_SUITE_P(Spelling, XV2, testing::Bool(),
                         [](const auto& row) { return row.param ? "Posts" : "Tweets"; });

TEST_P(XV2, APostFillsTheMessage) {
  const Reading post(
      Format::x_v2,
      spelled(line(
          R"("edit_history_tweet_ids":["1849012345678901234"],"author_id":"42","created_at":"2026-07-04T14:38:08.000Z",
      "lang":"en","source":"X for Racing","conversation_id":"1849","possibly_sensitive":true,"attachments":{"media_keys":["3_1"]},
      "entities":{"hashtags":[{"start":0,"end":1,"tag":"derby"}],"mentions":[{"username":"bo","id":"9"}],
      "urls":[{"url":"https://t.co/a","expanded_url":"https://example.org/a"},{"url":"https://t.co/b","expanded_url":"https://bit.ly/b",
      "unwound_url":"https://example.org/b"},{"url":"https://t.co/c"}]})",
          R"("includes":{"users":[{"id":"41","username":"bo"},{"id":"42","username":"anna","created_at":"2010-01-01T00:00:00.000Z"}]})")));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::create);
  EXPECT_EQ(post.message.network, Network::x);
  EXPECT_EQ(post.message.id, kId);
  EXPECT_EQ(post.message.version, 1849012345678901234U);
  EXPECT_EQ(post.message.target, "");
  EXPECT_EQ(post.message.text, "What a finish!");
  EXPECT_EQ(post.message.lang, "en");
  EXPECT_EQ(post.message.author, "42");
  EXPECT_EQ(post.message.author_name, "anna");
  EXPECT_EQ(post.message.client_app, "X for Racing");
  EXPECT_EQ(post.message.conversation, "1849");
  EXPECT_TRUE(post.message.sensitive);
  EXPECT_TRUE(post.message.has_media);
  EXPECT_FALSE(post.message.has_quote);
  EXPECT_EQ(format_rfc3339(post.message.event_time), "2026-07-04T14:38:08.000000Z");
  EXPECT_EQ(post.message.seen_time, kNoInstant);
  EXPECT_EQ(format_rfc3339(post.message.account_created), "2010-01-01T00:00:00.000000Z");
  EXPECT_THAT(post.message.tags, ElementsAre("derby"));
  EXPECT_THAT(post.message.mentions, ElementsAre("bo"));
  EXPECT_THAT(post.message.links, ElementsAre("https://example.org/a", "https://example.org/b", "https://t.co/c"));
}

TEST_P(XV2, ANoteIsTheWholeText) {
  const Reading post(
      Format::x_v2,
      spelled(line(R"("note_tweet":{"text":"What a finish! And more of it.","entities":{"hashtags":[{"tag":"long"}]}},
    "entities":{"hashtags":[{"tag":"short"}]})")));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.text, "What a finish! And more of it.");
  EXPECT_THAT(post.message.tags, ElementsAre("long"));
}

TEST_P(XV2, AnEditHasTheIdOfTheFirstVersion) {
  const Reading post(Format::x_v2,
                     spelled(line(R"("edit_history_tweet_ids":["1849012345678900000","1849012345678901234"])")));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::edit);
  EXPECT_EQ(post.message.id, "1849012345678900000");
  EXPECT_EQ(post.message.target, "1849012345678900000");
  EXPECT_EQ(post.message.version, 1849012345678901234U);
}

TEST_P(XV2, ARetweetSaysWhatTheOriginalSays) {
  const Reading post(
      Format::x_v2,
      spelled(line(
          R"("author_id":"42","lang":"en","referenced_tweets":[{"type":"retweeted","id":"17"}],"entities":{"hashtags":[{"tag":"cut"}]})",
          R"("includes":{"tweets":[{"id":"16","text":"another"},{"id":"17","text":"Ein ganzer Satz &amp; mehr","lang":"de",
                   "entities":{"hashtags":[{"tag":"ganz"}]}}]})")));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::reshare);
  EXPECT_EQ(post.message.id, kId);
  EXPECT_EQ(post.message.target, "17");
  EXPECT_EQ(post.message.author, "42");
  EXPECT_EQ(post.message.text, "Ein ganzer Satz & mehr");
  EXPECT_EQ(post.message.lang, "de");
  EXPECT_THAT(post.message.tags, ElementsAre("ganz"));
}

TEST_P(XV2, ARetweetOfALongPostSaysItsNote) {
  const Reading post(
      Format::x_v2,
      line(R"("referenced_tweets":[{"type":"retweeted","id":"17"}])",
           spelled(R"("includes":{"tweets":[{"id":"17","text":"cut…","note_tweet":{"text":"not cut"}}]})")));
  EXPECT_EQ(post.message.text, "not cut");
}

TEST_P(XV2, ARetweetWithoutItsOriginalSaysWhatItHas) {
  const Reading post(Format::x_v2, spelled(line(R"("referenced_tweets":[{"type":"retweeted","id":"17"}])")));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::reshare);
  EXPECT_EQ(post.message.text, "What a finish!");
}

TEST_P(XV2, RepliesAndQuotesAreTold) {
  const Reading post(
      Format::x_v2,
      spelled(line(
          R"("referenced_tweets":[{"type":"replied_to","id":"17"},{"type":"quoted","id":"18"}],"in_reply_to_user_id":"43")")));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::create);
  EXPECT_EQ(post.message.reply_to, "17");
  EXPECT_EQ(post.message.reply_to_author, "43");
  EXPECT_TRUE(post.message.has_quote);
}

TEST(XV2Line, EscapesInTheTextAreUndone) {
  EXPECT_EQ(Reading(Format::x_v2, R"({"data":{"id":"1","text":"I &lt;3 R&amp;D"}})").message.text, "I <3 R&D");
}

TEST(XV2Line, AnUndeterminedLanguageIsUnknown) {
  EXPECT_EQ(Reading(Format::x_v2, line(R"("lang":"und")")).message.lang, "");
}

TEST(XV2Line, AProtectedAccountIsAPrivateAuthor) {
  EXPECT_TRUE(
      Reading(Format::x_v2, line(R"("author_id":"42")", R"("includes":{"users":[{"id":"42","protected":true}]})"))
          .message.private_author);
}

TEST(XV2Line, AComplianceDeleteRetracts) {
  const Reading post(Format::x_v2,
                     R"({"delete":{"tweet":{"id":"17","author_id":"42"},"event_at":"2026-07-04T14:38:08.000Z"}})");
  ASSERT_EQ(post.decoded, kRetraction);
  EXPECT_EQ(post.message.network, Network::x);
  EXPECT_EQ(post.message.op, Op::remove);
  EXPECT_EQ(post.message.target, "17");
}

class XV2Outcome : public testing::TestWithParam<Row> {};

TEST_P(XV2Outcome, IsAsExpected) { EXPECT_EQ(Reading(Format::x_v2, GetParam().frame).decoded, GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    XV2, XV2Outcome,
    testing::Values(
        Row{"a_keep_alive", "", Decoded::skip(Ignored::control)},
        Row{"a_keep_alive_with_its_line_end", "\r\n", Decoded::skip(Ignored::control)},
        Row{"errors_alone",
            R"({"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect"}]})",
            Decoded::skip(Ignored::control)},
        Row{"errors_beside_a_post", line(R"("lang":"en")", R"("errors":[{"title":"Not Found Error"}])"), kMessage},
        Row{"a_post_and_nothing_else", R"({"data":{"id":"1","text":"a"}})", kMessage},
        Row{"withheld", R"({"withheld":{"tweet":{"id":"1"}}})", Decoded::skip(Ignored::control)},
        Row{"tweet_edit", R"({"tweet_edit":{"tweet":{"id":"1"}}})", Decoded::skip(Ignored::control)},
        Row{"a_blank_text", R"({"data":{"id":"1","text":" "}})", kNoText},
        Row{"no_text", R"({"data":{"id":"1"}})", kMalformed}, Row{"no_id", R"({"data":{"text":"a"}})", kMalformed},
        Row{"an_id_that_is_a_number", R"({"data":{"id":1849012345678901234,"text":"a"}})", kMalformed},
        Row{"data_that_is_a_list", R"({"data":[{"id":"1","text":"a"}]})", kMalformed},
        Row{"a_delete_of_nothing", R"({"delete":{}})", kMalformed},
        Row{"rules_alone", R"({"matching_rules":[]})", kMalformed},
        Row{"no_errors_in_errors", R"({"errors":[]})", kMalformed}, Row{"an_empty_object", "{}", kMalformed},
        Row{"half_a_line", R"({"data":{"id":"1","te)", kMalformed}),
    name_of<testing::TestParamInfo<Row>>);

}  // namespace
}  // namespace roomtone::decode
