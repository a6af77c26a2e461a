// Lines that are numbered and acknowledged on TCP, and who may send them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/tcp_source.hpp"
#include "unit/ingest/receiver.hpp"
#include "unit/ingest/socket_client.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;
using testing::HasSubstr;

struct Fixture {
  explicit Fixture(TcpSourceOptions options = {}, const Remembered& remembered = {}) : receiver({}, 64, remembered) {
    options.listen.port = 0;
    source = std::move(TcpSource::open(std::move(options)).value());
    running.emplace(*source, receiver.outlet);
  }
  [[nodiscard]] SocketClient connect() const { return SocketClient(port_of(source->describe())); }

  Receiver receiver;
  std::unique_ptr<Source> source;
  std::optional<Running> running;
};

/// One line of an answer.
std::string line_from(const SocketClient& client) {
  std::string text;
  while (text.find('\n') == std::string::npos) {
    const std::string more = client.receive();
    if (more.empty()) return text + "(closed)";
    text += more;
  }
  return text;
}

/// Takes batches until there are so many frames; the last one is given.
Batch take(Receiver& receiver, std::size_t frames) {
  for (std::size_t seen = 0;;) {
    Batch batch = receiver.take();
    seen += batch.frames.size();
    if (seen >= frames) return batch;
    if (batch.on_committed) batch.on_committed({.committed = true, .ledger = {}});
  }
}

void commit(const Batch& batch) { batch.on_committed({.committed = true, .ledger = {}}); }

constexpr const char* kHello = "ROOMTONE/1 producer=p epoch=1\n";

TEST(TcpOnce, LinesAreAcknowledgedOnceTheyAreCommitted) {
  Fixture fixture;
  const SocketClient client = fixture.connect();
  client.send(kHello);
  EXPECT_EQ(line_from(client), "{\"hello\":{\"committed\":0,\"next\":1}}\n");
  client.send("a\n\nb\n");
  const Batch batch = take(fixture.receiver, 2);
  pollfd wait{client.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&wait, 1, 0), 0);
  commit(batch);
  EXPECT_EQ(line_from(client), "{\"ack\":2}\n");
}

TEST(TcpOnce, ALineOverTheLimitHasANumberToo) {
  Fixture fixture;
  const SocketClient client = fixture.connect();
  client.send(kHello + std::string(limits::kNetworkFrameBytes + 1, 'x') + "\nb\n");
  (void)line_from(client);
  commit(take(fixture.receiver, 1));
  std::string acks = line_from(client);
  while (acks.find("\"ack\":2") == std::string::npos) acks += line_from(client);
}

TEST(TcpOnce, AnotherConnectionGoesOnWhereTheLinesTakenEnd) {
  Fixture fixture;
  const SocketClient first = fixture.connect();
  first.send(std::string(kHello) + "a\nb\n");
  const Batch batch = take(fixture.receiver, 2);
  const SocketClient second = fixture.connect();
  second.send(kHello);
  (void)line_from(first);  // its hello
  EXPECT_EQ(line_from(second), "{\"hello\":{\"committed\":0,\"next\":3}}\n");
  EXPECT_EQ(line_from(first), "(closed)");
  commit(batch);
  EXPECT_EQ(line_from(second), "{\"ack\":2}\n");
}

TEST(TcpOnce, AServerThatBeginsTellsWhatWasCommitted) {
  Remembered remembered;
  {
    Fixture before;
    const SocketClient client = before.connect();
    client.send(std::string(kHello) + "a\nb\nc\n");
    remembered.producers = take(before.receiver, 3).positions;
  }
  Fixture after({}, remembered);
  const SocketClient client = after.connect();
  client.send(kHello);
  EXPECT_EQ(line_from(client), "{\"hello\":{\"committed\":3,\"next\":4}}\n");
}

TEST(TcpOnce, ANewEpochBeginsAtOneAndEndsTheOldOne) {
  Fixture fixture;
  const SocketClient first = fixture.connect();
  first.send(std::string(kHello) + "a\n");
  commit(take(fixture.receiver, 1));
  const SocketClient second = fixture.connect();
  second.send("ROOMTONE/1 producer=p epoch=2\nb\n");
  EXPECT_EQ(line_from(second), "{\"hello\":{\"committed\":0,\"next\":1}}\n");
  (void)take(fixture.receiver, 1);
  const SocketClient third = fixture.connect();
  third.send(kHello);
  EXPECT_THAT(line_from(third), HasSubstr("later epoch"));
}

