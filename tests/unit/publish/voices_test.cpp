#include <gtest/gtest.h>

#include <array>

#include "publish/feed.hpp"
#include "publish/feed_key.hpp"
#include "publish/header.hpp"
#include "roomtone/v1/voice.pb.h"
#include "unit/publish/peers.hpp"
#include "unit/publish/sample_atmosphere.hpp"

namespace roomtone::publish {
namespace {

VoiceUpdate jockey_speaks(uint64_t key_seq, uint64_t global_seq) {
  VoiceUpdate voice;
  voice.event.list = "handicappers";
  voice.event.role = "jockey";
  voice.event.time = instant_of_micros(1'783'176'601'000'000);
  voice.event.seen = instant_of_micros(1'783'176'601'250'000);
  voice.event.traits.question = true;
  voice.event.lang = "en";
  voice.event.topics = {"derby", "cup"};
  voice.event.author = "anna.example";
  voice.key_seq = key_seq;
  voice.global_seq = global_seq;
  return voice;
}

constexpr std::string_view kJson =
    R"({"v":1,"list":"handicappers","role":"jockey","time_us":1783176601000000,"seen_us":1783176601250000,)"
    R"("topics":["derby","cup"],"lang":"en","reply":false,"reshare":false,"question":true,"link":false,)"
    R"("author":"anna.example"})";

TEST(VoiceBody, IsWhatTheProtocolShows) {
  std::string body;
  append_json(body, jockey_speaks(1, 1).event);
  EXPECT_EQ(body, kJson);
}

TEST(VoiceBody, NamesNobodyWhereTheListDoesNotShowAuthors) {
  VoiceEvent event = jockey_speaks(1, 1).event;
  event.author.clear();
  std::string body;
  append_json(body, event);
  EXPECT_EQ(body.find("author"), std::string::npos) << body;
}

TEST(VoiceBody, HasTheSameMembersInProtobuf) {
  std::string body;
  append_protobuf(body, jockey_speaks(1, 1).event);
  v1::Voice voice;
  ASSERT_TRUE(voice.ParseFromString(body));
  EXPECT_EQ(voice.v(), 1u);
  EXPECT_EQ(voice.list(), "handicappers");
  EXPECT_EQ(voice.role(), "jockey");
  EXPECT_EQ(voice.time_us(), 1'783'176'601'000'000);
  EXPECT_EQ(voice.seen_us(), 1'783'176'601'250'000);
  EXPECT_EQ(voice.topics_size(), 2);
  EXPECT_EQ(voice.lang(), "en");
  EXPECT_TRUE(voice.question());
  EXPECT_FALSE(voice.reply() || voice.reshare() || voice.link());
  EXPECT_EQ(voice.author(), "anna.example");
}

struct KeyCase {
  const char* name;
  std::string_view key;
  bool sequenced;
};
class SequencedKey : public testing::TestWithParam<KeyCase> {};
TEST_P(SequencedKey, IsOfAnAtmosphereOrOfVoices) { EXPECT_EQ(is_sequenced_key(GetParam().key), GetParam().sequenced); }
INSTANTIATE_TEST_SUITE_P(FeedKey, SequencedKey,
                         testing::Values(KeyCase{"atmosphere", "/a/c/handicappers/60s/", true},
                                         KeyCase{"voices", "/v/c/handicappers/", true},
                                         KeyCase{"no_list", "/v/c/", false}, KeyCase{"no_end", "/v/c/x", false},
                                         KeyCase{"too_deep", "/v/c/x/y/", false}, KeyCase{"prefix", "/v/", false},
                                         KeyCase{"heartbeat", "/hb/", false}),
                         [](const auto& row) { return row.param.name; });

/// The next message with a sequence.
Frames receive_sequenced(Socket& socket) {
  while (true) {
    Frames frames = receive(socket);
    if (frames.empty() || (frames[0] != "/hb/" && !frames[0].ends_with("~/"))) return frames;
  }
}

TEST(Feed, PublishesTheVoicesOfACommitBeforeItsWindows) {
  RunningFeed feed;
  const auto subscriber = feed.subscriber("/");
  ASSERT_TRUE(feed->offer(Offered{{jockey_speaks(1, 5), jockey_speaks(2, 6)}, {update_of("t/derby", 1, 7)}}));
  std::vector<uint64_t> order;
  for (int i = 0; i < 3; ++i) order.push_back(decode_header(receive_sequenced(*subscriber).at(1)).value().global_seq);
  EXPECT_EQ(order, (std::vector<uint64_t>{5, 6, 7}));
}

TEST(Feed, ReplaysVoicesAndHoldsTheNewestInASnapshot) {
  RunningFeed feed;
  const auto subscriber = feed.subscriber("/v/");
  ASSERT_TRUE(feed->offer(Offered{{jockey_speaks(4, 5), jockey_speaks(5, 6)}, {}}));
  (void)receive_sequenced(*subscriber);
  ASSERT_EQ(receive_sequenced(*subscriber).at(0), "/v/c/handicappers/");

  const auto peer = feed.peer();
  send(*peer, {"RTN1", "REPLAY", R"({"key":"/v/c/handicappers/","epoch":9,"from_key_seq":4})"});
  for (const uint64_t key_seq : {4, 5}) {
    const Frames kv = receive(*peer);
    ASSERT_EQ(kv.size(), 5u) << kv.at(2);
    EXPECT_EQ(decode_header(kv[3]).value().key_seq, key_seq);
    EXPECT_EQ(kv[4], kJson);
  }
  EXPECT_EQ(receive(*peer).at(1), "END");

  send(*peer, {"RTN1", "SNAPSHOT", R"({"prefix":"/v/"})"});
  EXPECT_EQ(decode_header(receive(*peer).at(3)).value().key_seq, 5u);
  EXPECT_EQ(receive(*peer).at(1), "END");
}

TEST(Feed, TellsHowLongAVoiceTook) {
  std::atomic<int64_t> told{-1};
  FeedOptions options = RunningFeed::default_options();
  options.on_voice = [&told](std::chrono::nanoseconds took) { told = took.count(); };
  RunningFeed feed(options);
  const auto subscriber = feed.subscriber("/v/");
  VoiceUpdate voice = jockey_speaks(1, 1);
  voice.arrival = feed.clock().wall() - std::chrono::seconds(3);
  ASSERT_TRUE(feed->offer(Offered{{voice}, {}}));
  (void)receive_sequenced(*subscriber);
  feed.stop();
  EXPECT_GE(told.load(), 3'000'000'000);
}

}  // namespace
}  // namespace roomtone::publish
