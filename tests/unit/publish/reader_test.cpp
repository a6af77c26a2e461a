#include "publish/reader.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <set>

#include "publish/feed_key.hpp"
#include "unit/publish/peers.hpp"
#include "unit/publish/sample_atmosphere.hpp"

namespace roomtone::publish {
namespace {

using testing::ElementsAre;

constexpr const char* kDerby = "/a/t/derby/60s/";

/// A server that does what a test says, in the test's own thread: it may lose messages, restart and lie.
class FakeServer {
 public:
  FakeServer() {
    publisher_.set(ZMQ_LINGER, 0);
    router_.set(ZMQ_LINGER, 0);
    publisher_.set(ZMQ_XPUB_VERBOSE, 1);
    EXPECT_TRUE(publisher_.bind("tcp://127.0.0.1:*"));
    EXPECT_TRUE(router_.bind("tcp://127.0.0.1:*"));
  }

  [[nodiscard]] std::string publish_endpoint() const { return publisher_.endpoint(); }
  [[nodiscard]] std::string query_endpoint() const { return router_.endpoint(); }

  void publish(std::string_view key, const Header& header, std::string_view body) {
    const auto bytes = encode_header(header);
    const std::vector<std::string_view> frames = {key, {bytes.data(), bytes.size()}, body};
    ASSERT_EQ(publisher_.send(frames), Sent::yes);
  }
  void publish(const Update& update) {
    std::string body;
    append_json(body, update.atmosphere);
    publish(feed_key(update.atmosphere.key, update.atmosphere.window), header_of(update), body);
  }
  void heartbeat() {
    std::string body;
    append_json(body, Pulse{}, epoch, global_seq);
    publish("/hb/", {.epoch = epoch, .global_seq = global_seq}, body);
  }
  void check(std::string_view prefix, PrefixSum sum, uint64_t at_global_seq) {
    std::string body;
    append_json(body, sum, epoch, at_global_seq);
    publish(std::string(prefix) + "~/", {.epoch = epoch, .global_seq = at_global_seq}, body);
  }

  /// Takes what peers sent and answers snapshots with `held`.
  void turn() {
    Frames frames;
    while (publisher_.receive(frames)) {
      subscriptions.push_back(frames[0]);
      if (greets && frames[0] == "\x01/hb/") heartbeat();
    }
    while (router_.receive(frames)) {
      ++queries;
      if (answers) answer(frames);
    }
  }

  uint64_t epoch = 9;
  uint64_t global_seq = 100;
  uint64_t start_seq = 100;
  std::vector<Update> held;
  bool greets = true;
  bool answers = true;
  int queries = 0;
  std::vector<std::string> subscriptions;

 private:
  [[nodiscard]] Header header_of(const Update& update) const {
    return {.flags = kFlagPartial, .epoch = epoch, .global_seq = update.global_seq, .key_seq = update.key_seq};
  }

  void answer(const Frames& frames) {
    const std::string& peer = frames[0];
    const std::string id = read_json_text(frames[3], "id");
    for (const Update& update : held) {
      std::string body;
      append_json(body, update.atmosphere);
      const auto bytes = encode_header(header_of(update));
      send(router_, {peer, "RTN1", "KV", feed_key(update.atmosphere.key, update.atmosphere.window),
                     std::string(bytes.data(), bytes.size()), body});
    }
    send(router_, {peer, "RTN1", "END",
                   fmt::format(R"({{"epoch":{},"global_seq":{},"start_seq":{},"count":{},"id":"{}"}})", epoch,
                               global_seq, start_seq, held.size(), id)});
  }

  Context context_;
  Socket publisher_{context_, ZMQ_XPUB};
  Socket router_{context_, ZMQ_ROUTER};
};

/// A reader of /a/t/derby/ and its server, on a clock that only the test moves.
class ReaderTest : public testing::Test {
 protected:
  ReaderTest() {
    server_.held = {update_of("t/derby", 5, 50)};
    connect();
  }

  void connect() {
    reader_ = Reader::connect({.publish_endpoint = server_.publish_endpoint(),
                               .query_endpoint = server_.query_endpoint(),
                               .prefix = "/a/t/derby/"},
                              clock_)
                  .value();
  }

