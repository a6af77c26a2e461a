// Who gets what from a feed with keys, over real sockets.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "publish/curve_key.hpp"
#include "publish/header.hpp"
#include "unit/publish/peers.hpp"
#include "unit/publish/sample_atmosphere.hpp"

namespace roomtone::publish {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// A feed with two readers on its list, one for topic derby and one for everything; and a pair that is not on it.
class FeedCurve : public testing::Test {
 protected:
  FeedCurve() {
    FeedOptions options = RunningFeed::default_options();
    options.curve = CurveOptions{server_.secret_key,
                                 {{"derby", derby_.public_key, {"/a/t/derby/"}}, {"all", all_.public_key, {""}}}};
    feed_.emplace(std::move(options));
    feed_->offer({update_of("room", 1, 1), update_of("t/derby", 1, 2), update_of("t/derby2", 1, 3)});
  }

  /// A socket with this pair, not yet connected. Without a pair it speaks no CURVE.
  std::unique_ptr<Socket> socket(int type, const CurvePair* pair, const std::string& server_key) {
    auto made = std::make_unique<Socket>(context_, type);
    made->set(ZMQ_LINGER, 0);
    made->set(ZMQ_RCVHWM, 0);
    if (pair != nullptr) {
      made->set(ZMQ_CURVE_SERVERKEY, server_key);
      made->set(ZMQ_CURVE_PUBLICKEY, pair->public_key);
      made->set(ZMQ_CURVE_SECRETKEY, pair->secret_key);
    }
    return made;
  }
  std::unique_ptr<Socket> subscriber(const CurvePair& pair, std::initializer_list<std::string_view> prefixes) {
    auto made = socket(ZMQ_SUB, &pair, server_.public_key);
    EXPECT_TRUE(made->connect((*feed_)->publish_endpoint()));
    for (const std::string_view prefix : prefixes) made->set(ZMQ_SUBSCRIBE, prefix);
    made->set(ZMQ_SUBSCRIBE, std::string_view("/hb/"));
    EXPECT_EQ(next(*made), "/hb/");  // every subscription before it has been looked at
    return made;
  }
  std::string ask(const CurvePair& pair, const Frames& query) {
    auto dealer = socket(ZMQ_DEALER, &pair, server_.public_key);
    EXPECT_TRUE(dealer->connect((*feed_)->query_endpoint()));
    send(*dealer, query);
    const Frames answer = receive(*dealer);
    return answer.size() < 3 ? "nothing" : answer[1] + " " + answer[2];
  }
  static std::string next(Socket& socket) {
    const Frames frames = receive(socket);
    return frames.empty() ? "nothing" : frames[0];
  }
  /// The keys of what arrives until `last` does, heartbeats left out.
  static std::vector<std::string> until(Socket& socket, std::string_view last) {
    std::vector<std::string> keys;
    do {
      keys.push_back(next(socket));
      if (keys.back() == "/hb/" && last != "/hb/") keys.pop_back();
    } while (keys.empty() || (keys.back() != last && keys.back() != "nothing"));
    return keys;
  }
  void publish_all(uint64_t key_seq) {
    const uint64_t global_seq = 3 * key_seq - 2;  // three for each round
    feed_->offer({update_of("room", key_seq, global_seq), update_of("t/derby2", key_seq, global_seq + 1),
                  update_of("t/derby", key_seq, global_seq + 2)});
  }
  const FeedCounters& counters() { return (*feed_)->counters(); }

