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
        BadQuery{"reserved_verb", {"RTN1", "REPLAY", R"({"key":"/a/room/60s/"})"}, QueryError::unsupported_verb},
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
