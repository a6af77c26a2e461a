#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(OwnLine, EveryMemberFindsItsField) {
  const Reading line(Format::own, R"({"text":"What a finish!","id":"42","time":"2026-07-04T14:38:08.5Z",
    "seen":"2026-07-04T14:38:09Z","author":"anna","lang":"en","reply_to":"41","answers":"@bob","conversation":"40","tags":["#derby","oaks"],
    "mentions":["@bob"],"links":["https://example.org/"],"client":"Racing App","account_created":"2020-01-01T00:00:00Z",
    "something":{"we":["do not know"]}})");
  ASSERT_EQ(line.decoded, kMessage);
  EXPECT_EQ(line.message.op, Op::create);
  EXPECT_EQ(line.message.network, Network::own);
  EXPECT_EQ(line.message.text, "What a finish!");
  EXPECT_EQ(line.message.id, "42");
  EXPECT_EQ(line.message.version, 0U);
  EXPECT_EQ(format_rfc3339(line.message.event_time), "2026-07-04T14:38:08.500000Z");
  EXPECT_EQ(format_rfc3339(line.message.seen_time), "2026-07-04T14:38:09.000000Z");
  EXPECT_EQ(format_rfc3339(line.message.account_created), "2020-01-01T00:00:00.000000Z");
  EXPECT_EQ(line.message.author, "anna");
  EXPECT_EQ(line.message.author_name, "anna");
  EXPECT_EQ(line.message.lang, "en");
  EXPECT_EQ(line.message.reply_to, "41");
  EXPECT_EQ(line.message.reply_to_author, "bob");
  EXPECT_EQ(line.message.conversation, "40");
  EXPECT_EQ(line.message.client_app, "Racing App");
  EXPECT_FALSE(line.message.automated);
  EXPECT_THAT(line.message.tags, ElementsAre("derby", "oaks"));
  EXPECT_THAT(line.message.mentions, ElementsAre("bob"));
  EXPECT_THAT(line.message.links, ElementsAre("https://example.org/"));
}

TEST(OwnLine, ATextIsEnough) {
  const Reading line(Format::own, R"({"text":"hello"})");
  ASSERT_EQ(line.decoded, kMessage);
  EXPECT_EQ(line.message.event_time, kNoInstant);
  EXPECT_EQ(line.message.seen_time, kNoInstant);
  EXPECT_EQ(line.message.id, "");
  EXPECT_EQ(line.message.lang, "");
  EXPECT_THAT(line.message.tags, IsEmpty());
}

TEST(OwnLine, NothingOfTheLineBeforeRemains) {
  Reading line(Format::own, R"({"text":"a","id":"1","lang":"en","tags":["x"],"bot":true,"time":5,"of":"0"})");
  ASSERT_EQ(line.read(R"({"text":"b"})"), kMessage);
  EXPECT_EQ(line.message.id, "");
  EXPECT_EQ(line.message.lang, "");
  EXPECT_EQ(line.message.target, "");
  EXPECT_FALSE(line.message.automated);
  EXPECT_EQ(line.message.event_time, kNoInstant);
  EXPECT_THAT(line.message.tags, IsEmpty());
}

struct TimeRow {
  std::string name;
  std::string time;  // as JSON
  int64_t us;
};
class OwnLineTime : public testing::TestWithParam<TimeRow> {};

