#include "publish/feed.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <string>

#include "publish/feed_key.hpp"
#include "publish/header.hpp"
#include "publish/room_view.hpp"
#include "unit/publish/peers.hpp"
#include "unit/publish/sample_atmosphere.hpp"

namespace roomtone::publish {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Update derby_update(uint64_t key_seq, uint64_t global_seq) { return {derby_minute(), key_seq, global_seq, {}}; }

/// The next message that is not a heartbeat or a check frame.
Frames receive_update(Socket& socket) {
  const auto patience_ends = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < patience_ends) {
    Frames frames = receive(socket);
    if (frames.empty() || (frames[0] != "/hb/" && !frames[0].ends_with("~/"))) return frames;
  }
  return {};
}

TEST(Feed, PublishesAnUpdateAsKeyHeaderAndBody) {
  RunningFeed feed;
  const auto subscriber = feed.subscriber("/a/");
  const Instant before = feed.clock().wall();
  feed.offer(derby_update(7, 70));
  const Frames frames = receive_update(*subscriber);
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0], "/a/t/derby/60s/");
  const Header header = decode_header(frames[1]).value();
  EXPECT_EQ(header.flags, kFlagPartial);
  EXPECT_EQ(header.epoch, 9u);
  EXPECT_EQ(header.global_seq, 70u);
  EXPECT_EQ(header.key_seq, 7u);
  EXPECT_GE(header.publish_time, before);
  EXPECT_LE(header.publish_time, feed.clock().wall());
  std::string body;
  append_json(body, derby_minute());
  EXPECT_EQ(frames[2], body);
}

TEST(Feed, SaysInTheHeaderWhenABodyIsProtobuf) {
  FeedOptions options = RunningFeed::default_options();
  options.body = BodyFormat::protobuf;
  RunningFeed feed(options);
  const auto subscriber = feed.subscriber("/a/");
  feed.offer(derby_update(1, 1));
  const Frames frames = receive_update(*subscriber);
  ASSERT_EQ(frames.size(), 3u);
  const Header header = decode_header(frames[1]).value();
  EXPECT_EQ(header.flags, kFlagPartial | kFlagProtobuf);
  EXPECT_EQ(read_room(header, frames[2]).value().atmosphere.figures, derby_minute().figures);
}

TEST(Feed, AHeartbeatIsOutsideTheSequencesAndSaysHowTheSourcesFare) {
  RunningFeed feed;
  feed.offer(derby_update(1, 70));
  Pulse pulse;
  pulse.sources = {{"bsky", SourceState::catching_up, 12.5, 0.1}};
  feed->set_pulse(pulse);
  const auto subscriber = feed.subscriber("/hb/");
  subscriber->set(ZMQ_SUBSCRIBE, std::string_view("/hb/"));
  Frames frames;
  Result<Pulse> read = fail(ErrorCode::not_found, "");
  do {
    frames = receive(*subscriber);
    ASSERT_EQ(frames.size(), 3u);
    read = read_heartbeat(decode_header(frames[1]).value(), frames[2]);
    ASSERT_TRUE(read);
  } while (read->global_seq < 70 || read->sources.empty());
  const Header header = decode_header(frames[1]).value();
  EXPECT_EQ(frames[0], "/hb/");
  EXPECT_EQ(header.key_seq, 0u);
  EXPECT_EQ(header.global_seq, 70u);
  EXPECT_EQ(read->epoch, 9u);
  EXPECT_EQ(read->sources[0].state, SourceState::catching_up);
}

TEST(Feed, EachSubscribedPrefixGetsACheckFrameOverItsOwnKeys) {
  RunningFeed feed;
  feed.offer({update_of("t/derby", 3, 1), update_of("t/derby2", 4, 2), update_of("t/derby", 5, 3, WindowSize::hour)});
  const auto subscriber = feed.subscriber("/a/t/derby/");
  Frames frames;
  Result<PrefixSum> sum = fail(ErrorCode::not_found, "");
  do {
    frames = receive(*subscriber);
    ASSERT_EQ(frames.size(), 3u);
    if (frames[0] != "/a/t/derby/~/") continue;
    sum = read_check(decode_header(frames[1]).value(), frames[2]);
    ASSERT_TRUE(sum);
  } while (!sum || sum->keys < 2);
  EXPECT_EQ(*sum, (PrefixSum{2, 8}));
  EXPECT_EQ(decode_header(frames[1]).value().key_seq, 0u);
}

