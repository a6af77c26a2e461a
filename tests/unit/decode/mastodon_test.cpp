#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

using testing::ElementsAre;

/// A public Status of @anna; `members` come last, so that they replace what stands before them.
std::string status(std::string_view members = R"("language":"en")") {
  return R"({"id":"117","uri":"https://a.example/users/anna/statuses/117","url":"https://a.example/@anna/117",)"
         R"("created_at":"2026-08-01T13:49:42.878Z","edited_at":null,"in_reply_to_id":null,"sensitive":false,"spoiler_text":"",)"
         R"("visibility":"public","language":"en","content":"<p>What a finish!</p>","reblog":null,"quote":null,)"
         R"("application":{"name":"Web","website":null},"media_attachments":[],"mentions":[],"tags":[],)"
         R"("account":{"id":"7","acct":"anna@a.example","url":"https://a.example/@anna","bot":false,"noindex":false,)"
         R"("created_at":"2020-01-01T00:00:00.000Z"},)" +
         std::string(members) + "}";
}

std::string event(std::string_view name, std::string_view payload) {
  return R"({"stream":["public"],"event":")" + std::string(name) + R"(","payload":)" + json_string(payload) + "}";
}

TEST(Mastodon, AStatusFillsTheMessage) {
  const Reading post(Format::mastodon, status());
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::create);
  EXPECT_EQ(post.message.network, Network::fediverse);
  EXPECT_EQ(post.message.id, "https://a.example/users/anna/statuses/117");
  EXPECT_EQ(post.message.version, 0U);
  EXPECT_EQ(post.message.text, "What a finish!");
  EXPECT_EQ(post.message.lang, "en");
  EXPECT_EQ(post.message.author, "https://a.example/@anna");
  EXPECT_EQ(post.message.author_name, "anna@a.example");
  EXPECT_EQ(post.message.author_kind, AuthorKind::unknown);
  EXPECT_EQ(post.message.client_app, "Web");
  EXPECT_EQ(format_rfc3339(post.message.event_time), "2026-08-01T13:49:42.878000Z");
  EXPECT_EQ(post.message.seen_time, kNoInstant);
  EXPECT_EQ(format_rfc3339(post.message.account_created), "2020-01-01T00:00:00.000000Z");
}

TEST(Mastodon, AnUpdateEventIsItsStatusReadTwice) {
  const Reading post(Format::mastodon, event("update", status(R"("content":"<p>say \"hi\"\n<br>ünïcode</p>")")));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::create);
  EXPECT_EQ(post.message.text, "say \"hi\"\n\nünïcode");
  EXPECT_EQ(post.message.id, "https://a.example/users/anna/statuses/117");
}

TEST(Mastodon, AStatusUpdateIsAnEdit) {
  const Reading post(Format::mastodon, event("status.update", status(R"("edited_at":"2026-08-01T14:00:00.000Z")")));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::edit);
  EXPECT_EQ(post.message.target, post.message.id);
  EXPECT_EQ(post.message.version, static_cast<uint64_t>(micros(*parse_rfc3339("2026-08-01T14:00:00.000Z"))));
}

TEST(Mastodon, ADeleteNamesALocalId) {
  const Reading post(Format::mastodon, event("delete", "117020569296803689"));
  ASSERT_EQ(post.decoded, kRetraction);
  EXPECT_EQ(post.message.op, Op::remove);
  EXPECT_EQ(post.message.network, Network::fediverse);
  EXPECT_EQ(post.message.target, "117020569296803689");
}

TEST(Mastodon, AStatusKnowsWhatDeletesOfItsInstanceCallIt) {
  const Reading post(Format::mastodon, status());
  EXPECT_EQ(post.message.delete_id, "117");
  const Reading removal(Format::mastodon, event("delete", "117"));
  EXPECT_EQ(removal.message.delete_id, "117");
}

TEST(Mastodon, AStatusWithoutAUriIsCalledTheSameByAll) {
  const Reading post(Format::mastodon, status(R"("uri":null)"));
  EXPECT_EQ(post.message.id, "117");
  EXPECT_EQ(post.message.delete_id, "");
}

TEST(Mastodon, AReblogSaysWhatTheOriginalSays) {
  const std::string original =
      R"({"id":"5","uri":"https://b.example/5","created_at":"2026-07-01T00:00:00.000Z","visibility":"public",
    "language":"de","content":"<p>Hallo</p>","sensitive":true,"spoiler_text":"","media_attachments":[{"id":"1"}],
    "mentions":[{"acct":"c@c.example"}],"tags":[{"name":"derby"}],"account":{"acct":"bo","url":"https://b.example/@bo","bot":true}})";
  const Reading post(Format::mastodon, status(R"("content":"","language":null,"reblog":)" + original));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::reshare);
  EXPECT_EQ(post.message.id, "https://a.example/users/anna/statuses/117");
  EXPECT_EQ(post.message.target, "https://b.example/5");
  EXPECT_EQ(post.message.author, "https://a.example/@anna");
  EXPECT_FALSE(post.message.automated);
  EXPECT_EQ(format_rfc3339(post.message.event_time), "2026-08-01T13:49:42.878000Z");
  EXPECT_EQ(post.message.text, "Hallo");
  EXPECT_EQ(post.message.lang, "de");
  EXPECT_TRUE(post.message.sensitive);
  EXPECT_TRUE(post.message.has_media);
  EXPECT_THAT(post.message.tags, ElementsAre("derby"));
  EXPECT_THAT(post.message.mentions, ElementsAre("c@c.example"));
}

