#include "ingest/tcp_source.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/ingest/receiver.hpp"
#include "unit/ingest/socket_client.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const TcpSourceOptions kAnyPort{.listen = {.host = "127.0.0.1", .port = 0}};

std::unique_ptr<Source> open(TcpSourceOptions options = kAnyPort) {
  Result<std::unique_ptr<Source>> source = TcpSource::open(std::move(options));
  if (!source) throw std::runtime_error(source.error().context);
  return std::move(*source);
}

/// Frames as they come, until there are `count`.
Frames take(Receiver& receiver, std::size_t count) {
  Frames all;
  while (all.size() < count) {
    for (std::string& frame : frames_of(receiver.take())) all.push_back(std::move(frame));
  }
  return all;
}

TEST(TcpSource, TakesLinesOfTwoConnections) {
  const auto source = open();
  Receiver receiver;
  Running running(*source, receiver.outlet);
  const SocketClient one(port_of(source->describe()));
  const SocketClient two(port_of(source->describe()));
  one.send("a\nb\r\n");
  two.send("c\n");
  EXPECT_THAT(take(receiver, 3), UnorderedElementsAre("a", "b", "c"));
}

TEST(TcpSource, KeepsTheUnfinishedLinesOfConnectionsApart) {
  const auto source = open();
  Receiver receiver;
  Running running(*source, receiver.outlet);
  const SocketClient one(port_of(source->describe()));
  const SocketClient two(port_of(source->describe()));
  one.send("whole\none-");
  two.send("whole\ntwo-");
  EXPECT_THAT(take(receiver, 2), UnorderedElementsAre("whole", "whole"));
  one.send("end\n");
  two.send("end\n");
  EXPECT_THAT(take(receiver, 2), UnorderedElementsAre("one-end", "two-end"));
}

TEST(TcpSource, ALastLineWithoutAnEndCountsWhenThePeerClosesInOrder) {
  const auto source = open();
  Receiver receiver;
  Running running(*source, receiver.outlet);
  const SocketClient client(port_of(source->describe()));
  client.send("a\nb");
  client.finish_sending();
  EXPECT_EQ(take(receiver, 2), (Frames{"a", "b"}));
}

TEST(TcpSource, SkipsAndCountsALineOverTheLimitAndGoesOn) {
  const auto source = open();
  Receiver receiver;
  Running running(*source, receiver.outlet);
  const SocketClient client(port_of(source->describe()));
  const std::string longest(limits::kNetworkFrameBytes, 'x');
  client.send(longest + "\n" + longest + "x\nafter\n");
  Frames frames;
  uint32_t oversized = 0;
  while (frames.size() < 2) {
    const Batch batch = receiver.take();
    for (std::string& frame : frames_of(batch)) frames.push_back(std::move(frame));
    oversized += batch.oversized;
  }
  EXPECT_EQ(frames, (Frames{longest, "after"}));
  EXPECT_EQ(oversized, 1u);
}

// With nobody taking batches, the writer must come to stand still, and go on once somebody does.
TEST(TcpSource, AWriterWaitsWhenNoTicketIsFree) {
  const auto source = open();
  Receiver receiver({}, /*ticket_count=*/1);
  Running running(*source, receiver.outlet);
  const SocketClient client(port_of(source->describe()));
  ::fcntl(client.fd(), F_SETFL, O_NONBLOCK);
  const std::string line = std::string(1000, 'x') + "\n";
  constexpr std::size_t kFarTooMuch = 256 * 1024 * 1024;
  std::size_t sent = 0;
  pollfd writable{client.fd(), POLLOUT, 0};
  while (sent < kFarTooMuch && ::poll(&writable, 1, 300) == 1) {
    sent += static_cast<std::size_t>(std::max<ssize_t>(0, ::send(client.fd(), line.data(), line.size(), MSG_NOSIGNAL)));
  }
  EXPECT_LT(sent, kFarTooMuch);
  EXPECT_EQ(receiver.tickets.in_use(), 1u);
  int ready = 0;
  for (int batch = 0; batch < 100 && ready == 0; ++batch) {
    static_cast<void>(receiver.take());
    ready = ::poll(&writable, 1, 100);
  }
  EXPECT_EQ(ready, 1);
}

TEST(TcpSource, StopsWhileItWaitsForATicket) {
  const auto source = open();
  Receiver receiver({}, /*ticket_count=*/1);
  const Ticket taken = receiver.tickets.try_take();
  Running running(*source, receiver.outlet);
  const SocketClient client(port_of(source->describe()));
  client.send("a\n");
  while (!receiver.outlet.status().connected) std::this_thread::yield();
  EXPECT_TRUE(running.stop().has_value());
  EXPECT_EQ(client.receive(), "");
}

TEST(TcpSource, StopSendsWhatItHolds) {
  const auto source = open();
  Receiver receiver;
  Running running(*source, receiver.outlet);
  const SocketClient client(port_of(source->describe()));
  client.send("a\n");
  while (receiver.outlet.status().frames == 0) std::this_thread::yield();
  EXPECT_TRUE(running.stop().has_value());
  EXPECT_EQ(frames_of(receiver.take()), (Frames{"a"}));
}

TEST(TcpSource, AConnectionTooManyIsClosedAndOthersGoOn) {
  TcpSourceOptions options = kAnyPort;
  options.connections_max = 1;
  const auto source = open(options);
  Receiver receiver;
  Running running(*source, receiver.outlet);
  const SocketClient first(port_of(source->describe()));
  first.send("a\n");
  EXPECT_EQ(take(receiver, 1), (Frames{"a"}));
  const SocketClient second(port_of(source->describe()));
  EXPECT_EQ(second.receive(), "");
  first.send("b\n");
  EXPECT_EQ(take(receiver, 1), (Frames{"b"}));
}

TEST(TcpSource, APortTakenIsToldWhenItIsOpened) {
  const auto source = open();
  TcpSourceOptions options = kAnyPort;
  options.listen.port = port_of(source->describe());
  const auto second = TcpSource::open(options);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_EQ(second.error().context, "listen on " + source->describe() + ": Address already in use");
}

TEST(TcpSource, RefusesAnAddressThatOtherMachinesReachUnlessToldOtherwise) {
  TcpSourceOptions options{.listen = {.host = "0.0.0.0", .port = 0}};
  const auto refused = TcpSource::open(options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().context, HasSubstr("insecure_bind"));
  options.reach.insecure_bind = true;
  EXPECT_TRUE(TcpSource::open(options).has_value());
}

TEST(TcpSource, RefusesAHostName) {
  EXPECT_FALSE(
      TcpSource::open({.listen = {.host = "example.org", .port = 0}, .reach = {.tokens = {}, .insecure_bind = true}})
          .has_value());
}

}  // namespace
}  // namespace roomtone::ingest