TEST(Feed, WhoSubscribesToOneKeyGetsItsCurrentValueAgain) {
  RunningFeed feed;
  feed.offer(derby_update(7, 70));
  const auto subscriber = feed.subscriber("/ctl/");
  subscriber->set(ZMQ_SUBSCRIBE, std::string_view("/a/t/derby/60s/"));
  const Frames frames = receive_update(*subscriber);
  ASSERT_EQ(frames.size(), 3u);
  const Header header = decode_header(frames[1]).value();
  EXPECT_EQ(header.flags, kFlagPartial | kFlagResend);
  EXPECT_EQ(header.key_seq, 7u);
  EXPECT_EQ(header.global_seq, 70u);
}

TEST(Feed, WhoSubscribesToAPrefixGetsNothingAgainSinceItWouldReachEverybody) {
  RunningFeed feed;
  feed.offer(derby_update(1, 1));
  const auto subscriber = feed.subscriber("/a/t/derby/");
  feed.offer(derby_update(2, 2));
  const Frames frames = receive_update(*subscriber);
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(decode_header(frames[1]).value().key_seq, 2u);
  EXPECT_EQ(feed->counters().resends, 0u);
}

TEST(Feed, ASubscriberOfATopicHearsNothingOfItsNeighbour) {
  RunningFeed feed;
  const auto subscriber = feed.subscriber("/a/t/derby/");
  feed.offer({update_of("t/derby2", 1, 1), update_of("t/derby", 1, 2)});
  const Frames frames = receive_update(*subscriber);
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames[0], "/a/t/derby/60s/");
}

// The feed thread's first turn takes what was offered before it began.
TEST(Feed, ProducersWaitWhileTheQueueIsFull) {
  AnchoredClock clock;
  FeedOptions options = RunningFeed::default_options();
  options.publish_endpoint = "tcp://127.0.0.1:*";
  options.query_endpoint = "tcp://127.0.0.1:*";
  options.queue_max = 2;
  const auto feed = Feed::open(options, clock).value();
  std::atomic<int> accepted{0};
  std::jthread producer([&] {
    for (uint64_t i = 1; i <= 3; ++i) {
      if (feed->offer({derby_update(i, i)})) ++accepted;
    }
  });
  while (accepted < 2) std::this_thread::yield();
  EXPECT_EQ(feed->queue_depth(), 2u);
  std::jthread runner([&](std::stop_token stop) { feed->run(std::move(stop)); });
  producer.join();
  EXPECT_EQ(accepted, 3);
  while (feed->counters().updates < 3) std::this_thread::yield();
}

TEST(Feed, StoppingPublishesWhatWasOfferedAndSaysSo) {
  RunningFeed feed;
  const auto subscriber = feed.subscriber("/");
  feed.offer(derby_update(1, 1));
  feed.stop();
  EXPECT_EQ(receive_update(*subscriber)[0], "/a/t/derby/60s/");
  const Frames last = receive_update(*subscriber);
  ASSERT_EQ(last.size(), 3u);
  EXPECT_EQ(last[0], "/ctl/");
  EXPECT_EQ(last[2], R"({"event":"shutdown"})");
  EXPECT_FALSE(feed->offer({derby_update(2, 2)}));
}

TEST(Feed, ASlowReaderNeitherBlocksTheFeedNorOtherReaders) {
  FeedOptions options = RunningFeed::default_options();
  options.hwm = 10;
  RunningFeed feed(options);
  const auto sleeper = feed.subscriber("/a/", 1);  // never received from again
  constexpr uint64_t kUpdates = 20'000;
  for (uint64_t i = 1; i <= kUpdates; ++i) feed.offer(update_of("room", i, i));
  const auto peer = feed.peer();
  uint64_t published = 0;
  while (published < kUpdates) {
    send(*peer, {"RTN1", "PING"});
    const Frames answer = receive(*peer);
    ASSERT_EQ(answer.size(), 3u);
    published = feed->counters().updates;
  }
  EXPECT_EQ(published, kUpdates);
}

TEST(Feed, CountsItsSubscribersByTheirConnections) {
  RunningFeed feed;
  auto first = feed.subscriber("/a/");
  const auto second = feed.subscriber("/a/");
  while (feed->counters().subscribers != 2) std::this_thread::yield();
  first.reset();
  while (feed->counters().subscribers != 1) std::this_thread::yield();
  EXPECT_EQ(feed->counters().subscribers, 1u);
}

