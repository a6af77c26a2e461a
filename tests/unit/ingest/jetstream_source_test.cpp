#include "ingest/jetstream_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <mutex>
#include <thread>

#include "unit/ingest/receiver.hpp"

namespace roomtone::ingest {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Peer = boost::beast::websocket::stream<tcp::socket>;
using Frames = std::vector<std::string>;
using testing::HasSubstr;

/// One that accepts connections and does with each what a test says, on a thread of its own.
class Server {
 public:
  using Serve = std::function<void(tcp::socket)>;
  explicit Server(Serve serve)
      : serve_(std::move(serve)), thread_([this] {
          for (;;) {
            boost::system::error_code error;
            tcp::socket socket = acceptor_.accept(error);
            if (error || ending_) return;
            ++accepted;
            try {
              serve_(std::move(socket));
            } catch (const boost::system::system_error&) {
              // The listener went away: some tests want just that.
            }
          }
        }) {}
  ~Server() {
    ending_ = true;
    boost::system::error_code ignored;
    tcp::socket last(io_);
    last.connect({asio::ip::address_v4::loopback(), port}, ignored);
    thread_.join();
  }

 private:
  asio::io_context io_;
  tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
  std::atomic<bool> ending_{false};

 public:
  const uint16_t port = acceptor_.local_endpoint().port();
  std::atomic<int> accepted{0};

