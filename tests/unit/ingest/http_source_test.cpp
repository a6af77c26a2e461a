#include "ingest/http_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/ingest/http_fixture.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

bool connects(uint16_t port) {
  try {
    const SocketClient client(port);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

bool readable(const SocketClient& client) {
  pollfd wait{client.fd(), POLLIN, 0};
  return ::poll(&wait, 1, 0) > 0;
}

TEST(HttpSource, ARequestIsOneBatch) {
  Fixture fixture;
  fixture.client.send(post("a\nb\r\n\nc"));
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{"a", "b", "c"}));
}

TEST(HttpSource, AnswersOnlyOnceTheBatchIsCommitted) {
  Fixture fixture;
  fixture.client.send(post("a\nb\n"));
  const Batch batch = fixture.receiver.take();
  EXPECT_FALSE(readable(fixture.client));
  fixture.commit(batch, 2);
  EXPECT_THAT(fixture.response(),
              testing::AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
                             HasSubstr("{\"records\":2,\"counted\":2,\"duplicate\":0,\"too_old\":0,\"ignored\":0,"
                                       "\"retraction\":0,\"not_public\":0,\"malformed\":0,\"no_text\":0,\"shed\":0}")));
}

TEST(HttpSource, AnswersATwoHundredAndTwoAtOnceWhenAskedTo) {
  Fixture fixture;
  const std::string response = fixture.exchange(post("a\nb\n", "Prefer: wait=10, Respond-Async\r\n"));
  EXPECT_THAT(response, testing::AllOf(StartsWith("HTTP/1.1 202 Accepted\r\n"), HasSubstr("{\"records\":2}")));
  EXPECT_FALSE(fixture.receiver.take().on_committed);
}

TEST(HttpSource, SaysWhenTheCommitFailed) {
  Fixture fixture;
  fixture.client.send(post("a\n"));
  fixture.receiver.take().on_committed({.committed = false, .ledger = {}});
  EXPECT_THAT(fixture.response(), StartsWith("HTTP/1.1 503 "));
}

TEST(HttpSource, SaysWhenNoReceiptComes) {
  HttpSourceOptions options = any_port();
  options.receipt_time = 20ms;
  Fixture fixture(options);
  EXPECT_THAT(fixture.exchange(post("a\n")), StartsWith("HTTP/1.1 503 "));
}

TEST(HttpSource, TwoRequestsOnOneConnection) {
  Fixture fixture;
  for (const std::string line : {"first", "second"}) {
    fixture.client.send(post(line));
    const Batch batch = fixture.receiver.take();
    EXPECT_EQ(frames_of(batch), (Frames{line}));
    fixture.commit(batch, 1);
    EXPECT_THAT(fixture.response(), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
}

TEST(HttpSource, TwoRequestsSentAtOnceAreAnsweredInOrder) {
  Fixture fixture;
  fixture.client.send(post("first", "Prefer: respond-async\r\n") + post("second"));
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{"first"}));
  const Batch batch = fixture.receiver.take();
  EXPECT_EQ(frames_of(batch), (Frames{"second"}));
  fixture.commit(batch, 1);
  std::string answers = fixture.response();
  while (answers.find("counted") == std::string::npos) answers += fixture.client.receive();
  EXPECT_THAT(answers, testing::AllOf(StartsWith("HTTP/1.1 202 "), HasSubstr("HTTP/1.1 200 OK")));
}

TEST(HttpSource, ReadsAChunkedBody) {
  Fixture fixture;
  fixture.client.send(
      "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\na\n\r\n1\r\nb\r\n0\r\n\r\n");
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{"a", "b"}));
}

TEST(HttpSource, AsksForTheBodyOfAClientThatWaitsToBeAsked) {
  Fixture fixture;
  fixture.client.send(
      "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  EXPECT_EQ(fixture.client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  fixture.client.send("a");
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{"a"}));
}

TEST(HttpSource, ToldToWaitWhenNoTicketIsFree) {
  Fixture fixture(any_port(), /*ticket_count=*/1);
  const Ticket taken = fixture.receiver.tickets.try_take();
  EXPECT_THAT(fixture.exchange(post("a\n")),
              testing::AllOf(StartsWith("HTTP/1.1 429 "), HasSubstr("Retry-After: 1\r\n")));
}

TEST(HttpSource, ARefusedRequestLeavesNoGapInTheSequence) {
  Fixture fixture(any_port(), /*ticket_count=*/1);
  {
    const Ticket taken = fixture.receiver.tickets.try_take();
    EXPECT_THAT(fixture.exchange(post("a\n")), StartsWith("HTTP/1.1 429 "));
  }
  fixture.client.send(post("b\n"));
  EXPECT_EQ(fixture.receiver.take().sequence, 1u);
}

