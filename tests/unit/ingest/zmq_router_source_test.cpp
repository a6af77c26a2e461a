#include "ingest/zmq_router_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zmq.hpp>

#include "base/bytes.hpp"
#include "unit/ingest/receiver.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;
using Parts = std::vector<std::string>;
using testing::HasSubstr;

std::string number(uint64_t value) {
  std::string bytes;
  ByteWriter(bytes).u64_be(value);
  return bytes;
}

struct Producer {
  explicit Producer(const std::string& endpoint) {
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::rcvtimeo, 10'000);
    socket.connect(endpoint);
  }
  void send(const Parts& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto flags = i + 1 < parts.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
      if (!socket.send(zmq::buffer(parts[i]), flags)) throw std::runtime_error("not sent");
    }
  }
  void put(uint64_t sequence, const std::string& lines) { send({"RTI1", "PUT", number(sequence), lines}); }
  Parts hello(uint64_t epoch = 1, const std::string& token = {}, const std::string& name = "p") {
    send({"RTI1", "HELLO", name, number(epoch), token});
    return answer();
  }
  /// What comes next, without the first frame.
  Parts answer() {
    Parts parts;
    for (bool more = true; more;) {
      zmq::message_t message;
      if (!socket.recv(message)) throw std::runtime_error("no answer within ten seconds");
      parts.push_back(message.to_string());
      more = message.more();
    }
    if (parts.front() != "RTI1") throw std::runtime_error("not RTI1");
    parts.erase(parts.begin());
    return parts;
  }
  bool hears(std::chrono::milliseconds for_time) {
    zmq::pollitem_t item{socket.handle(), 0, ZMQ_POLLIN, 0};
    return zmq::poll(&item, 1, for_time) > 0;
  }
  zmq::context_t context{1};
  zmq::socket_t socket{context, zmq::socket_type::dealer};
};

struct Fixture {
  explicit Fixture(ZmqRouterSourceOptions options = {}, const Remembered& remembered = {})
      : receiver({}, 64, remembered) {
    options.endpoint = "tcp://127.0.0.1:*";
    source = std::move(ZmqRouterSource::open(std::move(options)).value());
    running.emplace(*source, receiver.outlet);
  }
  Receiver receiver;
  std::unique_ptr<Source> source;
  std::optional<Running> running;
};

void commit(const Batch& batch) { batch.on_committed({.committed = true, .ledger = {}}); }
Parts welcome(uint64_t committed, uint64_t next) {
  return {"WELCOME", number(committed), number(next), number(limits::kIngestCredit)};
}

TEST(ZmqRouterSource, ABlockIsAcknowledgedOnceItIsCommitted) {
  Fixture fixture;
  Producer producer(fixture.source->describe());
  EXPECT_EQ(producer.hello(), welcome(0, 1));
  producer.put(1, "a\nb\r\n\nc");
  const Batch batch = fixture.receiver.take();
  EXPECT_EQ(frames_of(batch), (Frames{"a", "b", "c"}));
  ASSERT_EQ(batch.positions.size(), 1u);
  EXPECT_EQ(batch.positions[0].sequence, 1u);
  EXPECT_FALSE(producer.hears(0ms));
  commit(batch);
  EXPECT_EQ(producer.answer(), (Parts{"ACK", number(1)}));
}

TEST(ZmqRouterSource, ABlockSentAgainIsNotTakenAgain) {
  Fixture fixture;
  Producer producer(fixture.source->describe());
  (void)producer.hello();
  producer.put(1, "a");
  commit(fixture.receiver.take());
  EXPECT_EQ(producer.answer(), (Parts{"ACK", number(1)}));
  producer.put(1, "a");
  EXPECT_EQ(producer.answer(), (Parts{"ACK", number(1)}));
  producer.put(2, "b");
  EXPECT_EQ(frames_of(fixture.receiver.take()), Frames{"b"});
}

TEST(ZmqRouterSource, AServerThatBeginsTellsWhatWasCommitted) {
  Remembered remembered;
  {
    Fixture before;
    Producer producer(before.source->describe());
    (void)producer.hello();
    producer.put(1, "a");
    remembered.producers = before.receiver.take().positions;
  }
  Fixture after({}, remembered);
  Producer producer(after.source->describe());
  EXPECT_EQ(producer.hello(), welcome(1, 2));
}

TEST(ZmqRouterSource, ABlockOfBlanksIsCommittedAndAcknowledgedToo) {
  Fixture fixture;
  Producer producer(fixture.source->describe());
  (void)producer.hello();
  producer.put(1, "\n \n");
  const Batch batch = fixture.receiver.take();
  EXPECT_TRUE(batch.frames.empty());
  commit(batch);
  EXPECT_EQ(producer.answer(), (Parts{"ACK", number(1)}));
}

TEST(ZmqRouterSource, ABlockIsNeverSplit) {
  Fixture fixture({.frames_max = 3});
  Producer producer(fixture.source->describe());
  (void)producer.hello();
  producer.put(1, "a\nb");
  producer.put(2, "c\nd");
  producer.put(3, "1\n2\n3\n4\n5");
  const Batch first = fixture.receiver.take();
  EXPECT_EQ(frames_of(first), (Frames{"a", "b"}));
  EXPECT_EQ(first.positions.front().sequence, 1u);
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{"c", "d"}));
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{"1", "2", "3", "4", "5"}));
}

