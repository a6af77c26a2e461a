#include "decode/jetstream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kDid = "did:plc:q235v55g5unth4zjjdpacfdr";
constexpr std::string_view kPostId = "at://did:plc:q235v55g5unth4zjjdpacfdr/app.bsky.feed.post/3mmoojp4cd223";

std::string v1(std::string_view operation, std::string_view collection, std::string_view record) {
  std::string frame =
      R"({"did":"did:plc:q235v55g5unth4zjjdpacfdr","time_us":1779719009157119,"kind":"commit","commit":{)"
      R"("rev":"3mmoojpaqkn2z","operation":")";
  frame.append(operation).append(R"(","collection":")").append(collection).append(R"(","rkey":"3mmoojp4cd223")");
  if (!record.empty()) frame.append(R"(,"record":)").append(record).append(R"(,"cid":"bafyreicl7rz")");
  return frame + "}}";
}

std::string v1_post(std::string_view record) { return v1("create", "app.bsky.feed.post", record); }

/// A post whose record has `members` beside text and createdAt.
std::string post_with(std::string_view text, std::string_view members) {
  return v1_post(R"({"$type":"app.bsky.feed.post","createdAt":"2026-05-25T14:23:28.757Z",)" + std::string(members) +
                 R"(,"text":)" + json_string(text) + "}");
}

TEST(Jetstream, APostOfV1FillsTheMessage) {
  const Reading post(Format::jetstream, post_with("Try it for a good time !!", R"("langs":["en","de"])"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::create);
  EXPECT_EQ(post.message.network, Network::atproto);
  EXPECT_EQ(post.message.id, kPostId);
  EXPECT_EQ(post.message.version, 1822432265115290655U);
  EXPECT_EQ(post.message.author, kDid);
  EXPECT_EQ(post.message.author_name, "");
  EXPECT_EQ(post.message.text, "Try it for a good time !!");
  EXPECT_EQ(post.message.lang, "en");
  EXPECT_EQ(post.message.conversation, kPostId);
  EXPECT_EQ(post.message.reply_to, "");
  EXPECT_EQ(micros(post.message.seen_time), 1779719009157119);
  EXPECT_EQ(format_rfc3339(post.message.event_time), "2026-05-25T14:23:28.757000Z");
}

TEST(Jetstream, ACursorInTheEnvelopeChangesNothing) {
  std::string frame = post_with("hello", R"("langs":["en"])");
  frame.insert(1, R"("cursor":30340180351,)");
  EXPECT_EQ(Reading(Format::jetstream, frame).message.id, kPostId);
}

constexpr std::string_view kPayload =
    R"({"$type":"network.bsky.jetstream.subscribeEvents#commit","seq":30340180350,"did":"did:plc:q235v55g5unth4zjjdpacfdr",
    "time":"2026-05-25T14:23:29.157119Z","rev":"3mmoojpaqkn2z","operation":"create","collection":"app.bsky.feed.post",
    "rkey":"3mmoojp4cd223","record":{"$type":"app.bsky.feed.post","createdAt":"2026-05-25T14:23:28.757Z","langs":["en"],
    "text":"hello"},"cid":"bafyreicl7rz"})";

class JetstreamV2 : public testing::TestWithParam<Row> {};

TEST_P(JetstreamV2, APostFillsTheMessage) {
  const Reading post(Format::jetstream, GetParam().frame);
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.network, Network::atproto);
  EXPECT_EQ(post.message.id, kPostId);
  EXPECT_EQ(post.message.version, 1822432265115290655U);
  EXPECT_EQ(post.message.author, kDid);
  EXPECT_EQ(post.message.text, "hello");
  EXPECT_EQ(micros(post.message.seen_time), 1779719009157119);
  EXPECT_EQ(format_rfc3339(post.message.event_time), "2026-05-25T14:23:28.757000Z");
}

std::string without_type(std::string_view payload) {
  std::string out(payload);
  return out.erase(1, out.find(R"("seq")") - 1);
}

INSTANTIATE_TEST_SUITE_P(
    Jetstream, JetstreamV2,
    testing::Values(Row{"in_its_frame", R"({"$type":"message","payload":)" + std::string(kPayload) + "}", kMessage},
                    Row{"bare", std::string(kPayload), kMessage},
                    Row{"bare_without_its_type", without_type(kPayload), kMessage},
                    Row{"framed_without_its_type", R"({"$type":"message","payload":)" + without_type(kPayload) + "}",
                        kMessage}),
    name_of<testing::TestParamInfo<Row>>);