  const CurvePair server_ = make_curve_pair().value();
  const CurvePair derby_ = make_curve_pair().value();
  const CurvePair all_ = make_curve_pair().value();
  const CurvePair stranger_ = make_curve_pair().value();
  Context context_;
  std::optional<RunningFeed> feed_;
};

TEST_F(FeedCurve, AReaderOnTheListGetsWhatItMayRead) {
  const auto reader = subscriber(derby_, {"/a/t/derby/"});
  publish_all(2);
  EXPECT_EQ(until(*reader, "/a/t/derby/60s/").back(), "/a/t/derby/60s/");
  EXPECT_THAT(ask(derby_, {"RTN1", "SNAPSHOT", R"({"prefix":"/a/t/derby/"})"}), StartsWith("KV /a/t/derby/60s/"));
}

// The wide subscriptions cover what the reader may read as well: not even that comes by them.
TEST_F(FeedCurve, ASubscriptionBeyondThePermissionGetsNothing) {
  const auto reader =
      subscriber(derby_, {"", "/", "/a/", "/a/t/", "/a/t/derby", "/a/t/derby2/", "/a/room/60s/", "/ctl/"});
  EXPECT_EQ(counters().subscriptions_forbidden, 7u);
  publish_all(2);
  feed_->stop();
  EXPECT_EQ(until(*reader, "/ctl/"), (std::vector<std::string>{"/ctl/"}));
}

// Two readers under one roof: what one may read must not reach the other by its subscription.
TEST_F(FeedCurve, ReadersOfOnePrefixAreAdmittedOneByOne) {
  const auto limited = subscriber(derby_, {"/a/", "/ctl/"});
  const auto everything = subscriber(all_, {"/a/", "/ctl/"});
  publish_all(2);
  feed_->stop();
  EXPECT_EQ(until(*limited, "/ctl/"), (std::vector<std::string>{"/ctl/"}));
  EXPECT_GE(until(*everything, "/ctl/").size(), 4u);
}

TEST_F(FeedCurve, AQuestionBeyondThePermissionIsForbidden) {
  EXPECT_THAT(ask(derby_, {"RTN1", "SNAPSHOT"}), StartsWith(R"(ERR {"code":"forbidden")"));
  EXPECT_THAT(ask(derby_, {"RTN1", "KEYS", R"({"prefix":"/a/room/"})"}), StartsWith(R"(ERR {"code":"forbidden")"));
  EXPECT_THAT(ask(derby_, {"RTN1", "STATUS"}), HasSubstr(R"("may_read":["/a/t/derby/"])"));
  EXPECT_THAT(ask(all_, {"RTN1", "KEYS"}), HasSubstr("/a/room/60s/"));
  EXPECT_EQ(counters().queries_forbidden, 2u);
}

// Waits until the refusals are counted; nothing may have been sent to the refused by then, nor after what a reader
// on the list has got.
TEST_F(FeedCurve, AKeyThatIsNotOnTheListGetsNothingAndIsCounted) {
  const auto refused = socket(ZMQ_SUB, &stranger_, server_.public_key);
  ASSERT_TRUE(refused->connect((*feed_)->publish_endpoint()));
  refused->set(ZMQ_SUBSCRIBE, std::string_view(""));
  const auto asking = socket(ZMQ_DEALER, &stranger_, server_.public_key);
  ASSERT_TRUE(asking->connect((*feed_)->query_endpoint()));
  (void)asking->send(std::vector<std::string_view>{"RTN1", "PING"});
  while (counters().keys_denied < 2) std::this_thread::yield();
  const auto reader = subscriber(all_, {"/a/"});
  publish_all(2);
  until(*reader, "/a/t/derby/60s/");
  EXPECT_EQ(counters().queries, 0u);
  EXPECT_TRUE(receive(*refused, 0ms).empty());
  EXPECT_TRUE(receive(*asking, 0ms).empty());
}

struct Misguided {
  const char* name;
  bool curve;  // with a pair that is on the list, but another server's key
};
class FeedCurveHandshake : public FeedCurve, public testing::WithParamInterface<Misguided> {};

TEST_P(FeedCurveHandshake, ThatFailsGetsNothingAndIsCounted) {
  const CurvePair other_server = make_curve_pair().value();
  const auto refused = socket(ZMQ_SUB, GetParam().curve ? &all_ : nullptr, other_server.public_key);
  ASSERT_TRUE(refused->connect((*feed_)->publish_endpoint()));
  refused->set(ZMQ_SUBSCRIBE, std::string_view(""));
  while (counters().handshakes_failed < 1) std::this_thread::yield();
  const auto reader = subscriber(all_, {"/a/"});
  publish_all(2);
  until(*reader, "/a/t/derby/60s/");
  EXPECT_TRUE(receive(*refused, 0ms).empty());
}

INSTANTIATE_TEST_SUITE_P(FeedCurve, FeedCurveHandshake,
                         testing::Values(Misguided{"without_a_key", false},
                                         Misguided{"with_another_servers_key", true}),
                         [](const auto& row) { return row.param.name; });

TEST_F(FeedCurve, MayBeBoundWhereOthersCanReachIt) {
  FeedOptions options = RunningFeed::default_options();
  options.publish_endpoint = "tcp://0.0.0.0:*";
  options.query_endpoint = "tcp://0.0.0.0:*";
  AnchoredClock clock;
  const auto open = Feed::open(options, clock);
  ASSERT_FALSE(open);
  EXPECT_THAT(open.error().context, HasSubstr("CURVE"));
  options.curve = CurveOptions{server_.secret_key, {}};
  EXPECT_TRUE(Feed::open(options, clock));
}

}  // namespace
}  // namespace roomtone::publish