 private:
  const Serve serve_;
  std::thread thread_;
};

/// Upgrades, sends these messages, and waits for the listener to go.
Server::Serve sends(Frames frames) {
  return [frames = std::move(frames)](tcp::socket socket) {
    Peer peer(std::move(socket));
    peer.accept();
    for (const std::string& frame : frames) peer.write(asio::buffer(frame));
    boost::beast::flat_buffer ignored;
    peer.read(ignored);
  };
}

/// Waits until the other side closes.
void keep_open(tcp::socket socket) {
  char byte = 0;
  boost::system::error_code error;
  while (!error) static_cast<void>(socket.read_some(asio::buffer(&byte, 1), error));
}

/// Frames are numbers in these tests: their own times, in seconds, and their own marks.
EventMark number(std::string_view frame) {
  const int value = std::atoi(std::string(frame).c_str());
  return {instant_of_micros(int64_t{value} * 1'000'000), static_cast<uint64_t>(value)};
}

std::unique_ptr<Source> open(std::vector<uint16_t> ports, std::chrono::milliseconds silence = 0ms,
                             std::function<void(const std::string&)> notice = {}) {
  std::vector<JetstreamHost> hosts;
  for (const uint16_t port : ports) hosts.push_back({.tls = false, .name = "127.0.0.1", .port = port});
  auto source = JetstreamSource::open({.hosts = std::move(hosts),
                                       .filter = {},
                                       .zstd_dictionary = {},
                                       .ca_file = {},
                                       .silence = silence,
                                       .rewind = 5s,
                                       .rewind_other_host = 30s,
                                       .handshake_time = 30s,
                                       .idle_time = 30s,
                                       .retry_min = 1ms,
                                       .retry_max = 10ms,
                                       .mark = number,
                                       .notice = std::move(notice),
                                       .news = {}});
  if (!source) throw std::runtime_error(source.error().context);
  return std::move(*source);
}

Frames take(Receiver& receiver, std::size_t count) {
  Frames all;
  while (all.size() < count) {
    for (std::string& frame : frames_of(receiver.take())) all.push_back(std::move(frame));
  }
  return all;
}

TEST(JetstreamSource, HandsOnMessagesWithThePositionAfterTheLastOne) {
  Server server(sends({"1000", "1001", "1002"}));
  const auto source = open({server.port});
  Receiver receiver;
  Running running(*source, receiver.outlet);
  Frames frames;
  std::string cursor;
  while (frames.size() < 3) {
    const Batch batch = receiver.take();
    for (std::string& frame : frames_of(batch)) frames.push_back(std::move(frame));
    cursor = batch.next_cursor;
  }
  EXPECT_EQ(frames, (Frames{"1000", "1001", "1002"}));
  EXPECT_THAT(cursor, HasSubstr("time_us=1002000000 host=ws://127.0.0.1:"));
  EXPECT_TRUE(running.stop().has_value());
}

TEST(JetstreamSource, AFullBatchCarriesThePositionOfItsOwnLastFrame) {
  Frames all;
  for (int i = 0; i < 5000; ++i) all.push_back(std::to_string(1000 + i));
  Server server(sends(all));
  const auto source = open({server.port});
  Receiver receiver;
  Running running(*source, receiver.outlet);
  for (std::size_t taken = 0; taken < all.size();) {
    const Batch batch = receiver.take();
    const Frames frames = frames_of(batch);
    taken += frames.size();
    ASSERT_THAT(batch.next_cursor, HasSubstr("time_us=" + frames.back() + "000000 "));
  }
}

// With nobody taking batches the server must come to stand still, and go on once somebody does.
TEST(JetstreamSource, TheServerWaitsWhenNoTicketIsFree) {
  std::atomic<int> sent{0};
  constexpr int kFarTooMany = 200'000;  // of a kilobyte each
  Server server([&](tcp::socket socket) {
    Peer peer(std::move(socket));
    peer.accept();
    const std::string padding(1000, ' ');
    for (; sent < kFarTooMany; ++sent) peer.write(asio::buffer(std::to_string(sent + 1000) + padding));
  });
  const auto source = open({server.port});
  Receiver receiver({}, /*ticket_count=*/1);
  Running running(*source, receiver.outlet);
  int before = -1;
  while (sent < 1000 || sent != before) {  // until it has stood still for a while
    before = sent;
    std::this_thread::sleep_for(200ms);
  }
  EXPECT_LT(before, kFarTooMany / 2);
  EXPECT_EQ(receiver.tickets.in_use(), 1u);
  while (sent == before) static_cast<void>(receiver.take());
  EXPECT_TRUE(running.stop().has_value());
}

TEST(JetstreamSource, StopsWhileItWaitsForATicket) {
  Server server(sends({"1000"}));
  const auto source = open({server.port});
  Receiver receiver({}, /*ticket_count=*/1);
  const Ticket taken = receiver.tickets.try_take();
  Running running(*source, receiver.outlet);
  while (!receiver.outlet.status().connected) std::this_thread::yield();
  EXPECT_TRUE(running.stop().has_value());
  EXPECT_FALSE(receiver.outlet.status().connected);
}

TEST(JetstreamSource, StopsWhileTheServerOwesTheUpgrade) {
  Server server(keep_open);
  const auto source = open({server.port});
  Receiver receiver;
  Running running(*source, receiver.outlet);
  while (server.accepted == 0) std::this_thread::yield();
  EXPECT_TRUE(running.stop().has_value());
  // Its socket goes with it: the server's own end, at the end of this test, waits for that.
}

TEST(JetstreamSource, StopsWhileNobodyAnswers) {
  uint16_t free_port = 0;
  {
    const Server gone(keep_open);
    free_port = gone.port;
  }
  const auto source = open({free_port});
  Receiver receiver;
  Running running(*source, receiver.outlet);
  const auto& unreachable = receiver.outlet.status().losses[static_cast<std::size_t>(Loss::unreachable)];
  while (unreachable < 5) std::this_thread::yield();
  EXPECT_TRUE(receiver.outlet.status().stalled);
  EXPECT_TRUE(running.stop().has_value());
}

TEST(JetstreamSource, AHostThatAcceptsAndNeverSendsIsLeftForTheNext) {
  Server mute(sends({}));
  Server other(sends({"1000"}));
  const auto source = open({mute.port, other.port}, /*silence=*/100ms);
  Receiver receiver;
  Running running(*source, receiver.outlet);
  EXPECT_EQ(take(receiver, 1), (Frames{"1000"}));
  EXPECT_EQ(receiver.outlet.status().losses[static_cast<std::size_t>(Loss::silent)], 1u);
  EXPECT_FALSE(receiver.outlet.status().stalled);
  EXPECT_TRUE(running.stop().has_value());
}

TEST(JetstreamSource, AMessageOverTheLimitIsReadPastAndCounted) {
  Server server(sends({"1000", std::string(3 * limits::kFileFrameBytes, 'x'), "1001"}));
  const auto source = open({server.port});
  Receiver receiver;
  Running running(*source, receiver.outlet);
  Frames frames;
  uint32_t oversized = 0;
  while (frames.size() < 2) {
    const Batch batch = receiver.take();
    for (std::string& frame : frames_of(batch)) frames.push_back(std::move(frame));
    oversized += batch.oversized;
  }
  EXPECT_EQ(frames, (Frames{"1000", "1001"}));
  EXPECT_EQ(oversized, 1u);
  EXPECT_TRUE(running.stop().has_value());
}

TEST(JetstreamSource, APositionOfAnotherKindOfSourceIsAGapAndIsTold) {
  std::string told;
  Server server(sends({"1000"}));
  const auto source = open({server.port}, 0ms, [&](const std::string& what) { told += what; });
  Receiver receiver("file 1 /var/log/posts 17");
  Running running(*source, receiver.outlet);
  EXPECT_EQ(take(receiver, 1), (Frames{"1000"}));
  EXPECT_TRUE(running.stop().has_value());
  EXPECT_EQ(receiver.outlet.status().gaps, 1u);
  EXPECT_THAT(told, HasSubstr("is not one of a Jetstream"));
}

}  // namespace
}  // namespace roomtone::ingest