TEST(Mastodon, AContentWarningStandsAboveTheText) {
  EXPECT_EQ(Reading(Format::mastodon, status(R"("spoiler_text":"racing")")).message.text, "racing\nWhat a finish!");
}

TEST(Mastodon, AContentWarningAloneIsAText) {
  const Reading post(Format::mastodon, status(R"("spoiler_text":"racing","content":"")"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.text, "racing");
}

TEST(Mastodon, TheListsComeFromTheStatusAndLinksFromItsAnchors) {
  const Reading post(Format::mastodon,
                     status(R"("mentions":[{"id":"1","acct":"bo"}],"tags":[{"name":"derby","url":"x"}],
    "quote":{"state":"accepted"},"media_attachments":[{"id":"1"}],"sensitive":true,"in_reply_to_id":"116",
    "content":"<a class=\"mention\" href=\"https://a.example/@bo\">@bo</a> <a href=\"https://example.org/\">example.org</a>")"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_THAT(post.message.mentions, ElementsAre("bo"));
  EXPECT_THAT(post.message.tags, ElementsAre("derby"));
  EXPECT_THAT(post.message.links, ElementsAre("https://example.org/"));
  EXPECT_TRUE(post.message.has_quote);
  EXPECT_TRUE(post.message.has_media);
  EXPECT_TRUE(post.message.sensitive);
  EXPECT_EQ(post.message.reply_to, "116");
}

TEST(Mastodon, ABotAndAShyAuthorSaySo) {
  const Reading post(Format::mastodon, status(R"("account":{"id":"7","acct":"anna","bot":true,"noindex":true})"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_TRUE(post.message.automated);
  EXPECT_EQ(post.message.author_kind, AuthorKind::bot);
  EXPECT_TRUE(post.message.private_author);
  EXPECT_EQ(post.message.author, "anna");
}

TEST(Mastodon, AnAccountWithNothingElseIsItsId) {
  EXPECT_EQ(Reading(Format::mastodon, status(R"("account":{"id":"7"})")).message.author, "7");
}

TEST(Mastodon, WithoutAUriTheIdStands) {
  EXPECT_EQ(Reading(Format::mastodon, status(R"("uri":null)")).message.id, "117");
}

TEST(Mastodon, ALanguageOfNullIsUnknown) {
  EXPECT_EQ(Reading(Format::mastodon, status(R"("language":null)")).message.lang, "");
}

class MastodonOutcome : public testing::TestWithParam<Row> {};

TEST_P(MastodonOutcome, IsAsExpected) {
  EXPECT_EQ(Reading(Format::mastodon, GetParam().frame).decoded, GetParam().expected);
}

constexpr const char* kPrivateOriginal =
    R"("reblog":{"id":"5","uri":"u","visibility":"private","content":"<p>x</p>","account":{"id":"1"}})";

INSTANTIATE_TEST_SUITE_P(
    Mastodon, MastodonOutcome,
    testing::Values(
        Row{"unlisted", status(R"("visibility":"unlisted")"), kNotPublic},
        Row{"private", status(R"("visibility":"private")"), kNotPublic},
        Row{"direct", status(R"("visibility":"direct")"), kNotPublic},
        Row{"a_visibility_we_have_not_met", status(R"("visibility":"local")"), kNotPublic},
        Row{"not_public_in_an_event", event("update", status(R"("visibility":"direct")")), kNotPublic},
        Row{"a_public_reblog_of_a_private_post", status(kPrivateOriginal), kNotPublic},
        Row{"a_private_reblog_of_a_public_post",
            status(
                R"("visibility":"private","reblog":{"id":"5","visibility":"public","content":"x","account":{"id":"1"}})"),
            kNotPublic},
        Row{"not_public_and_without_text", status(R"("visibility":"private","content":"")"), kNotPublic},
        Row{"a_picture_without_words", status(R"("content":"")"), kNoText},
        Row{"empty_paragraphs", status(R"("content":"<p></p><p><br/></p>")"), kNoText},
        Row{"only_invisible_words", status(R"("content":"<span class=\"invisible\">x</span>")"), kNoText},
        Row{"no_visibility", status(R"("visibility":null)"), kMalformed},
        Row{"no_account", status(R"("account":null)"), kMalformed},
        Row{"an_account_nobody_can_name", status(R"("account":{})"), kMalformed},
        Row{"no_content", status(R"("content":null)"), kMalformed},
        Row{"no_id", status(R"("id":null,"uri":null)"), kMalformed}, Row{"an_empty_object", "{}", kMalformed},
        Row{"notification", event("notification", "{}"), Decoded::skip(Ignored::notification)},
        Row{"conversation", event("conversation", "{}"), Decoded::skip(Ignored::notification)},
        Row{"announcement", event("announcement", "{}"), Decoded::skip(Ignored::notification)},
        Row{"announcement_delete", event("announcement.delete", "8"), Decoded::skip(Ignored::notification)},
        Row{"notifications_merged", event("notifications_merged", "1"), Decoded::skip(Ignored::notification)},
        Row{"filters_changed_without_a_payload", R"({"stream":["user"],"event":"filters_changed"})",
            Decoded::skip(Ignored::notification)},
        Row{"filters_changed_with_undefined", event("filters_changed", "undefined"),
            Decoded::skip(Ignored::notification)},
        Row{"an_event_we_have_not_met", event("celebration", "{}"), Decoded::skip(Ignored::unknown)},
        Row{"a_refusal", R"({"error":"Unknown stream type","status":400})", Decoded::skip(Ignored::control)},
        Row{"a_delete_without_an_id", event("delete", ""), kMalformed},
        Row{"a_delete_without_a_payload", R"({"event":"delete"})", kMalformed},
        Row{"a_delete_with_a_number", R"({"event":"delete","payload":117020569296803689})", kRetraction},
        Row{"an_update_without_a_payload", R"({"event":"update"})", kMalformed},
        Row{"an_update_of_undefined", event("update", "undefined"), kMalformed},
        Row{"an_update_of_half_a_status", event("update", R"({"id":"1")"), kMalformed},
        Row{"an_update_of_two_statuses", event("update", status() + status()), kMalformed},
        Row{"an_update_of_an_array", event("update", "[]"), kMalformed}),
    name_of<testing::TestParamInfo<Row>>);

TEST(Mastodon, AFrameLeavesNothingToTheNext) {
  Reading post(Format::mastodon, status(R"("spoiler_text":"racing","tags":[{"name":"x"}])"));
  ASSERT_EQ(post.read(event("update", status())), kMessage);
  EXPECT_EQ(post.message.text, "What a finish!");
  EXPECT_TRUE(post.message.tags.empty());
}

}  // namespace
}  // namespace roomtone::decode
