#include "ingest/zmq_pull_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zmq.hpp>

#include "unit/ingest/receiver.hpp"
#include "unit/ingest/socket_client.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;
using testing::HasSubstr;

const ZmqPullSourceOptions kAnyPort{.endpoint = "tcp://127.0.0.1:*"};

std::unique_ptr<Source> open(ZmqPullSourceOptions options = kAnyPort) {
  Result<std::unique_ptr<Source>> source = ZmqPullSource::open(std::move(options));
  if (!source) throw std::runtime_error(source.error().context);
  return std::move(*source);
}

/// A pusher that never waits at its end.
struct Pusher {
  explicit Pusher(const std::string& endpoint) {
    socket.set(zmq::sockopt::linger, 0);
    socket.connect(endpoint);
  }
  void send(std::string_view bytes, bool more = false) {
    if (!socket.send(zmq::buffer(bytes), more ? zmq::send_flags::sndmore : zmq::send_flags::none)) {
      throw std::runtime_error("not sent");
    }
  }
  zmq::context_t context{1};
  zmq::socket_t socket{context, zmq::socket_type::push};
};

Frames take(Receiver& receiver, std::size_t count) {
  Frames all;
  while (all.size() < count) {
    for (std::string& frame : frames_of(receiver.take())) all.push_back(std::move(frame));
  }
  return all;
}

TEST(ZmqPullSource, AMessageHoldsOneLineOrMany) {
  const auto source = open();
  Receiver receiver;
  Running running(*source, receiver.outlet);
  Pusher pusher(source->describe());
  pusher.send("a");
  pusher.send("b\nc\r\n\nd");
  EXPECT_EQ(take(receiver, 4), (Frames{"a", "b", "c", "d"}));
}

TEST(ZmqPullSource, EachPartOfAMessageIsABlockOfLines) {
  const auto source = open();
  Receiver receiver;
  Running running(*source, receiver.outlet);
  Pusher pusher(source->describe());
  pusher.send("a\nb", /*more=*/true);
  pusher.send("c");
  EXPECT_EQ(take(receiver, 3), (Frames{"a", "b", "c"}));
}

TEST(ZmqPullSource, CountsALineOverTheLimit) {
  const auto source = open();
  Receiver receiver;
  Running running(*source, receiver.outlet);
  Pusher pusher(source->describe());
  pusher.send(std::string(limits::kNetworkFrameBytes + 1, 'x') + "\na");
  const Batch batch = receiver.take();
  EXPECT_EQ(frames_of(batch), (Frames{"a"}));
  EXPECT_EQ(batch.oversized, 1u);
}

TEST(ZmqPullSource, APusherWaitsWhenNoTicketIsFree) {
  const auto source = open();
  Receiver receiver({}, /*ticket_count=*/1);
  Running running(*source, receiver.outlet);
  Pusher pusher(source->describe());
  const std::string block(64 * 1024 - 1, 'x');
  std::size_t sent = 0;
  pusher.socket.set(zmq::sockopt::sndtimeo, 300);
  while (sent < 10'000 && pusher.socket.send(zmq::buffer(block), zmq::send_flags::none)) ++sent;
  EXPECT_LT(sent, 10'000u);
}

TEST(ZmqPullSource, ConnectsToAPusherThatBinds) {
  zmq::context_t context{1};
  zmq::socket_t push(context, zmq::socket_type::push);
  push.set(zmq::sockopt::linger, 0);
  push.bind("tcp://127.0.0.1:*");
  const auto source = open({.endpoint = push.get(zmq::sockopt::last_endpoint), .bind = false});
  Receiver receiver;
  Running running(*source, receiver.outlet);
  push.send(zmq::str_buffer("a"), zmq::send_flags::none);
  EXPECT_EQ(take(receiver, 1), (Frames{"a"}));
}

TEST(ZmqPullSource, StopsWhileNothingComes) {
  const auto source = open();
  Receiver receiver;
  Running running(*source, receiver.outlet);
  EXPECT_TRUE(running.stop().has_value());
}

TEST(ZmqPullSource, APortTakenIsToldWhenItIsOpened) {
  const auto source = open();
  const auto second = ZmqPullSource::open({.endpoint = source->describe()});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_EQ(second.error().context, "bind " + source->describe() + ": Address already in use");
}

class Reach : public testing::TestWithParam<const char*> {};
TEST_P(Reach, IsRefusedUnlessToldOtherwise) {
  const auto refused = ZmqPullSource::open({.endpoint = GetParam()});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().context, HasSubstr("insecure_bind"));
}
INSTANTIATE_TEST_SUITE_P(ZmqPullSource, Reach,
                         testing::Values("tcp://*:*", "tcp://0.0.0.0:*", "tcp://[::]:*", "tcp://eth0:*"));

TEST(ZmqPullSource, BindsAnywhereWhenToldTo) {
  EXPECT_TRUE(ZmqPullSource::open({.endpoint = "tcp://0.0.0.0:*", .insecure_bind = true}).has_value());
}

TEST(ZmqPullSource, RefusesWhatIsNoEndpoint) {
  const auto refused = ZmqPullSource::open({.endpoint = "nonsense"});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace roomtone::ingest