struct Refused {
  const char* name;
  std::string request;
  const char* status;
  const char* says;
};
class Refusal : public testing::TestWithParam<Refused> {};

TEST_P(Refusal, IsAnsweredWithTheReason) {
  Fixture fixture;
  EXPECT_THAT(
      fixture.exchange(GetParam().request),
      testing::AllOf(StartsWith(std::string("HTTP/1.1 ") + GetParam().status + " "), HasSubstr(GetParam().says)));
  EXPECT_EQ(fixture.receiver.queue.size(), 0u);
}

std::string get(std::string_view path, std::string_view headers = "Host: localhost\r\n") {
  return "GET " + std::string(path) + " HTTP/1.1\r\n" + std::string(headers) + "\r\n";
}
std::string post_from(std::string_view headers) {
  return "POST /v1/messages HTTP/1.1\r\n" + std::string(headers) + "Content-Length: 2\r\n\r\na\n";
}
const std::string kLongest(limits::kNetworkFrameBytes, 'x');

INSTANTIATE_TEST_SUITE_P(
    HttpSource, Refusal,
    testing::Values(
        Refused{"another_path", get("/"), "404", "/v1/messages"},
        Refused{"another_method", get("/v1/messages"), "405", "Allow: POST\r\n"},
        Refused{"foreign_host", post_from("Host: evil.example\r\n"), "403", "Host"},
        Refused{"foreign_host_with_our_port", post_from("Host: evil.example:5574\r\n"), "403", "Host"},
        Refused{"foreign_origin", post_from("Host: localhost\r\nOrigin: http://evil.example\r\n"), "403", "Origin"},
        Refused{"null_origin", post_from("Host: localhost\r\nOrigin: null\r\n"), "403", "Origin"},
        Refused{"no_host", post_from(""), "400", "Host"},
        Refused{"two_hosts", post_from("Host: localhost\r\nHost: localhost\r\n"), "400", "Host"},
        Refused{"both_lengths", post_from("Host: localhost\r\nTransfer-Encoding: chunked\r\n"), "400", "well-formed"},
        Refused{"both_lengths_the_other_way_round",
                "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: "
                "chunked\r\n\r\n0\r\n\r\n",
                "400", "well-formed"},
        Refused{"two_lengths", post_from("Host: localhost\r\nContent-Length: 3\r\n"), "400", "well-formed"},
        Refused{"folded_line", post_from("Host: localhost\r\nX-A: b\r\n c\r\n"), "400", "folded"},
        Refused{"not_http", "nonsense\r\n\r\n", "400", "well-formed"},
        Refused{"gzip", post_from("Host: localhost\r\nContent-Encoding: gzip\r\n"), "415", "Content-Encoding"},
        Refused{"a_form", post_from("Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"), "415",
                "application/x-ndjson"},
        Refused{"nothing_in_it", post("\n \r\n"), "400", "no line"},
        Refused{"line_over_the_limit", post("a\n" + kLongest + "\n" + kLongest + "x\n"), "413", "line 3 "},
        Refused{"body_over_the_limit", post(std::string(limits::kHttpBodyBytes + 1, '\n')), "413", "body"},
        Refused{"header_over_the_limit", post("a", "X-Long: " + std::string(limits::kHttpHeaderBytes, 'x') + "\r\n"),
                "431", "header"}),
    [](const auto& row) { return row.param.name; });

TEST(HttpSource, AnEndlessChunkedBodyIsRefused) {
  Fixture fixture;
  fixture.client.send("POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, '\n') + "\r\n";
  for (int i = 0; i < 20; ++i) fixture.client.send(chunk);
  EXPECT_THAT(fixture.response(), StartsWith("HTTP/1.1 413 "));
}

TEST(HttpSource, TakesABodyOfExactlyTheLimit) {
  Fixture fixture;
  std::string body(limits::kHttpBodyBytes, '\n');
  body[0] = 'a';
  fixture.client.send(post(body));
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{"a"}));
}

TEST(HttpSource, TakesALineOfExactlyTheLimit) {
  Fixture fixture;
  fixture.client.send(post(kLongest + "\n"));
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{kLongest}));
}

class Taken : public testing::TestWithParam<const char*> {};
TEST_P(Taken, NamesThisMachine) {
  Fixture fixture;
  fixture.client.send(post_from(GetParam()));
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{"a"}));
}
INSTANTIATE_TEST_SUITE_P(HttpSource, Taken,
                         testing::Values("Host: localhost\r\n", "Host: LOCALHOST:5574\r\n", "Host: 127.0.0.1:1\r\n",
                                         "Host: [::1]:5574\r\n", "Host: localhost\r\nOrigin: http://localhost:3000\r\n",
                                         "Host: localhost\r\nContent-Type: application/json; charset=utf-8\r\n",
                                         "Host: localhost\r\nContent-Type: Application/X-NDJSON\r\n"));

