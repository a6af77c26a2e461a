#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

using namespace std::literals;
using testing::SizeIs;

std::string repeated(std::string_view piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

/// A line whose text is fine, with something deep beside it: `levels` arrays, the line's own object not counted.
std::string nested(std::size_t levels) {
  return R"({"text":"a","x":)" + repeated("[", levels) + repeated("]", levels) + "}";
}

class Hostile : public testing::TestWithParam<std::tuple<Row, Format>> {};

TEST_P(Hostile, IsMalformedInEveryFormat) {
  const auto& [row, format] = GetParam();
  EXPECT_EQ(Reading(format, row.frame).decoded, row.expected);
}

std::string hostile_name(const testing::TestParamInfo<std::tuple<Row, Format>>& info) {
  constexpr std::string_view kNames[] = {"detect", "own", "jetstream", "mastodon", "x_v2", "x_v11"};
  return std::get<0>(info.param).name + "_as_" + std::string(kNames[static_cast<std::size_t>(std::get<1>(info.param))]);
}

INSTANTIATE_TEST_SUITE_P(
    Json, Hostile,
    testing::Combine(
        testing::Values(Row{"text_that_is_no_json", "hello", kMalformed},
                        Row{"an_array", R"([{"text":"a"}])", kMalformed}, Row{"a_string", R"("text")", kMalformed},
                        Row{"a_number", "17", kMalformed}, Row{"null", "null", kMalformed},
                        Row{"half_an_object", R"({"text":"a")", kMalformed},
                        Row{"an_open_string", R"({"text":"a)", kMalformed},
                        Row{"trailing_garbage", R"({"text":"a"}x)", kMalformed},
                        Row{"two_documents", R"({"text":"a"}{"text":"b"})", kMalformed},
                        Row{"one_brace_too_many", R"({"text":"a"}})", kMalformed},
                        Row{"a_trailing_comma", R"({"text":"a",})", kMalformed},
                        Row{"a_number_out_of_range", R"({"text":"a","x":1e999})", kMalformed},
                        Row{"a_number_with_a_leading_zero", R"({"text":"a","x":01})", kMalformed},
                        Row{"a_lone_high_surrogate", R"({"text":"\ud800"})", kMalformed},
                        Row{"a_high_surrogate_before_a_letter", R"({"text":"\ud800a"})", kMalformed},
                        Row{"two_high_surrogates", R"({"text":"\ud800\ud800"})", kMalformed},
                        Row{"a_lone_low_surrogate", R"({"text":"\udc00"})", kMalformed},
                        Row{"an_unknown_escape", R"({"text":"\x41"})", kMalformed},
                        Row{"invalid_utf8", "{\"text\":\"a\xFF\"}", kMalformed},
                        Row{"utf8_cut_short", "{\"text\":\"a\xC3\"}", kMalformed},
                        Row{"overlong_utf8", "{\"text\":\"\xC0\xAF\"}", kMalformed},
                        Row{"a_surrogate_in_utf8", "{\"text\":\"\xED\xA0\x80\"}", kMalformed},
                        Row{"a_raw_nul_in_a_string", "{\"text\":\"a\0b\"}"s, kMalformed},
                        Row{"a_raw_nul_between", "{\"text\":\0\"a\"}"s, kMalformed},
                        Row{"a_nul_behind", "{\"text\":\"a\"}\0"s, kMalformed},
                        Row{"a_raw_newline", "{\"text\":\"a\nb\"}", kMalformed},
                        Row{"ten_thousand_levels", nested(10'000), kMalformed},
                        Row{"ten_thousand_open_arrays", R"({"text":)" + repeated("[", 10'000), kMalformed},
                        Row{"ten_thousand_open_objects", repeated(R"({"a":)", 10'000), kMalformed}),
        testing::Values(Format::detect, Format::own, Format::jetstream, Format::mastodon, Format::x_v2, Format::x_v11)),
    hostile_name);

TEST(Frame, MayBeNestedAsDeepAsTheLimitAndNotOneDeeper) {
  const std::size_t deepest = limits::kJsonDepth - 2;  // the object is a level, and the limit itself is refused
  EXPECT_EQ(Reading(Format::own, nested(deepest)).decoded, kMessage);
  EXPECT_EQ(Reading(Format::own, nested(deepest + 2)).decoded, kMalformed);
}

TEST(Frame, KeepsItsDepthLimitAfterGrowing) {
  Reading reading(Format::own, R"({"text":"a","x":")" + std::string(3 * limits::kFileFrameBytes, 'x') + "\"}");
  ASSERT_EQ(reading.decoded, kMessage);
  EXPECT_EQ(reading.read(nested(limits::kJsonDepth)), kMalformed);
}

TEST(Frame, OfTenMegabytesIsReadToItsLimit) {
  const Reading reading(Format::own, R"({"text":")" + std::string(10'000'000, 'a') + "\"}");
  ASSERT_EQ(reading.decoded, kMessage);
  EXPECT_THAT(reading.message.text, SizeIs(limits::kTextBytes));
}

TEST(Frame, ThatIsEmptyIsMalformedWhereNothingIsKeptAlive) {
  EXPECT_EQ(Reading(Format::own, "").decoded, kMalformed);
  EXPECT_EQ(Reading(Format::jetstream, "").decoded, kMalformed);
  EXPECT_EQ(Reading(Format::detect, " \r").decoded, kMalformed);
}

TEST(Frame, MayEndInACarriageReturn) { EXPECT_EQ(Reading(Format::own, "{\"text\":\"a\"}\r").decoded, kMessage); }

TEST(Frame, MayStartWithAByteOrderMark) {
  EXPECT_EQ(Reading(Format::own, "\xEF\xBB\xBF{\"text\":\"a\"}").decoded, kMessage);
}

TEST(Frame, IsNotReadPastItsEnd) {
  // What follows in the batch would make it whole.
  EXPECT_EQ(Reading(Format::own, R"({"text":"a")").decoded, kMalformed);
}

TEST(Frame, AfterABadOneIsReadAsIfNothingHadBeen) {
  Reading reading(Format::own, R"({"text":"a","id":"1",)");
  ASSERT_EQ(reading.decoded, kMalformed);
  EXPECT_EQ(reading.read(R"({"text":"b"})"), kMessage);
  EXPECT_EQ(reading.message.text, "b");
  EXPECT_EQ(reading.message.id, "");
}

TEST(Frame, MayHoldAnEscapedNulInItsText) {
  EXPECT_EQ(Reading(Format::own, R"({"text":"a\u0000b"})").message.text, "a\0b"sv);
}

TEST(Frame, OfOneNameTwiceMeansTheLast) {
  EXPECT_EQ(Reading(Format::own, R"({"text":"a","text":"b"})").message.text, "b");
}

struct ListRow {
  std::string name;
  Format format;
  std::string before, item, after;
};
class LongList : public testing::TestWithParam<ListRow> {};

TEST_P(LongList, OfAThousandMentionsKeepsTheFirst) {
  std::string items = GetParam().item;
  for (int i = 1; i < 1000; ++i) items += "," + GetParam().item;
  const Reading reading(GetParam().format, GetParam().before + items + GetParam().after);
  ASSERT_EQ(reading.decoded, kMessage);
  EXPECT_THAT(reading.message.mentions, SizeIs(limits::kListItems));
}

INSTANTIATE_TEST_SUITE_P(
    Formats, LongList,
    testing::Values(
        ListRow{"own", Format::own, R"({"text":"a","mentions":[)", R"("bo")", "]}"},
        ListRow{
            "jetstream", Format::jetstream,
            R"({"did":"d","time_us":1,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"r","record":{"text":"@bo","facets":[)",
            R"({"index":{"byteStart":0,"byteEnd":3},"features":[{"$type":"app.bsky.richtext.facet#mention","did":"did:b"}]})",
            "]}}}"},
        ListRow{"mastodon", Format::mastodon,
                R"({"id":"1","visibility":"public","content":"a","account":{"id":"1"},"mentions":[)",
                R"({"acct":"bo"})", "]}"},
        ListRow{"x_v2", Format::x_v2, R"({"data":{"id":"1","text":"a","entities":{"mentions":[)",
                R"({"username":"bo"})", "]}}}"},
        ListRow{"x_v11", Format::x_v11, R"({"id_str":"1","text":"a","entities":{"user_mentions":[)",
                R"({"screen_name":"bo"})", "]}}"}),
    name_of<testing::TestParamInfo<ListRow>>);

}  // namespace
}  // namespace roomtone::decode