TEST(ZmqRouterSource, ALineOverTheLimitIsCountedAndTheRestTaken) {
  Fixture fixture;
  Producer producer(fixture.source->describe());
  (void)producer.hello();
  const std::string longest(limits::kNetworkFrameBytes, 'x');
  producer.put(1, longest + "\n" + longest + "x\nafter");
  const Batch batch = fixture.receiver.take();
  EXPECT_EQ(frames_of(batch), (Frames{longest, "after"}));
  EXPECT_EQ(batch.oversized, 1u);
}

struct Refused {
  const char* name;
  Parts message;
  const char* code;
};
class Refusals : public testing::TestWithParam<Refused> {};
TEST_P(Refusals, SayWhy) {
  Fixture fixture({},
                  {.key = {}, .producers = {{sip_hash(SipKey{}, "p"), 5, 9, instant_of_micros(1)}}, .requests = {}});
  Producer producer(fixture.source->describe());
  const bool after_hello = GetParam().message.size() > 1 && GetParam().message[1] == "PUT";
  if (after_hello) (void)producer.hello(5);
  producer.send(GetParam().message);
  const Parts answer = producer.answer();
  ASSERT_EQ(answer.size(), 3u);
  EXPECT_EQ(answer[0], "ERR");
  EXPECT_EQ(answer[1], GetParam().code);
  EXPECT_EQ(fixture.receiver.queue.size(), 0u);
}
INSTANTIATE_TEST_SUITE_P(
    ZmqRouterSource, Refusals,
    testing::Values(Refused{"nothing", {""}, "malformed"},
                    Refused{"another_protocol", {"RTN1", "PING", "{}"}, "malformed"},
                    Refused{"an_unknown_verb", {"RTI1", "GET", "x"}, "malformed"},
                    Refused{"a_verb_with_too_few", {"RTI1", "PUT", number(10)}, "malformed"},
                    Refused{
                        "a_verb_with_too_many", {"RTI1", "PUT", number(10), "a", "b", "c", "d", "e", "f"}, "malformed"},
                    Refused{"a_short_number", {"RTI1", "PUT", "1", "a"}, "malformed"},
                    Refused{"sequence_zero", {"RTI1", "PUT", number(0), "a"}, "malformed"},
                    Refused{"a_gap", {"RTI1", "PUT", number(11), "a"}, "gap"},
                    Refused{"a_name_with_a_space", {"RTI1", "HELLO", "p q", number(1), ""}, "malformed"},
                    Refused{"an_epoch_beyond_63_bits", {"RTI1", "HELLO", "p", number(1ULL << 63), ""}, "malformed"},
                    Refused{"an_old_epoch", {"RTI1", "HELLO", "p", number(4), ""}, "old_epoch"}),
    [](const auto& row) { return row.param.name; });

TEST(ZmqRouterSource, WhoPutsBeforeHelloIsToldToSayIt) {
  Fixture fixture;
  Producer producer(fixture.source->describe());
  producer.put(1, "a");
  EXPECT_EQ(producer.answer()[1], "hello_first");
}

TEST(ZmqRouterSource, BeyondTheCreditNothingIsTaken) {
  Fixture fixture;
  Producer producer(fixture.source->describe());
  (void)producer.hello();
  for (uint64_t i = 1; i <= limits::kIngestCredit; ++i) producer.put(i, "a");
  producer.put(limits::kIngestCredit + 1, "too many");
  EXPECT_EQ(producer.answer()[1], "credit");
}

TEST(ZmqRouterSource, AnotherConnectionReplacesTheFirst) {
  Fixture fixture;
  Producer first(fixture.source->describe());
  (void)first.hello();
  first.put(1, "a");
  (void)fixture.receiver.take();
  Producer second(fixture.source->describe());
  EXPECT_EQ(second.hello(), welcome(0, 2));
  EXPECT_EQ(first.answer()[1], "replaced");
  first.put(2, "b");
  EXPECT_EQ(first.answer()[1], "hello_first");
}

TEST(ZmqRouterSource, TokensAreAskedForInHello) {
  Fixture fixture({.reach = {.tokens = {{"one", sha256("right")}}}});
  Producer producer(fixture.source->describe());
  EXPECT_EQ(producer.hello(1, "wrong")[1], "unauthorized");
  EXPECT_EQ(producer.hello(1, "")[1], "unauthorized");
  EXPECT_EQ(producer.hello(1, "right"), welcome(0, 1));
  EXPECT_EQ(fixture.receiver.outlet.status().refused_tokens, 2u);
}

TEST(ZmqRouterSource, RefusesAnAddressThatOtherMachinesReachWithoutTokens) {
  const auto refused = ZmqRouterSource::open({.endpoint = "tcp://0.0.0.0:*"});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().context, HasSubstr("tokens"));
  EXPECT_TRUE(
      ZmqRouterSource::open({.endpoint = "tcp://0.0.0.0:*", .reach = {.tokens = {{"one", sha256("x")}}}}).has_value());
}

}  // namespace
}  // namespace roomtone::ingest
