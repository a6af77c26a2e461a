#include "publish/room_view.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <set>
#include <string>
#include <vector>

#include "publish/body.hpp"
#include "unit/publish/sample_atmosphere.hpp"

namespace roomtone::publish {
namespace {

constexpr Header kJson{.flags = kFlagPartial, .epoch = 9, .global_seq = 70, .key_seq = 7};
constexpr Header kProtobuf{.flags = kFlagPartial | kFlagProtobuf, .epoch = 9, .global_seq = 70, .key_seq = 7};

template <typename... What>
std::string body_of(BodyFormat format, const What&... what) {
  std::string out;
  append_body(out, format, what...);
  return out;
}

void expect_equal(const Atmosphere& read, const Atmosphere& written) {
  EXPECT_EQ(read.key, written.key);
  EXPECT_EQ(read.window, written.window);
  EXPECT_EQ(read.start, written.start);
  EXPECT_EQ(read.end, written.end);
  EXPECT_EQ(read.state, written.state);
  EXPECT_EQ(read.revision, written.revision);
  EXPECT_EQ(read.figures, written.figures);
  EXPECT_EQ(read.rate_per_min, written.rate_per_min);
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.scorer, written.scorer);
  EXPECT_EQ(read.sources, written.sources);
}

class Bodies : public testing::TestWithParam<BodyFormat> {
 protected:
  [[nodiscard]] static const Header& header() { return GetParam() == BodyFormat::json ? kJson : kProtobuf; }
};

TEST_P(Bodies, OfABusyMinuteAreReadBackWhole) {
  const auto view = read_room(header(), body_of(GetParam(), derby_minute()));
  ASSERT_TRUE(view);
  expect_equal(view->atmosphere, derby_minute());
  EXPECT_EQ(view->sentence, "t/derby is buoyant: 12 messages by 9 voices in 60 s, tone +0.25 (+0.10 to +0.40).");
  EXPECT_EQ(view->key_seq, 7u);
  EXPECT_EQ(view->global_seq, 70u);
}

TEST_P(Bodies, OfAnEmptyWindowAreReadBackWhole) {
  Atmosphere empty;
  empty.key = "room";
  empty.window = WindowSize::day;
  empty.start = instant_of_micros(0);
  empty.end = instant_of_micros(86'400'000'000);
  empty.state = WindowState::corrected;
  const auto view = read_room(header(), body_of(GetParam(), empty));
  ASSERT_TRUE(view);
  expect_equal(view->atmosphere, empty);
}

TEST_P(Bodies, HoldTheLargestFiveCampaigns) {
  Atmosphere busy = derby_minute();
  busy.figures.campaigns.clear();
  for (uint64_t i = 1; i <= 6; ++i)
    busy.figures.campaigns.push_back({i << 16, 0.125, static_cast<int64_t>(10 - i), 1, {i << 16}});
  const auto view = read_room(header(), body_of(GetParam(), busy));
  ASSERT_TRUE(view);
  std::vector<Campaign> published = busy.figures.campaigns;
  published.resize(kCampaignsPublished);
  for (Campaign& campaign : published) campaign.authors.clear();  // these stay at home
  EXPECT_EQ(view->atmosphere.figures.campaigns, published);
}

TEST_P(Bodies, OfAHeartbeatAreReadBackWhole) {
  Pulse pulse;
  pulse.watermark = instant_of_micros(1'783'176'640'000'000);
  pulse.coverage = 0.99;
  pulse.shed_ratio = 0.25;
  pulse.sources = {{"bsky", SourceState::stalled, 0.5, 0.25}, {"file", SourceState::ended, {}, {}}};
  const auto read = read_heartbeat(header(), body_of(GetParam(), pulse, UINT64_MAX, uint64_t{70}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->epoch, UINT64_MAX);
  EXPECT_EQ(read->global_seq, 70u);
  EXPECT_EQ(read->watermark, pulse.watermark);
  EXPECT_EQ(read->coverage, 0.99);
  EXPECT_EQ(read->shed_ratio, 0.25);
  ASSERT_EQ(read->sources.size(), 2u);
  EXPECT_EQ(read->sources[0].name, "bsky");
  EXPECT_EQ(read->sources[0].state, SourceState::stalled);
  EXPECT_EQ(read->sources[0].lag_s, 0.5);
  EXPECT_EQ(read->sources[1].state, SourceState::ended);
  EXPECT_EQ(read->sources[1].age_s, std::nullopt);
}

TEST_P(Bodies, OfAHeartbeatBeforeAnythingWasHeardHaveNoWatermark) {
  const auto read = read_heartbeat(header(), body_of(GetParam(), Pulse{}, uint64_t{1}, uint64_t{0}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->watermark, kNoInstant);
}

TEST_P(Bodies, OfACheckAreReadBackWhole) {
  const PrefixSum sum{4, UINT64_MAX};
  EXPECT_EQ(read_check(header(), body_of(GetParam(), sum, uint64_t{1}, uint64_t{2})).value(), sum);
}

INSTANTIATE_TEST_SUITE_P(RoomView, Bodies, testing::Values(BodyFormat::json, BodyFormat::protobuf),
                         [](const auto& row) { return std::string(name_of(row.param)); });

TEST(RoomView, MembersOfALaterReleaseAreSkippedAndAnUnknownNameIsUnknown) {
  const auto view = read_room(kJson, R"({"v":1,"key":"room","window":{"size_s":60,"start_us":0,"end_us":60000000,)"
                                     R"("state":"frozen"},"name":"electric","energy":{"x":[1]}})");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->atmosphere.name, AtmosphereName::unknown);
  EXPECT_EQ(view->atmosphere.state, WindowState::partial);
}

struct BadBody {
  const char* name;
  std::string body;
};

class BadBodies : public testing::TestWithParam<BadBody> {};

TEST_P(BadBodies, AreRefused) { EXPECT_FALSE(read_room(kJson, GetParam().body)); }

INSTANTIATE_TEST_SUITE_P(
    RoomView, BadBodies,
    testing::Values(BadBody{"empty", ""}, BadBody{"not_an_object", "[]"}, BadBody{"no_window", R"({"key":"room"})"},
                    BadBody{"unknown_window", R"({"key":"room","window":{"size_s":61}})"},
                    BadBody{"no_key", R"({"window":{"size_s":60}})"},
                    BadBody{"key_with_a_slash_too_many", R"({"key":"t//x","window":{"size_s":60}})"},
                    BadBody{"count_is_a_fraction", R"({"key":"room","window":{"size_s":60},"n":1.5})"},
                    BadBody{"count_is_text", R"({"key":"room","window":{"size_s":60},"n":"many"})"},
                    BadBody{"tone_is_text", R"({"key":"room","window":{"size_s":60},"readings":{"raw":{"tone":"x"}}})"},
                    BadBody{"campaign_is_text", R"({"key":"room","window":{"size_s":60},"campaigns":["x"]})"},
                    BadBody{"campaign_without_id", R"({"key":"room","window":{"size_s":60},"campaigns":[{"n":5}]})"},
                    BadBody{"campaign_of_eleven_digits",
                            R"({"key":"room","window":{"size_s":60},"campaigns":[{"id":"3fa9c0de011"}]})"},
                    BadBody{"campaign_id_is_not_hex",
                            R"({"key":"room","window":{"size_s":60},"campaigns":[{"id":"3fa9c0de011g"}]})"},
                    BadBody{"source_is_a_number", R"({"key":"room","window":{"size_s":60},"sources":[1]})"}),
    [](const auto& row) { return row.param.name; });

void collect_names(const boost::json::value& value, std::set<std::string>& names) {
  if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object) {
      names.emplace(name.data(), name.size());
      collect_names(member, names);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& member : *array) collect_names(member, names);
  }
}

// The feed is useful without a message's text or an author's id, and carries neither: whoever adds a member has to
// come by here and say so.
TEST(RoomView, ABodyHasNoMembersButTheseNoneOfWhichHoldsTextOrAuthors) {
  std::set<std::string> names;
  collect_names(boost::json::parse(body_of(BodyFormat::json, derby_minute())), names);
  EXPECT_EQ(names, (std::set<std::string>{"v",
                                          "key",
                                          "window",
                                          "start_us",
                                          "end_us",
                                          "size_s",
                                          "state",
                                          "revision",
                                          "n",
                                          "voices",
                                          "unique_n",
                                          "pos",
                                          "neg",
                                          "neutral",
                                          "unscored",
                                          "readings",
                                          "raw",
                                          "voice",
                                          "tone",
                                          "ci_low",
                                          "ci_high",
                                          "dispersion",
                                          "coverage",
                                          "automation_share",
                                          "name",
                                          "sentence",
                                          "scorer",
                                          "rate_per_min",
                                          "sources",
                                          "reply_share",
                                          "reshare_share",
                                          "id",
                                          "share",
                                          "reputable",
                                          "real_share",
                                          "young_share",
                                          "periodic_share",
                                          "concentration",
                                          "top_voice_share",
                                          "campaigns"}));
}

}  // namespace
}  // namespace roomtone::publish
