#include "decode/detect.hpp"

#include <gtest/gtest.h>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

struct DetectRow {
  std::string name;
  std::string line;
  Format format;
};
class Detect : public testing::TestWithParam<DetectRow> {};

TEST_P(Detect, TellsTheFormatByTheMembers) {
  JsonParser parser;
  JsonObject object;
  ASSERT_TRUE(parser.parse(GetParam().line, object));
  EXPECT_EQ(detect(object), GetParam().format);
}

INSTANTIATE_TEST_SUITE_P(
    Members, Detect,
    testing::Values(
        DetectRow{"jetstream_v1", R"({"did":"d","time_us":1,"kind":"commit","commit":{}})", Format::jetstream},
        DetectRow{"jetstream_v2", R"({"$type":"message","payload":{"seq":1}})", Format::jetstream},
        DetectRow{"jetstream_v2_without_a_type", R"({"payload":{"seq":1}})", Format::jetstream},
        DetectRow{"jetstream_v2_bare", R"({"seq":1,"did":"d","operation":"create"})", Format::jetstream},
        DetectRow{"jetstream_v2_info", R"({"$type":"message","payload":{"$type":"x#info","name":"n"}})",
                  Format::jetstream},
        DetectRow{"jetstream_v2_error", R"({"$type":"error","error":"e","message":"m"})", Format::jetstream},
        DetectRow{"mastodon_event", R"({"stream":["public"],"event":"delete","payload":"1"})", Format::mastodon},
        DetectRow{"mastodon_event_without_a_stream", R"({"event":"delete","payload":"1"})", Format::mastodon},
        DetectRow{"mastodon_event_without_a_payload", R"({"stream":["user"],"event":"filters_changed"})",
                  Format::mastodon},
        DetectRow{"mastodon_status", R"({"id":"1","visibility":"public","account":{},"content":""})", Format::mastodon},
        DetectRow{"mastodon_refusal", R"({"error":"Unknown stream type","status":400})", Format::mastodon},
        DetectRow{"x_v2_post", R"({"data":{"id":"1"},"matching_rules":[]})", Format::x_v2},
        DetectRow{"x_v2_includes", R"({"includes":{}})", Format::x_v2},
        DetectRow{"x_v2_rules", R"({"matching_rules":[]})", Format::x_v2},
        DetectRow{"x_v2_errors", R"({"errors":[]})", Format::x_v2},
        DetectRow{"x_v2_delete", R"({"delete":{"tweet":{"id":"1"}}})", Format::x_v2},
        DetectRow{"x_v11_status", R"({"id_str":"1","text":"a"})", Format::x_v11},
        DetectRow{"x_v11_status_with_rules", R"({"id_str":"1","text":"a","matching_rules":[]})", Format::x_v11},
        DetectRow{"x_v11_old_status", R"({"id":1,"text":"a","created_at":"x","user":{}})", Format::x_v11},
        DetectRow{"x_v11_delete", R"({"delete":{"status":{"id_str":"1"}}})", Format::x_v11},
        DetectRow{"x_v11_limit", R"({"limit":{"track":1}})", Format::x_v11},
        DetectRow{"x_v11_disconnect", R"({"disconnect":{"code":4}})", Format::x_v11},
        DetectRow{"own_post", R"({"text":"a"})", Format::own},
        DetectRow{"own_vote", R"({"kind":"vote","of":"1","value":1})", Format::own},
        DetectRow{"own_post_with_an_event", R"({"text":"a","event":"derby"})", Format::own},
        DetectRow{"own_post_with_data", R"({"text":"a","data":{},"errors":[],"limit":{}})", Format::own},
        DetectRow{"own_post_with_a_delete", R"({"text":"a","delete":{"status":1}})", Format::own},
        DetectRow{"own_post_with_a_limit_number", R"({"kind":"post","limit":5})", Format::own},
        DetectRow{"an_empty_object", "{}", Format::own}),
    name_of<testing::TestParamInfo<DetectRow>>);

TEST(Detect, LooksAtEachLine) {
  Reading reading(Format::detect, R"({"text":"a"})");
  EXPECT_EQ(reading.message.network, Network::own);
  EXPECT_EQ(reading.read(R"({"id_str":"1","text":"a"})"), kMessage);
  EXPECT_EQ(reading.message.network, Network::x);
  EXPECT_EQ(reading.read(R"({"event":"delete","payload":"1"})"), kRetraction);
  EXPECT_EQ(reading.message.network, Network::fediverse);
}

}  // namespace
}  // namespace roomtone::decode