TEST(Feed, ASubscriptionThatIsTooLongGetsNothingAndIsCounted) {
  RunningFeed feed;
  const auto subscriber = feed.subscriber(std::string(kPrefixBytes + 1, 'a'));
  EXPECT_EQ(feed->counters().subscriptions_too_long, 1u);
}

TEST(Feed, AConnectionHoldsAThousandSubscriptionsAndNoMore) {
  RunningFeed feed;
  const auto subscriber = feed.subscriber("/a/t/0/");  // and it held /hb/ meanwhile
  for (std::size_t i = 1; i < kSubscriptionsPerConnection; ++i)
    subscriber->set(ZMQ_SUBSCRIBE, std::string_view(fmt::format("/a/t/{}/", i)));
  subscriber->set(ZMQ_SUBSCRIBE, std::string_view("/a/t/derby/"));
  while (feed->counters().subscriptions_too_many < 1) std::this_thread::yield();
  feed.offer({update_of("t/derby", 1, 1), update_of("t/7", 1, 2)});
  EXPECT_EQ(receive_update(*subscriber)[0], "/a/t/7/60s/");
}

// Two readers of one prefix: the check frames go on for the one that stays.
TEST(Feed, APrefixIsCheckedAsLongAsSomebodyHoldsIt) {
  RunningFeed feed;
  feed.offer(derby_update(1, 1));
  auto first = feed.subscriber("/a/");
  const auto second = feed.subscriber("/a/");
  first.reset();
  while (feed->counters().subscribers != 1) std::this_thread::yield();
  Frames frames;
  do {
    frames = receive(*second);
    ASSERT_EQ(frames.size(), 3u);
  } while (frames[0] != "/a/~/");
  SUCCEED();
}

TEST(Feed, KeysBeyondTheLimitAreCountedAndNotPublished) {
  FeedOptions options = RunningFeed::default_options();
  options.keys_max = 1;
  RunningFeed feed(options);
  const auto subscriber = feed.subscriber("/a/");
  feed.offer({update_of("t/a", 1, 1), update_of("t/b", 1, 2), update_of("t/a", 2, 3)});
  EXPECT_EQ(receive_update(*subscriber)[0], "/a/t/a/60s/");
  EXPECT_EQ(receive_update(*subscriber)[0], "/a/t/a/60s/");
  EXPECT_EQ(feed->counters().keys_refused, 1u);
  EXPECT_EQ(feed->counters().keys, 1u);
}

/// What a dealer gets for one query: verb and JSON, behind RTN1 and the delimiter if there is one.
std::string ask(Socket& peer, const Frames& query) {
  send(peer, query);
  Frames answer = receive(peer);
  if (!answer.empty() && answer[0].empty()) answer.erase(answer.begin());
  if (answer.size() != 3 || answer[0] != "RTN1") return fmt::format("{} frames", answer.size());
  return answer[1] + " " + answer[2];
}

struct Malformed {
  const char* name;
  Frames frames;
  const char* code;
};

class MalformedQueries : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedQueries, AreAnsweredAndTheFeedGoesOn) {
  RunningFeed feed;
  const auto peer = feed.peer();
  EXPECT_THAT(ask(*peer, GetParam().frames), StartsWith(fmt::format("ERR {{\"code\":\"{}\"", GetParam().code)));
  EXPECT_THAT(ask(*peer, {"RTN1", "PING"}), StartsWith("PONG"));
}

INSTANTIATE_TEST_SUITE_P(
    Feed, MalformedQueries,
    testing::Values(Malformed{"one_empty_frame", {""}, "bad_request"},
                    Malformed{"two_delimiters", {"", "", "RTN1", "PING"}, "bad_protocol"},
                    Malformed{"another_protocol", {"GET / HTTP/1.1"}, "bad_protocol"},
                    Malformed{"twenty_frames", Frames(20, "RTN1"), "bad_request"},
                    Malformed{"binary_arguments", {"RTN1", "PING", std::string("\0\xff\x01", 3)}, "bad_arguments"},
                    Malformed{"verb_of_a_later_release", {"RTN1", "FORECAST", "{}"}, "unsupported_verb"}),
    [](const auto& row) { return row.param.name; });