TEST_P(OwnLineTime, IsReadInEverySpelling) {
  const Reading line(Format::own, R"({"text":"a","time":)" + GetParam().time + "}");
  ASSERT_EQ(line.decoded, kMessage);
  EXPECT_EQ(micros(line.message.event_time), GetParam().us);
}
INSTANTIATE_TEST_SUITE_P(
    OwnLine, OwnLineTime,
    testing::Values(TimeRow{"rfc3339", R"("1970-01-01T00:00:01Z")", 1'000'000},
                    TimeRow{"with_an_offset", R"("1970-01-01T02:00:01+02:00")", 1'000'000},
                    TimeRow{"whole_microseconds", "1783175888085434", 1'783'175'888'085'434},
                    TimeRow{"microseconds_in_a_string", R"("1783175888085434")", 1'783'175'888'085'434},
                    TimeRow{"the_epoch", "0", 0}, TimeRow{"the_last_moment", "9214646400000000", kMicrosMax}),
    name_of<testing::TestParamInfo<TimeRow>>);

TEST(OwnLine, AnEditIsAboutItsTargetAndVersionedByItsSeenTime) {
  const Reading line(Format::own, R"({"kind":"edit","of":"42","id":"77","text":"better","time":7,"seen":9})");
  ASSERT_EQ(line.decoded, kMessage);
  EXPECT_EQ(line.message.op, Op::edit);
  EXPECT_EQ(line.message.id, "42");
  EXPECT_EQ(line.message.target, "42");
  EXPECT_EQ(line.message.version, 9U);
}

TEST(OwnLine, AnEditWithoutASeenTimeIsVersionedByItsTime) {
  EXPECT_EQ(Reading(Format::own, R"({"kind":"edit","of":"42","text":"better","time":7})").message.version, 7U);
}

TEST(OwnLine, AnEditWithoutATimeIsVersionOne) {
  EXPECT_EQ(Reading(Format::own, R"({"kind":"edit","of":"42","text":"better"})").message.version, 1U);
}

TEST(OwnLine, ADeleteRetractsItsTarget) {
  const Reading line(Format::own, R"({"kind":"delete","of":"42","seen":9})");
  ASSERT_EQ(line.decoded, kRetraction);
  EXPECT_EQ(line.message.op, Op::remove);
  EXPECT_EQ(line.message.network, Network::own);
  EXPECT_EQ(line.message.target, "42");
  EXPECT_EQ(line.message.version, 9U);
  EXPECT_EQ(micros(line.message.seen_time), 9);
}

TEST(OwnLine, AReshareWithTextIsAMessage) {
  const Reading line(Format::own, R"({"kind":"reshare","of":"42","id":"43","text":"look at this"})");
  ASSERT_EQ(line.decoded, kMessage);
  EXPECT_EQ(line.message.op, Op::reshare);
  EXPECT_EQ(line.message.id, "43");
  EXPECT_EQ(line.message.target, "42");
}

TEST(OwnLine, ABotDeclaresItself) {
  const Reading line(Format::own, R"({"text":"beep","bot":true})");
  EXPECT_TRUE(line.message.automated);
  EXPECT_EQ(line.message.author_kind, AuthorKind::bot);
}

TEST(OwnLine, NumbersServeAsIds) {
  const Reading line(
      Format::own, R"({"text":"a","id":9007199254740993,"author":18446744073709551615,"reply_to":3,"conversation":2})");
  ASSERT_EQ(line.decoded, kMessage);
  EXPECT_EQ(line.message.id, "9007199254740993");
  EXPECT_EQ(line.message.author, "18446744073709551615");
  EXPECT_EQ(line.message.reply_to, "3");
  EXPECT_EQ(line.message.conversation, "2");
}

class OwnLineOutcome : public testing::TestWithParam<Row> {};

TEST_P(OwnLineOutcome, IsAsExpected) { EXPECT_EQ(Reading(Format::own, GetParam().frame).decoded, GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(
    OwnLine, OwnLineOutcome,
    testing::Values(
        Row{"a_vote", R"({"kind":"vote","of":"42","value":1})", Decoded::skip(Ignored::vote)},
        Row{"a_reshare_without_text", R"({"kind":"reshare","of":"42"})", Decoded::skip(Ignored::reshare)},
        Row{"a_reshare_with_a_blank_text", R"({"kind":"reshare","of":"42","text":" "})",
            Decoded::skip(Ignored::reshare)},
        Row{"an_unknown_kind_with_text", R"({"kind":"poll","text":"a or b?"})", Decoded::skip(Ignored::unknown)},
        Row{"an_unknown_kind_without_text", R"({"kind":"poll"})", kMalformed},
        Row{"a_kind_that_is_no_string", R"({"kind":1,"text":"a"})", kMalformed},
        Row{"neither_text_nor_kind", R"({"id":"42","author":"anna"})", kMalformed},
        Row{"an_empty_object", "{}", kMalformed}, Row{"a_null_text", R"({"text":null})", kMalformed},
        Row{"a_text_that_is_no_string", R"({"text":5})", kMalformed},
        Row{"a_post_that_says_so_without_text", R"({"kind":"post","id":"42"})", kNoText},
        Row{"an_empty_text", R"({"text":""})", kNoText},
        Row{"a_blank_text", R"({"text":" \t\n\u00a0\u3000\u200b\ufeff"})", kNoText},
        Row{"an_edit_without_of", R"({"kind":"edit","text":"a"})", kMalformed},
        Row{"an_edit_to_nothing", R"({"kind":"edit","of":"42","text":""})", kNoText},
        Row{"a_delete_without_of", R"({"kind":"delete"})", kMalformed},
        Row{"a_delete_of_an_empty_id", R"({"kind":"delete","of":""})", kMalformed},
        Row{"a_time_nobody_can_read", R"({"text":"a","time":"yesterday"})", kMalformed},
        Row{"a_time_with_a_fraction", R"({"text":"a","time":1.5})", kMalformed},
        Row{"a_time_before_1970", R"({"text":"a","time":-1})", kMalformed},
        Row{"a_time_after_2262", R"({"text":"a","time":9214646400000001})", kMalformed},
        Row{"a_seen_nobody_can_read", R"({"text":"a","seen":{}})", kMalformed},
        Row{"an_id_that_is_a_list", R"({"text":"a","id":["1"]})", kMalformed},
        Row{"null_members", R"({"text":"a","id":null,"time":null,"kind":null,"tags":null,"author":null})", kMessage},
        Row{"lists_of_other_things", R"({"text":"a","tags":[1,null,{}],"links":"x"})", kMessage}),
    name_of<testing::TestParamInfo<Row>>);

TEST(OwnLine, ATextOverTheLimitIsCutAtACodePoint) {
  const std::string text = std::string(limits::kTextBytes - 1, 'a') + "é and more";
  const Reading line(Format::own, R"({"text":)" + json_string(text) + "}");
  ASSERT_EQ(line.decoded, kMessage);
  EXPECT_EQ(line.message.text.size(), limits::kTextBytes - 1);
}

TEST(OwnLine, ATextAtTheLimitIsWhole) {
  const std::string text(limits::kTextBytes, 'a');
  EXPECT_EQ(Reading(Format::own, R"({"text":)" + json_string(text) + "}").message.text, text);
}

TEST(OwnLine, RightToLeftMarksStayInTheText) {
  EXPECT_EQ(Reading(Format::own, R"({"text":"\u200fשלום\u202e!"})").message.text, "\u200fשלום\u202e!");
}

}  // namespace
}  // namespace roomtone::decode