TEST(HttpSource, ASlowHeaderIsClosedAtTheDeadline) {
  HttpSourceOptions options = any_port();
  options.request_time = 50ms;
  Fixture fixture(options);
  fixture.client.send("POST /v1/messages HTTP/1.1\r\nHost: loc");
  EXPECT_EQ(fixture.client.receive(), "");
}

TEST(HttpSource, ASlowBodyIsClosedAtTheDeadline) {
  HttpSourceOptions options = any_port();
  options.request_time = 50ms;
  Fixture fixture(options);
  fixture.client.send("POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nab");
  EXPECT_EQ(fixture.client.receive(), "");
  EXPECT_EQ(fixture.receiver.queue.size(), 0u);
}

TEST(HttpSource, AnIdleConnectionIsClosedInTheEnd) {
  HttpSourceOptions options = any_port();
  options.idle_time = 50ms;
  Fixture fixture(options);
  EXPECT_THAT(fixture.exchange(get("/")), StartsWith("HTTP/1.1 404 "));
  EXPECT_EQ(fixture.client.receive(), "");
}

TEST(HttpSource, AReceiptForAConnectionThatIsGoneHarmsNothing) {
  Fixture fixture;
  std::optional<Batch> batch;
  {
    const SocketClient gone(port_of(fixture.source->describe()));
    gone.send(post("a\n"));
    batch = fixture.receiver.take();
  }
  fixture.commit(*batch, 1);
  EXPECT_THAT(fixture.exchange(get("/")), StartsWith("HTTP/1.1 404 "));
}

TEST(HttpSource, AReceiptAfterTheSourceIsGoneHarmsNothing) {
  Fixture fixture;
  fixture.client.send(post("a\n"));
  const Batch batch = fixture.receiver.take();
  EXPECT_TRUE(fixture.running->stop().has_value());
  fixture.running.reset();
  fixture.source.reset();
  fixture.commit(batch, 1);
  EXPECT_EQ(fixture.client.receive(), "");
}

TEST(HttpSource, StoppingWaitsForTheReceiptsStillOut) {
  HttpSourceOptions options = any_port();
  options.drain_time = 1h;
  Fixture fixture(options);
  fixture.client.send(post("a\n"));
  const Batch batch = fixture.receiver.take();
  const std::jthread stopping([&] { EXPECT_TRUE(fixture.running->stop().has_value()); });
  while (connects(port_of(fixture.source->describe()))) std::this_thread::yield();  // until it listens no more
  fixture.commit(batch, 1);
  EXPECT_THAT(fixture.response(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(HttpSource, StopsAtOnceWhileConnectionsAreIdle) {
  HttpSourceOptions options = any_port();
  options.drain_time = 1h;
  Fixture fixture(options);
  EXPECT_THAT(fixture.exchange(get("/")), StartsWith("HTTP/1.1 404 "));
  EXPECT_TRUE(fixture.running->stop().has_value());
}

TEST(HttpSource, RefusesAnAddressThatOtherMachinesReachUnlessToldOtherwise) {
  HttpSourceOptions options = any_port();
  options.listen.host = "0.0.0.0";
  const auto refused = HttpSource::open(options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().context, HasSubstr("insecure_bind"));
  options.reach.insecure_bind = true;
  EXPECT_TRUE(HttpSource::open(options).has_value());
}

TEST(HttpSource, ListeningEverywhereTakesAnyHostButNoForeignOrigin) {
  HttpSourceOptions options = any_port();
  options.listen.host = "0.0.0.0";
  options.reach.insecure_bind = true;
  Fixture fixture(options);
  fixture.client.send(post_from("Host: room.example\r\nOrigin: http://room.example\r\n"));
  EXPECT_EQ(frames_of(fixture.receiver.take()), (Frames{"a"}));
  const SocketClient other(port_of(fixture.source->describe()));
  other.send(post_from("Host: room.example\r\nOrigin: http://evil.example\r\n"));
  EXPECT_THAT(Fixture::response_of(other), StartsWith("HTTP/1.1 403 "));
}

TEST(HttpSource, APortTakenIsToldWhenItIsOpened) {
  const auto source = HttpSource::open(any_port());
  HttpSourceOptions options = any_port();
  options.listen.port = port_of((*source)->describe());
  const auto second = HttpSource::open(options);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().context, "listen on " + (*source)->describe() + ": Address already in use");
}

}  // namespace
}  // namespace roomtone::ingest