TEST(Feed, APeerThatSendsTooLargeAFrameIsCutOffAndTheFeedGoesOn) {
  RunningFeed feed;
  const auto flood = feed.peer();
  send(*flood, {"RTN1", "PING", std::string(100'000, ' ')});
  const auto peer = feed.peer();
  EXPECT_THAT(ask(*peer, {"RTN1", "PING"}), StartsWith("PONG"));
  EXPECT_EQ(feed->counters().queries, 1u);
}

TEST(Feed, ARequestSocketIsAnswered) {
  RunningFeed feed;
  const auto peer = feed.peer(ZMQ_REQ);
  send(*peer, {"RTN1", "STATUS"});
  const Frames answer = receive(*peer);
  ASSERT_EQ(answer.size(), 3u);
  EXPECT_EQ(answer[1], "STATUS");
}

// What END promises: its values are not newer than it, and nothing that is not newer comes behind it.
TEST(Feed, ASnapshotTakenWhileUpdatesFlowIsBoundedByItsEnd) {
  RunningFeed feed;
  constexpr uint64_t kKeys = 2500;
  uint64_t global_seq = 0;
  std::vector<Update> first;
  for (uint64_t i = 0; i < kKeys; ++i) first.push_back(update_of(fmt::format("t/k{}", i), 1, ++global_seq));
  feed.offer(std::move(first));

  const auto subscriber = feed.subscriber("/a/");
  std::jthread producer([&feed, global_seq](const std::stop_token& stop) mutable {
    for (uint64_t key_seq = 2; !stop.stop_requested(); ++key_seq) {
      std::vector<Update> updates;
      for (uint64_t i = 0; i < kKeys; i += 50)
        updates.push_back(update_of(fmt::format("t/k{}", i), key_seq, ++global_seq));
      if (!feed->offer(std::move(updates))) return;
    }
  });

  const auto peer = feed.peer();
  send(*peer, {"RTN1", "SNAPSHOT", R"({"credit":100})"});
  std::map<std::string, uint64_t> newest;  // key to global_seq
  uint64_t heard = 0;                      // key_seq of an update
  SnapshotEnd end;
  while (end.count == 0) {
    const Frames answer = receive(*peer);
    ASSERT_GE(answer.size(), 3u);
    if (answer[1] == "KV")
      newest[answer[2]] = decode_header(answer[3]).value().global_seq;
    else if (answer[1] == "MORE") {
      // The rest is asked for only when something newer than the first values has gone out.
      while (heard < 2) heard = decode_header(receive(*subscriber).at(1)).value().key_seq;
      send(*peer, {"RTN1", "MORE", R"({"credit":100})"});
    } else
      end = read_snapshot_end(answer[2]).value();
  }
  producer.request_stop();
  producer.join();
  EXPECT_EQ(newest.size(), kKeys);
  EXPECT_EQ(end.count, kKeys);
  for (const auto& [key, seq] : newest) EXPECT_LE(seq, end.global_seq) << key;
  EXPECT_GT(end.global_seq, end.start_seq) << "nothing was published meanwhile: the test shows nothing";
}

TEST(FeedOpen, AnAddressInUseIsToldWithItsEndpoint) {
  RunningFeed feed;
  FeedOptions options = RunningFeed::default_options();
  options.publish_endpoint = feed->publish_endpoint();
  options.query_endpoint = "tcp://127.0.0.1:*";
  const auto second = Feed::open(options, feed.clock());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_EQ(second.error().context, "bind " + feed->publish_endpoint() + ": Address already in use");
}

TEST(FeedOpen, AnAddressThatOthersCanReachIsRefused) {
  AnchoredClock clock;
  FeedOptions options = RunningFeed::default_options();
  options.publish_endpoint = "tcp://127.0.0.1:*";
  options.query_endpoint = "tcp://0.0.0.0:*";
  const auto feed = Feed::open(options, clock);
  ASSERT_FALSE(feed);
  EXPECT_EQ(feed.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(feed.error().context, HasSubstr("insecure_bind"));
  options.insecure_bind = true;
  EXPECT_TRUE(Feed::open(options, clock));
}

// A file of a daemon that was killed stays behind, and must not keep the next one from starting.
TEST(FeedOpen, AFileThatIsLeftBehindIsBoundAgain) {
  AnchoredClock clock;
  const auto folder = std::filesystem::path(testing::TempDir()) / fmt::format("feed_{}", ::getpid());
  std::filesystem::create_directories(folder);
  FeedOptions options = RunningFeed::default_options();
  options.publish_endpoint = "ipc://" + (folder / "feed").string();
  options.query_endpoint = "ipc://" + (folder / "query").string();
  ASSERT_TRUE(Feed::open(options, clock));
  EXPECT_TRUE(std::filesystem::exists(folder / "feed"));
  EXPECT_TRUE(Feed::open(options, clock));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace roomtone::publish