  /// Lets both work until `condition` holds.
  void until(const std::function<bool()>& condition, const char* what) {
    const auto patience_ends = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), patience_ends) << what;
      server_.turn();
      for (RoomView& view : reader_->poll(1ms)) changed_.push_back(std::move(view));
    }
  }
  void until_complete() {
    until([this] { return reader_->complete(); }, "no complete snapshot");
  }

  /// Lets the reader take everything that was published before: a heartbeat behind it has arrived.
  void until_all_is_heard() {
    const uint64_t mark = ++server_.global_seq;
    server_.heartbeat();
    until([&] { return reader_->heartbeat() && reader_->heartbeat()->global_seq == mark; }, "no heartbeat");
  }

  [[nodiscard]] uint64_t derby_seq() const { return reader_->rooms().at(kDerby).key_seq; }

  ManualClock clock_{instant_of_micros(1'783'176'600'000'000)};
  FakeServer server_;
  std::unique_ptr<Reader> reader_;
  std::vector<RoomView> changed_;
};

TEST_F(ReaderTest, HoldsWhatTheSnapshotHeldAndThenWhatIsPublished) {
  until_complete();
  EXPECT_EQ(derby_seq(), 5u);
  server_.publish(update_of("t/derby", 6, 101));
  until_all_is_heard();
  EXPECT_EQ(derby_seq(), 6u);
  EXPECT_EQ(changed_.back().atmosphere.figures.n, 6);
  EXPECT_EQ(reader_->counters().gaps, 0u);
  EXPECT_EQ(reader_->counters().snapshots_asked, 1u);
}

// A snapshot asked for before the server knows the subscription would leave out what is published in between.
TEST_F(ReaderTest, AsksForTheSnapshotOnlyWhenAHeartbeatProvesItsSubscription) {
  server_.greets = false;
  until([this] { return server_.subscriptions.size() == 3; }, "not subscribed");
  EXPECT_THAT(server_.subscriptions, ElementsAre("\x01/a/t/derby/", "\x01/ctl/", "\x01/hb/"));
  for (int i = 0; i < 10; ++i) {
    server_.turn();
    (void)reader_->poll(1ms);
  }
  EXPECT_EQ(reader_->counters().snapshots_asked, 0u);
  server_.heartbeat();
  until_complete();
}

TEST_F(ReaderTest, DropsRepeats) {
  until_complete();
  server_.publish(update_of("t/derby", 5, 50));
  server_.publish(update_of("t/derby", 4, 40));
  until_all_is_heard();
  EXPECT_EQ(derby_seq(), 5u);
  EXPECT_EQ(reader_->counters().repeats, 2u);
  EXPECT_EQ(reader_->counters().updates, 0u);
}

TEST_F(ReaderTest, AfterAGapTakesTheValueAndAsksForASnapshot) {
  until_complete();
  server_.held = {update_of("t/derby", 7, 103), update_of("t/derby", 2, 102, WindowSize::hour)};
  clock_.advance(1s);
  server_.publish(update_of("t/derby", 7, 103));  // 6 was lost, and so was the whole of another key
  until_all_is_heard();
  EXPECT_EQ(derby_seq(), 7u);
  EXPECT_EQ(reader_->counters().gaps, 1u);
  until_complete();
  EXPECT_EQ(reader_->counters().snapshots_asked, 2u);
  EXPECT_TRUE(reader_->rooms().contains("/a/t/derby/3600s/"));
}

TEST_F(ReaderTest, ANewEpochDiscardsWhatIsHeldAndAsksForASnapshotAtOnce) {
  until_complete();
  server_.epoch = 10;
  server_.held = {update_of("t/derby", 1, 1, WindowSize::hour)};
  server_.heartbeat();
  until([this] { return reader_->epoch() == 10u; }, "epoch not seen");
  until_complete();
  EXPECT_FALSE(reader_->rooms().contains(kDerby));
  EXPECT_EQ(reader_->rooms().at("/a/t/derby/3600s/").key_seq, 1u);
  EXPECT_EQ(reader_->counters().epochs, 1u);
}

TEST_F(ReaderTest, ALostLastMessageIsSeenByTheCheckFrame) {
  until_complete();
  server_.held = {update_of("t/derby", 6, 101)};
  clock_.advance(1s);
  server_.check("/a/t/derby/", {1, 6}, 101);  // 6 was lost and nothing follows it
  until([this] { return reader_->counters().check_mismatches == 1; }, "the check went by");
  until_complete();
  EXPECT_EQ(derby_seq(), 6u);
}

TEST_F(ReaderTest, ACheckFrameThatAgreesChangesNothing) {
  until_complete();
  server_.check("/a/t/derby/", {1, 5}, 101);
  until_all_is_heard();
  EXPECT_TRUE(reader_->complete());
  EXPECT_EQ(reader_->counters().snapshots_asked, 1u);
}

// The snapshot's socket may be ahead of the feed's: a check from before its end speaks of a past state.
TEST_F(ReaderTest, ACheckFrameFromBeforeTheSnapshotsEndDoesNotCount) {
  until_complete();
  server_.check("/a/t/derby/", {1, 4}, 99);
  until_all_is_heard();
  EXPECT_EQ(reader_->counters().check_mismatches, 0u);
}

TEST_F(ReaderTest, ChecksOfOtherPrefixesAreNotItsOwn) {
  until_complete();
  server_.check("/a/t/derby/60s/", {7, 7}, 200);
  until_all_is_heard();
  EXPECT_EQ(reader_->counters().check_mismatches, 0u);
}

TEST_F(ReaderTest, SnapshotsThatDoNotHelpAreAskedForAtGrowingIntervals) {
  until_complete();
  clock_.advance(1s);
  const auto fails_again = [this] {
    const uint64_t asked = reader_->counters().snapshots_asked;
    server_.check("/a/t/derby/", {9, 9}, 1000);
    until_all_is_heard();
    for (int i = 0; i < 10; ++i) {
      server_.turn();
      (void)reader_->poll(1ms);
    }
    return reader_->counters().snapshots_asked > asked;
  };
  EXPECT_TRUE(fails_again());
  until_complete();
  clock_.advance(1s);
  EXPECT_FALSE(fails_again());
  clock_.advance(1s);
  until_complete();
  EXPECT_EQ(reader_->counters().snapshots_asked, 3u);
}

TEST_F(ReaderTest, WhatTheNextSnapshotLacksIsGoneUnlessPublishedMeanwhile) {
  server_.held = {update_of("t/derby", 5, 50), update_of("t/derby", 5, 51, WindowSize::hour)};
  until_complete();
  server_.held.clear();
  server_.start_seq = 103;
  clock_.advance(1s);
  server_.publish(update_of("t/derby", 7, 104));  // a gap: and newer than where the snapshot began
  until([this] { return reader_->counters().snapshots == 2; }, "no second snapshot");
  EXPECT_TRUE(reader_->rooms().contains(kDerby));
  EXPECT_FALSE(reader_->rooms().contains("/a/t/derby/3600s/"));
}

TEST_F(ReaderTest, ACorrectionOfAnOlderWindowIsNewsButNotTheNewestWindow) {
  until_complete();
  Update correction = update_of("t/derby", 6, 101);
  correction.atmosphere.start -= 10s;
  correction.atmosphere.end -= 10s;
  correction.atmosphere.state = WindowState::corrected;
  server_.publish(correction);
  until_all_is_heard();
  EXPECT_EQ(changed_.back().atmosphere.state, WindowState::corrected);
  EXPECT_EQ(reader_->rooms().at(kDerby).atmosphere.figures.n, 5);
  EXPECT_EQ(derby_seq(), 6u);
}

TEST_F(ReaderTest, ANewerWindowThatWasLostBeforeACorrectionComesWithTheSnapshot) {
  until_complete();
  Update newer = update_of("t/derby", 7, 102);
  newer.atmosphere.start += 10s;
  newer.atmosphere.end += 10s;
  newer.atmosphere.figures.n = 77;
  server_.held = {newer};  // under the sequence of the correction, which is the key's highest
  Update correction = update_of("t/derby", 7, 102);
  correction.atmosphere.start -= 10s;
  correction.atmosphere.end -= 10s;
  correction.atmosphere.state = WindowState::corrected;
  clock_.advance(1s);
  server_.publish(correction);  // 6, the newer window, was lost
  until_all_is_heard();
  until_complete();
  EXPECT_EQ(reader_->counters().snapshots_asked, 2u);
  EXPECT_EQ(reader_->rooms().at(kDerby).atmosphere.figures.n, 77);
  EXPECT_EQ(derby_seq(), 7u);
}

TEST_F(ReaderTest, IsStaleAfterThreeSecondsOfSilenceAndSnapshotsWhenItHearsAgain) {
  until_complete();
  clock_.advance(2999ms);
  EXPECT_FALSE(reader_->stale());
  clock_.advance(1ms);
  EXPECT_TRUE(reader_->stale());
  until_all_is_heard();
  EXPECT_FALSE(reader_->stale());
  until([this] { return reader_->counters().snapshots == 2; }, "no second snapshot");
}

TEST_F(ReaderTest, AsksAgainWhenASnapshotIsNotAnswered) {
  server_.answers = false;
  until([this] { return server_.queries == 1; }, "never asked");
  server_.answers = true;
  clock_.advance(2s);
  until_complete();
  EXPECT_EQ(server_.queries, 2);
}

TEST_F(ReaderTest, KnowsThatTheServerSaidItStops) {
  until_complete();
  server_.publish("/ctl/", {.epoch = 9, .global_seq = 100}, R"({"event":"shutdown"})");
  until([this] { return reader_->server_stopped(); }, "not heard");
  until_all_is_heard();
  EXPECT_FALSE(reader_->server_stopped());
}

TEST_F(ReaderTest, FramesThatAreNotOfTheProtocolAreCountedAndSkipped) {
  until_complete();
  server_.publish(kDerby, {.epoch = 9, .global_seq = 101, .key_seq = 6}, "not json");
  server_.publish("/a/t/derby/300s/", {.epoch = 9, .global_seq = 101, .key_seq = 6},
                  R"({"key":"t/derby","window":{"size_s":60,"start_us":0,"end_us":60000000}})");  // another key's
  until_all_is_heard();
  EXPECT_EQ(reader_->counters().undecodable, 2u);
  EXPECT_EQ(derby_seq(), 5u);
}

TEST(ReaderConnect, APrefixWithoutItsSlashIsRefused) {
  AnchoredClock clock;
  const auto reader = Reader::connect(
      {.publish_endpoint = "tcp://127.0.0.1:1", .query_endpoint = "tcp://127.0.0.1:1", .prefix = "/a/t/derby"}, clock);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::invalid_argument);
}