TEST(TcpOnce, WhoHasSaidAllStillHearsThatItIsCommitted) {
  Fixture fixture;
  const SocketClient client = fixture.connect();
  client.send(std::string(kHello) + "a\nb\n");
  client.finish_sending();
  const Batch batch = take(fixture.receiver, 2);
  (void)line_from(client);
  commit(batch);
  EXPECT_EQ(line_from(client), "{\"ack\":2}\n");
  EXPECT_EQ(line_from(client), "(closed)");
}

TEST(TcpOnce, AnUnfinishedNumberedLineIsNotTaken) {
  Fixture fixture;
  const SocketClient client = fixture.connect();
  client.send(std::string(kHello) + "a\nb");
  client.finish_sending();
  const Batch batch = take(fixture.receiver, 1);
  EXPECT_EQ(frames_of(batch), Frames{"a"});
  EXPECT_EQ(batch.positions.front().sequence, 1u);
}

TEST(TcpOnce, ProducersAndOthersShareABatch) {
  Fixture fixture;
  const SocketClient one = fixture.connect();
  const SocketClient two = fixture.connect();
  one.send(std::string(kHello) + "a\n");
  two.send("ROOMTONE/1 producer=q epoch=1\nb\n");
  (void)line_from(one);
  (void)line_from(two);
  std::size_t positions = 0;
  for (std::size_t frames = 0; frames < 2;) {
    const Batch batch = fixture.receiver.take();
    frames += batch.frames.size();
    positions += batch.positions.size();
    commit(batch);
  }
  EXPECT_EQ(positions, 2u);
  EXPECT_EQ(line_from(one), "{\"ack\":1}\n");
  EXPECT_EQ(line_from(two), "{\"ack\":1}\n");
}

TEST(TcpOnce, ALineThatSaysHelloLaterIsALine) {
  Fixture fixture;
  const SocketClient client = fixture.connect();
  client.send("a\nROOMTONE/1\n");
  EXPECT_EQ(frames_of(take(fixture.receiver, 2)), (Frames{"a", "ROOMTONE/1"}));
}

TcpSourceOptions with_token() {
  TcpSourceOptions options;
  options.reach.tokens = {{"one", sha256("right")}};
  return options;
}

struct First {
  const char* name;
  const char* line;
  const char* answer;
};
class FirstLines : public testing::TestWithParam<First> {};
TEST_P(FirstLines, AreWhereTokensAreAskedFor) {
  Fixture fixture(with_token());
  const SocketClient client = fixture.connect();
  client.send(std::string(GetParam().line) + "\nsecond\n");
  EXPECT_THAT(line_from(client), HasSubstr(GetParam().answer));
  const bool welcome = std::string_view(GetParam().answer).starts_with("{\"hello");
  if (welcome) {
    EXPECT_EQ(frames_of(take(fixture.receiver, 1)), Frames{"second"});
  } else {
    EXPECT_EQ(line_from(client), "(closed)");
    EXPECT_EQ(fixture.receiver.queue.size(), 0u);
  }
}
INSTANTIATE_TEST_SUITE_P(TcpOnce, FirstLines,
                         testing::Values(First{"right", "ROOMTONE/1 token=right", "{\"hello\":{}}"},
                                         First{"right_and_numbered", "ROOMTONE/1 token=right producer=p epoch=1",
                                               "{\"hello\":{\"committed\":0"},
                                         First{"wrong", "ROOMTONE/1 token=wrong", "no token that is known"},
                                         First{"none", "ROOMTONE/1", "no token that is known"},
                                         First{"no_hello", "{\"text\":\"a\"}", "asks for a token"},
                                         First{"unreadable", "ROOMTONE/1 tokens=right", "cannot be read"}),
                         [](const auto& row) { return row.param.name; });

TEST(TcpOnce, WhoShowsNoTokenInTimeIsClosed) {
  TcpSourceOptions options = with_token();
  options.hello_time = 1ms;
  Fixture fixture(options);
  EXPECT_EQ(line_from(fixture.connect()), "(closed)");
}

TEST(TcpOnce, WithTokensItMayListenForOtherMachines) {
  TcpSourceOptions options = with_token();
  options.listen = {.host = "0.0.0.0", .port = 0};
  EXPECT_TRUE(TcpSource::open(options).has_value());
}

}  // namespace
}  // namespace roomtone::ingest