TEST(Jetstream, AnUpdateOfAPostIsAnEdit) {
  const Reading post(Format::jetstream,
                     v1("update", "app.bsky.feed.post", R"({"createdAt":"2026-05-25T14:23:28.757Z","text":"better"})"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.op, Op::edit);
  EXPECT_EQ(post.message.id, kPostId);
  EXPECT_EQ(post.message.target, kPostId);
  EXPECT_EQ(post.message.version, 1822432265115290655U);
}

TEST(Jetstream, ADeleteOfAPostRetractsIt) {
  const Reading post(Format::jetstream, v1("delete", "app.bsky.feed.post", ""));
  ASSERT_EQ(post.decoded, kRetraction);
  EXPECT_EQ(post.message.op, Op::remove);
  EXPECT_EQ(post.message.network, Network::atproto);
  EXPECT_EQ(post.message.target, kPostId);
  EXPECT_EQ(post.message.version, 1822432265115290655U);
  EXPECT_EQ(micros(post.message.seen_time), 1779719009157119);
}

TEST(Jetstream, AReplyKnowsItsRootAndItsParent) {
  const Reading post(
      Format::jetstream,
      post_with("yes", R"("reply":{"parent":{"cid":"b","uri":"at://p"},"root":{"cid":"a","uri":"at://r"}})"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.conversation, "at://r");
  EXPECT_EQ(post.message.reply_to, "at://p");
  EXPECT_EQ(post.message.reply_to_author, "p");
}

TEST(Jetstream, FacetsAndTagsFillTheLists) {
  const Reading post(Format::jetstream, post_with("@anna #derby example.org", R"("tags":["oaks"],"facets":[
    {"index":{"byteStart":0,"byteEnd":5},"features":[{"$type":"app.bsky.richtext.facet#mention","did":"did:plc:anna"}]},
    {"index":{"byteStart":6,"byteEnd":12},"features":[{"$type":"app.bsky.richtext.facet#tag","tag":"derby"}]},
    {"index":{"byteStart":13,"byteEnd":24},"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://example.org"},
      {"$type":"app.bsky.richtext.facet#new","tag":"x"}]}])"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_THAT(post.message.mentions, ElementsAre("did:plc:anna"));
  EXPECT_THAT(post.message.tags, ElementsAre("derby", "oaks"));
  EXPECT_THAT(post.message.links, ElementsAre("https://example.org"));
}

struct FacetRow {
  std::string name;
  std::string index;  // as JSON, into "é #ab", of 6 bytes
  bool kept;
};
class JetstreamFacet : public testing::TestWithParam<FacetRow> {};

TEST_P(JetstreamFacet, IsKeptWhenItIsAPieceOfTheText) {
  const Reading post(Format::jetstream,
                     post_with("é #ab", R"("facets":[{"index":)" + GetParam().index +
                                            R"(,"features":[{"$type":"app.bsky.richtext.facet#tag","tag":"ab"}]}])"));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.tags.size(), GetParam().kept ? 1U : 0U);
}
INSTANTIATE_TEST_SUITE_P(
    Jetstream, JetstreamFacet,
    testing::Values(FacetRow{"to_the_very_end", R"({"byteStart":3,"byteEnd":6})", true},
                    FacetRow{"one_past_the_end", R"({"byteStart":3,"byteEnd":7})", false},
                    FacetRow{"far_past_the_end", R"({"byteStart":3,"byteEnd":18446744073709551615})", false},
                    FacetRow{"empty", R"({"byteStart":3,"byteEnd":3})", false},
                    FacetRow{"backwards", R"({"byteStart":6,"byteEnd":3})", false},
                    FacetRow{"negative", R"({"byteStart":-1,"byteEnd":3})", false},
                    FacetRow{"starting_inside_a_character", R"({"byteStart":1,"byteEnd":6})", false},
                    FacetRow{"ending_inside_a_character", R"({"byteStart":0,"byteEnd":1})", false},
                    FacetRow{"a_whole_character", R"({"byteStart":0,"byteEnd":2})", true},
                    FacetRow{"without_an_end", R"({"byteStart":0})", false},
                    FacetRow{"without_an_index", "null", false}),
    name_of<testing::TestParamInfo<FacetRow>>);

struct EmbedRow {
  std::string name;
  std::string embed;
  bool has_quote, has_media;
  std::vector<std::string_view> links;
};
class JetstreamEmbed : public testing::TestWithParam<EmbedRow> {};

TEST_P(JetstreamEmbed, SaysWhatThePostCarries) {
  const Reading post(Format::jetstream, post_with("look", R"("embed":)" + GetParam().embed));
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.has_quote, GetParam().has_quote);
  EXPECT_EQ(post.message.has_media, GetParam().has_media);
  EXPECT_EQ(post.message.links, GetParam().links);
}
constexpr const char* kExternal =
    R"({"$type":"app.bsky.embed.external","external":{"uri":"https://example.org/x","title":"t"}})";
INSTANTIATE_TEST_SUITE_P(
    Jetstream, JetstreamEmbed,
    testing::Values(
        EmbedRow{"quote", R"({"$type":"app.bsky.embed.record","record":{"uri":"at://q","cid":"c"}})", true, false, {}},
        EmbedRow{"external", kExternal, false, false, {"https://example.org/x"}},
        EmbedRow{"images", R"({"$type":"app.bsky.embed.images","images":[]})", false, true, {}},
        EmbedRow{"video", R"({"$type":"app.bsky.embed.video"})", false, true, {}},
        EmbedRow{"gallery", R"({"$type":"app.bsky.embed.gallery"})", false, true, {}},
        EmbedRow{"quote_with_images",
                 R"({"$type":"app.bsky.embed.recordWithMedia","record":{},"media":{"$type":"app.bsky.embed.images"}})",
                 true,
                 true,
                 {}},
        EmbedRow{"quote_with_a_link",
                 R"({"$type":"app.bsky.embed.recordWithMedia","record":{},"media":)" + std::string(kExternal) + "}",
                 true,
                 false,
                 {"https://example.org/x"}},
        EmbedRow{"foreign", R"({"$type":"org.example.embed.images"})", false, false, {}},
        EmbedRow{"no_object", R"("x")", false, false, {}}),
    name_of<testing::TestParamInfo<EmbedRow>>);

TEST(Jetstream, SelfLabelsSayWhatTheAuthorDeclares) {
  const auto labelled = [](std::string_view label) {
    return Reading(Format::jetstream,
                   post_with("hi", R"("labels":{"$type":"com.atproto.label.defs#selfLabels","values":[
      {"val":")" + std::string(label) + R"("}]})"))
        .message;
  };
  EXPECT_TRUE(labelled("bot").automated);
  EXPECT_TRUE(labelled("!no-unauthenticated").private_author);
  for (const std::string_view label : {"porn", "sexual", "nudity", "graphic-media"})
    EXPECT_TRUE(labelled(label).sensitive) << label;
  const Message other = labelled("other");
  EXPECT_FALSE(other.automated || other.private_author || other.sensitive);
}

TEST(Jetstream, ATimeThatNobodyCanReadIsTheSeenTime) {
  for (const std::string_view created :
       {R"("createdAt":"soon",)", R"("createdAt":"1969-12-31T23:59:59Z",)", R"("createdAt":5,)", ""}) {
    const Reading post(Format::jetstream, v1_post("{" + std::string(created) + R"("text":"hi"})"));
    ASSERT_EQ(post.decoded, kMessage) << created;
    EXPECT_EQ(post.message.event_time, post.message.seen_time) << created;
  }
}

TEST(Jetstream, AnAuthorMayClaimAnyYear) {
  EXPECT_EQ(micros(Reading(Format::jetstream, v1_post(R"({"createdAt":"1970-01-01T00:00:00.000Z","text":"hi"})"))
                       .message.event_time),
            0);
  EXPECT_EQ(
      format_rfc3339(Reading(Format::jetstream, v1_post(R"({"createdAt":"2099-01-01T00:00:00.000Z","text":"hi"})"))
                         .message.event_time),
      "2099-01-01T00:00:00.000000Z");
}

TEST(Jetstream, AbsentLanguagesAreUnknown) {
  EXPECT_EQ(Reading(Format::jetstream, post_with("hi", R"("langs":[])")).message.lang, "");
  EXPECT_EQ(Reading(Format::jetstream, post_with("hi", R"("langs":[7])")).message.lang, "");
  EXPECT_EQ(Reading(Format::jetstream, v1_post(R"({"text":"hi"})")).message.lang, "");
}

TEST(Jetstream, ARevisionThatIsNoneIsVersionZero) {
  std::string frame = post_with("hi", R"("langs":["en"])");
  frame.replace(frame.find("3mmoojpaqkn2z"), 13, "not-a-tid-at1");
  const Reading post(Format::jetstream, frame);
  ASSERT_EQ(post.decoded, kMessage);
  EXPECT_EQ(post.message.version, 0U);
}

TEST(RevisionNumber, IsTheNumberThatSixtyFourBitsSpell) {
  EXPECT_EQ(revision_number("3mmoojpaqkn2z"), 1822432265115290655U);
  EXPECT_EQ(revision_number("2222222222223"), 1U);
  EXPECT_EQ(revision_number("jzzzzzzzzzzzz"), UINT64_MAX);
}

TEST(RevisionNumber, IsZeroForWhatIsNoRevision) {
  for (const std::string_view tid : {"", "3mmoojpaqkn2", "3mmoojpaqkn2zz", "k222222222222", "z222222222222",
                                     "3mmoojpaqkn21", "3mmoojpaqkn2Z", "3mmoojpaqk-2z", "3mmoojpaqk\xC3\xA9z"})
    EXPECT_EQ(revision_number(tid), 0U) << tid;
}

TEST(RevisionNumber, GrowsAsTheTextSorts) {
  EXPECT_LT(revision_number("3mmoojpaqkn2z"), revision_number("3mmoojpaqkn32"));
  EXPECT_LT(revision_number("3mmoojpaqkn27"), revision_number("3mmoojpaqkn2a"));
}

class JetstreamOutcome : public testing::TestWithParam<Row> {};

TEST_P(JetstreamOutcome, IsAsExpected) {
  EXPECT_EQ(Reading(Format::jetstream, GetParam().frame).decoded, GetParam().expected);
}

std::string v2(std::string_view type, std::string_view members) {
  return R"({"$type":"message","payload":{"$type":"network.bsky.jetstream.subscribeEvents#)" + std::string(type) +
         "\"," + std::string(members) + "}}";
}
constexpr const char* kV2Head = R"("seq":1,"did":"did:plc:a","time":"2026-05-25T14:23:29.157119Z")";

INSTANTIATE_TEST_SUITE_P(
    JetstreamV1, JetstreamOutcome,
    testing::Values(
        Row{"like", v1("create", "app.bsky.feed.like", R"({"subject":{}})"), Decoded::skip(Ignored::like)},
        Row{"unlike", v1("delete", "app.bsky.feed.like", ""), Decoded::skip(Ignored::like)},
        Row{"repost", v1("create", "app.bsky.feed.repost", R"({"subject":{}})"), Decoded::skip(Ignored::reshare)},
        Row{"follow", v1("create", "app.bsky.graph.follow", "{}"), Decoded::skip(Ignored::follow)},
        Row{"unfollow", v1("delete", "app.bsky.graph.follow", ""), Decoded::skip(Ignored::follow)},
        Row{"block", v1("create", "app.bsky.graph.block", "{}"), Decoded::skip(Ignored::block)},
        Row{"listblock", v1("create", "app.bsky.graph.listblock", "{}"), Decoded::skip(Ignored::block)},
        Row{"profile_update", v1("update", "app.bsky.actor.profile", "{}"), Decoded::skip(Ignored::profile)},
        Row{"list", v1("create", "app.bsky.graph.list", "{}"), Decoded::skip(Ignored::list)},
        Row{"listitem", v1("create", "app.bsky.graph.listitem", "{}"), Decoded::skip(Ignored::list)},
        Row{"starterpack", v1("create", "app.bsky.graph.starterpack", "{}"), Decoded::skip(Ignored::list)},
        Row{"threadgate", v1("create", "app.bsky.feed.threadgate", "{}"), Decoded::skip(Ignored::foreign)},
        Row{"foreign_collection", v1("create", "place.stream.broadcast.origin", "{}"), Decoded::skip(Ignored::foreign)},
        Row{"foreign_delete", v1("delete", "org.hypercerts.claim.activity", ""), Decoded::skip(Ignored::foreign)},
        Row{"a_collection_that_starts_like_posts", v1("create", "app.bsky.feed.postgate", "{}"),
            Decoded::skip(Ignored::foreign)},
        Row{"an_empty_collection", v1("create", "", "{}"), Decoded::skip(Ignored::foreign)},
        Row{"an_operation_we_have_not_met", v1("merge", "app.bsky.feed.post", R"({"text":"a"})"),
            Decoded::skip(Ignored::unknown)},
        Row{"identity_without_a_handle",
            R"({"did":"did:plc:a","time_us":1,"kind":"identity","identity":{"did":"did:plc:a","seq":1,"time":"2026-05-25T14:23:29.950Z"}})",
            Decoded::skip(Ignored::identity)},
        Row{"account_active",
            R"({"did":"did:plc:a","time_us":1,"kind":"account","account":{"active":true,"did":"did:plc:a","seq":1}})",
            Decoded::skip(Ignored::account)},
        Row{"account_deleted",
            R"({"did":"did:plc:a","time_us":1,"kind":"account","account":{"active":false,"status":"deleted"}})",
            Decoded::skip(Ignored::account)},
        Row{"a_kind_we_have_not_met", R"({"did":"did:plc:a","time_us":1,"kind":"labels","labels":{}})",
            Decoded::skip(Ignored::unknown)},
        Row{"an_empty_text", v1_post(R"({"text":""})"), kNoText},
        Row{"a_blank_text", v1_post(R"({"text":" \n"})"), kNoText},
        Row{"a_post_without_text", v1_post(R"({"createdAt":"2026-05-25T14:23:28.757Z"})"), kMalformed},
        Row{"a_text_that_is_no_string", v1_post(R"({"text":["a"]})"), kMalformed},
        Row{"a_post_without_a_record", v1("create", "app.bsky.feed.post", ""), kMalformed},
        Row{"a_record_that_is_no_object", v1_post("[]"), kMalformed},
        Row{"no_did", R"({"time_us":1,"kind":"commit","commit":{}})", kMalformed},
        Row{"no_time", R"({"did":"did:plc:a","kind":"commit","commit":{}})", kMalformed},
        Row{"a_time_in_a_string", R"({"did":"did:plc:a","time_us":"1","kind":"identity"})", kMalformed},
        Row{"a_negative_time", R"({"did":"did:plc:a","time_us":-1,"kind":"identity"})", kMalformed},
        Row{"a_time_after_2262", R"({"did":"did:plc:a","time_us":9214646400000001,"kind":"identity"})", kMalformed},
        Row{"no_commit", R"({"did":"did:plc:a","time_us":1,"kind":"commit"})", kMalformed},
        Row{"a_commit_that_says_nothing", R"({"did":"did:plc:a","time_us":1,"kind":"commit","commit":{}})", kMalformed},
        Row{"an_empty_object", "{}", kMalformed}),
    name_of<testing::TestParamInfo<Row>>);

INSTANTIATE_TEST_SUITE_P(
    JetstreamV2, JetstreamOutcome,
    testing::Values(
        Row{"identity", v2("identity", std::string(kV2Head) + R"(,"identity":{})"), Decoded::skip(Ignored::identity)},
        Row{"account", v2("account", std::string(kV2Head) + R"(,"account":{})"), Decoded::skip(Ignored::account)},
        Row{"sync", v2("sync", std::string(kV2Head) + R"(,"sync":{})"), Decoded::skip(Ignored::control)},
        Row{"info", v2("info", R"("name":"OutdatedCursor","message":"moved up")"), Decoded::skip(Ignored::control)},
        Row{"error", R"({"$type":"error","error":"ConsumerTooSlow","message":"bye"})", Decoded::skip(Ignored::control)},
        Row{"a_type_we_have_not_met", v2("labels", kV2Head), Decoded::skip(Ignored::unknown)},
        Row{"a_frame_type_we_have_not_met", R"({"$type":"notice"})", Decoded::skip(Ignored::unknown)},
        Row{"like",
            v2("commit",
               std::string(kV2Head) +
                   R"(,"rev":"3mmoojpaqkn2z","operation":"create","collection":"app.bsky.feed.like","rkey":"x","record":{})"),
            Decoded::skip(Ignored::like)},
        Row{"post_delete",
            v2("commit",
               std::string(kV2Head) +
                   R"(,"rev":"3mmoojpaqkn2z","operation":"delete","collection":"app.bsky.feed.post","rkey":"x")"),
            kRetraction},
        Row{"bare_identity", "{" + std::string(kV2Head) + R"(,"identity":{}})", Decoded::skip(Ignored::identity)},
        Row{"bare_account", "{" + std::string(kV2Head) + R"(,"account":{}})", Decoded::skip(Ignored::account)},
        Row{"bare_sync", "{" + std::string(kV2Head) + R"(,"sync":{}})", Decoded::skip(Ignored::control)},
        Row{"a_message_without_a_payload", R"({"$type":"message"})", kMalformed},
        Row{"a_commit_without_a_did",
            v2("commit",
               R"("seq":1,"time":"2026-05-25T14:23:29.157119Z","operation":"delete","collection":"app.bsky.feed.post","rkey":"x")"),
            kMalformed},
        Row{"a_commit_without_a_time",
            v2("commit",
               R"("seq":1,"did":"did:plc:a","operation":"delete","collection":"app.bsky.feed.post","rkey":"x")"),
            kMalformed}),
    name_of<testing::TestParamInfo<Row>>);

}  // namespace
}  // namespace roomtone::decode