TEST(ReaderConnect, AnEndpointThatIsNoneIsToldByName) {
  AnchoredClock clock;
  const auto reader = Reader::connect({.publish_endpoint = "nowhere", .query_endpoint = "tcp://127.0.0.1:1"}, clock);
  ASSERT_FALSE(reader);
  EXPECT_THAT(reader.error().context, testing::StartsWith("connect nowhere: "));
}

/// A reader of a real feed, with the time it took until every key was held.
struct Joined {
  std::unique_ptr<Reader> reader;
  std::chrono::microseconds took;
};

Joined join(RunningFeed& feed, std::string prefix) {
  const auto start = std::chrono::steady_clock::now();
  Joined joined;
  joined.reader = Reader::connect({.publish_endpoint = feed->publish_endpoint(),
                                   .query_endpoint = feed->query_endpoint(),
                                   .prefix = std::move(prefix)},
                                  feed.clock())
                      .value();
  while (!joined.reader->complete() && std::chrono::steady_clock::now() < start + kPatience)
    (void)joined.reader->poll(100ms);
  joined.took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  return joined;
}

TEST(ReaderOfAFeed, HoldsTenThousandKeysRightAfterJoining) {
  RunningFeed feed;
  std::vector<Update> updates;
  for (uint64_t i = 1; i <= 10'000; ++i) {
    Update update{derby_minute(), 1, i, {}};
    update.atmosphere.key = fmt::format("t/topic-{}", i);
    updates.push_back(std::move(update));
  }
  feed.offer(std::move(updates));
  while (feed->counters().keys < 10'000) std::this_thread::yield();
  const Joined joined = join(feed, "/a/");
  EXPECT_TRUE(joined.reader->complete());
  EXPECT_EQ(joined.reader->rooms().size(), 10'000u);
  RecordProperty("join_us", static_cast<int>(joined.took.count()));
  std::cout << "10,000 keys held " << static_cast<double>(joined.took.count()) / 1000.0 << " ms after connecting\n";
}

TEST(ReaderOfAFeed, ThatJoinsWhileUpdatesFlowEndsWithTheNewestOfEveryKey) {
  RunningFeed feed;
  constexpr uint64_t kKeys = 3000;
  constexpr uint64_t kRounds = 40;
  uint64_t global_seq = 0;
  const auto round = [&](uint64_t key_seq) {
    for (uint64_t begin = 0; begin < kKeys; begin += 100) {
      std::vector<Update> updates;
      for (uint64_t i = begin; i < begin + 100; ++i)
        updates.push_back(update_of(fmt::format("t/k{}", i), key_seq, ++global_seq));
      feed.offer(std::move(updates));
    }
  };
  round(1);
  std::jthread producer([&] {
    for (uint64_t key_seq = 2; key_seq <= kRounds; ++key_seq) round(key_seq);
  });
  Joined joined = join(feed, "/a/");
  producer.join();
  // Losses are allowed on the way, at these rates; what counts is that they are seen and healed.
  const auto all_newest = [&] {
    std::size_t newest = 0;
    for (const auto& [key, room] : joined.reader->rooms()) newest += room.key_seq == kRounds ? 1 : 0;
    return newest == kKeys;
  };
  const auto patience_ends = std::chrono::steady_clock::now() + kPatience;
  while (!all_newest() && std::chrono::steady_clock::now() < patience_ends) (void)joined.reader->poll(100ms);
  EXPECT_TRUE(all_newest());
}

TEST(ReaderOfAFeed, OfATopicHoldsNothingOfItsNeighbour) {
  RunningFeed feed;
  feed.offer({update_of("t/derby", 1, 1), update_of("t/derby2", 1, 2), update_of("t/derby/c/tipsters", 1, 3)});
  while (feed->counters().keys < 3) std::this_thread::yield();
  const Joined joined = join(feed, "/a/t/derby/");
  std::set<std::string> keys;
  for (const auto& [key, room] : joined.reader->rooms()) keys.insert(key);
  EXPECT_EQ(keys, (std::set<std::string>{"/a/t/derby/60s/", "/a/t/derby/c/tipsters/60s/"}));
}

}  // namespace
}  // namespace roomtone::publish
