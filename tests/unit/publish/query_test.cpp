#include "publish/query.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace roomtone::publish {
namespace {

tl::expected<Query, Refusal> parse(const std::vector<std::string>& frames) {
  const std::vector<std::string_view> views(frames.begin(), frames.end());
  return parse_query(views);
}

TEST(Query, WithoutArgumentsHasDefaults) {
  Query expected;
  expected.verb = Verb::snapshot;
  EXPECT_EQ(parse({"RTN1", "SNAPSHOT"}), expected);
  EXPECT_EQ(parse({"RTN1", "SNAPSHOT", ""}), expected);
  EXPECT_EQ(parse({"RTN1", "SNAPSHOT", "{}"}), expected);
}

TEST(Query, ReadsItsArgumentsAndSkipsUnknownOnes) {
  Query expected;
  expected.verb = Verb::snapshot;
  expected.prefix = "/a/t/derby/";
  expected.credit = 10;
  expected.id = "7";
  EXPECT_EQ(parse({"RTN1", "SNAPSHOT", R"({"prefix":"/a/t/derby/","credit":10,"id":"7","new":[1]})"}), expected);
}

TEST(Query, ReadsAReplay) {
  Query expected;
  expected.verb = Verb::replay;
  expected.key = "/a/t/derby/60s/";
  expected.epoch = 18446744073709551615U;
  expected.from_key_seq = 41;
  EXPECT_EQ(parse({"RTN1", "REPLAY", R"({"key":"/a/t/derby/60s/","epoch":"18446744073709551615","from_key_seq":41})"}),
            expected);
}

TEST(Query, ReadsAQuestionAboutHistory) {
  Query expected;
  expected.verb = Verb::history;
  expected.key = "t/derby";
  expected.from = instant_of_micros(1783176600000000);
  expected.to = instant_of_micros(1783177200000000);
  expected.step = std::chrono::seconds(60);
  expected.limit = 5;
  EXPECT_EQ(
      parse({"RTN1", "HISTORY", R"({"key":"t/derby","from_us":1783176600000000,"to_us":1783177200000000,"limit":5})"}),
      expected);
}

TEST(Query, ReadsAQuestionWhy) {
  Query expected;
  expected.verb = Verb::explain;
  expected.key = "t/derby";
  EXPECT_EQ(parse({"RTN1", "EXPLAIN", R"({"key":"t/derby"})"}), expected);
  expected.window = WindowSize::hour;
  expected.end = instant_of_micros(1783177200000000);
  EXPECT_EQ(parse({"RTN1", "EXPLAIN", R"({"key":"t/derby","window":"3600s","end_us":1783177200000000})"}), expected);
}

struct BadQuery {
  const char* name;
  std::vector<std::string> frames;
  QueryError code;
};

class BadQueries : public testing::TestWithParam<BadQuery> {};

TEST_P(BadQueries, AreRefusedWithACode) {
  const auto query = parse(GetParam().frames);
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().code, GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Query, BadQueries,
    testing::Values(
        BadQuery{"no_frames", {}, QueryError::bad_request},
        BadQuery{"other_protocol", {"HTTP"}, QueryError::bad_protocol},
        BadQuery{"no_verb", {"RTN1"}, QueryError::bad_request},
        BadQuery{"too_many_frames", {"RTN1", "PING", "{}", "{}"}, QueryError::bad_request},
        BadQuery{"unknown_verb", {"RTN1", "DROP"}, QueryError::unsupported_verb},
        BadQuery{
            "replay_without_key", {"RTN1", "REPLAY", R"({"epoch":1,"from_key_seq":1})"}, QueryError::bad_arguments},
        BadQuery{"replay_without_epoch",
                 {"RTN1", "REPLAY", R"({"key":"/a/room/60s/","from_key_seq":1})"},
                 QueryError::bad_arguments},
        BadQuery{"replay_from_nothing",
                 {"RTN1", "REPLAY", R"({"key":"/a/room/60s/","epoch":1,"from_key_seq":null})"},
                 QueryError::bad_arguments},
        BadQuery{"replay_from_zero",
                 {"RTN1", "REPLAY", R"({"key":"/a/room/60s/","epoch":1,"from_key_seq":0})"},
                 QueryError::bad_arguments},
        BadQuery{"replay_of_a_prefix",
                 {"RTN1", "REPLAY", R"({"key":"/a/t/","epoch":1,"from_key_seq":1})"},
                 QueryError::bad_key},
        BadQuery{"history_without_range", {"RTN1", "HISTORY", R"({"key":"room"})"}, QueryError::bad_arguments},
        BadQuery{"history_backwards",
                 {"RTN1", "HISTORY", R"({"key":"room","from_us":2,"to_us":1})"},
                 QueryError::bad_arguments},
        BadQuery{"history_of_nothing",
                 {"RTN1", "HISTORY", R"({"key":"room","from_us":1,"to_us":1})"},
                 QueryError::bad_arguments},
        BadQuery{"history_before_1970",
                 {"RTN1", "HISTORY", R"({"key":"room","from_us":-1,"to_us":1})"},
                 QueryError::bad_arguments},
        BadQuery{"history_in_steps_of_7_s",
                 {"RTN1", "HISTORY", R"({"key":"room","from_us":0,"to_us":1,"step_s":7})"},
                 QueryError::bad_arguments},
        BadQuery{"history_in_steps_of_two_days",
                 {"RTN1", "HISTORY", R"({"key":"room","from_us":0,"to_us":1,"step_s":172800})"},
                 QueryError::bad_arguments},
        BadQuery{"history_of_a_feed_key",
                 {"RTN1", "HISTORY", R"({"key":"/a/room/60s/","from_us":0,"to_us":1})"},
                 QueryError::bad_key},
        BadQuery{"explain_without_key", {"RTN1", "EXPLAIN", "{}"}, QueryError::bad_arguments},
        BadQuery{"explain_of_a_feed_key", {"RTN1", "EXPLAIN", R"({"key":"/a/room/60s/"})"}, QueryError::bad_key},
        BadQuery{
            "explain_of_no_window", {"RTN1", "EXPLAIN", R"({"key":"room","window":"61s"})"}, QueryError::bad_arguments},
        BadQuery{"explain_of_a_window_by_number",
                 {"RTN1", "EXPLAIN", R"({"key":"room","window":60})"},
                 QueryError::bad_arguments},
        BadQuery{
            "explain_before_1970", {"RTN1", "EXPLAIN", R"({"key":"room","end_us":-1})"}, QueryError::bad_arguments},
        BadQuery{"explain_at_null", {"RTN1", "EXPLAIN", R"({"key":"room","end_us":null})"}, QueryError::bad_arguments},
        BadQuery{"lower_case_verb", {"RTN1", "ping"}, QueryError::unsupported_verb},
        BadQuery{"not_json", {"RTN1", "PING", "{"}, QueryError::bad_arguments},
        BadQuery{"two_documents", {"RTN1", "PING", "{}{}"}, QueryError::bad_arguments},
        BadQuery{"bad_utf8", {"RTN1", "PING", "{\"id\":\"\xff\"}"}, QueryError::bad_arguments},
        BadQuery{"not_an_object", {"RTN1", "PING", "[]"}, QueryError::bad_arguments},
        BadQuery{"nested_too_deep", {"RTN1", "PING", std::string(1000, '[')}, QueryError::bad_arguments},
        BadQuery{"id_is_a_number", {"RTN1", "PING", R"({"id":1})"}, QueryError::bad_arguments},
        BadQuery{"id_a_byte_too_long",
                 {"RTN1", "PING", "{\"id\":\"" + std::string(65, 'x') + "\"}"},
                 QueryError::bad_arguments},
        BadQuery{"credit_zero", {"RTN1", "SNAPSHOT", R"({"credit":0})"}, QueryError::bad_arguments},
        BadQuery{"credit_above_the_most", {"RTN1", "SNAPSHOT", R"({"credit":1001})"}, QueryError::bad_arguments},
        BadQuery{"credit_negative", {"RTN1", "SNAPSHOT", R"({"credit":-1})"}, QueryError::bad_arguments},
        BadQuery{"credit_a_fraction", {"RTN1", "SNAPSHOT", R"({"credit":1.5})"}, QueryError::bad_arguments},
        BadQuery{"credit_beyond_64_bits",
                 {"RTN1", "SNAPSHOT", R"({"credit":99999999999999999999999})"},
                 QueryError::bad_arguments},
        BadQuery{"prefix_is_a_list", {"RTN1", "SNAPSHOT", R"({"prefix":[]})"}, QueryError::bad_arguments},
        BadQuery{
            "prefix_without_its_slash", {"RTN1", "SNAPSHOT", R"({"prefix":"/a/t/derby"})"}, QueryError::bad_prefix}),
    [](const auto& row) { return row.param.name; });

TEST(Query, ARefusalBearsTheIdOfItsQuestion) {
  const auto query = parse({"RTN1", "REPLAY", R"({"id":"seven"})"});
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().id, "seven");
}

TEST(Query, ARefusalShowsOnlyAShortCleanPieceOfTheVerb) {
  const auto query = parse({"RTN1", "\n\"\\ABC" + std::string(1000, 'x')});
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().message, "no such verb here: ???ABCxxxxxxxxxx");
}

}  // namespace
}  // namespace roomtone::publish
