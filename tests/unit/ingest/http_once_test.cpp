// What is sent again to HTTP, who may send, and how much.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/ingest/http_fixture.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string numbered(std::string_view body, uint64_t sequence, uint64_t epoch = 1) {
  return post(body, "Roomtone-Producer: p\r\nRoomtone-Epoch: " + std::to_string(epoch) +
                        "\r\nRoomtone-Sequence: " + std::to_string(sequence) + "\r\n");
}

std::string keyed(std::string_view body, std::string_view key) {
  return post(body, "Idempotency-Key: " + std::string(key) + "\r\n");
}

/// Sends, takes the batch, and has it committed.
Batch committed(const Fixture& fixture, Receiver& receiver, std::string_view request) {
  fixture.client.send(request);
  Batch batch = receiver.take();
  fixture.commit(batch, static_cast<int64_t>(batch.frames.size()));
  EXPECT_THAT(fixture.response(), StartsWith("HTTP/1.1 200 OK\r\n"));
  return batch;
}

TEST(HttpOnce, ANumberedRequestCarriesWhereItsProducerStands) {
  Fixture fixture;
  const Batch batch = committed(fixture, fixture.receiver, numbered("a\nb\n", 1, 7));
  ASSERT_EQ(batch.positions.size(), 1u);
  EXPECT_EQ(batch.positions[0].epoch, 7u);
  EXPECT_EQ(batch.positions[0].sequence, 1u);
}

TEST(HttpOnce, ANumberSentAgainIsAnEmptyBatchThatCountsItsRepeats) {
  Fixture fixture;
  (void)committed(fixture, fixture.receiver, numbered("a\nb\n", 1));
  const Batch again = committed(fixture, fixture.receiver, numbered("a\nb\n", 1));
  EXPECT_TRUE(again.frames.empty());
  EXPECT_TRUE(again.positions.empty());
  EXPECT_EQ(again.repeats, 2u);
}

TEST(HttpOnce, ARepeatIsAnsweredOnlyOnceItsOwnBatchIsCommittedWhichComesAfterTheFirst) {
  Fixture fixture;
  fixture.client.send(numbered("a\n", 1));
  const Batch first = fixture.receiver.take();
  const SocketClient other(port_of(fixture.source->describe()));
  other.send(numbered("a\n", 1));
  const Batch again = fixture.receiver.take();
  EXPECT_GT(again.sequence, first.sequence);
  pollfd wait{other.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&wait, 1, 0), 0);
  fixture.commit(first, 1);
  fixture.commit(again, 0);
  EXPECT_THAT(Fixture::response_of(other), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(HttpOnce, AGapIsRefusedAndNamesWhatIsDue) {
  Fixture fixture;
  (void)committed(fixture, fixture.receiver, numbered("a\n", 1));
  EXPECT_THAT(fixture.exchange(numbered("c\n", 3)), AllOf(StartsWith("HTTP/1.1 409 "), HasSubstr("\"expected\":2")));
  EXPECT_EQ(frames_of(committed(fixture, fixture.receiver, numbered("b\n", 2))), Frames{"b"});
}

TEST(HttpOnce, AnEpochThatHasEndedIsRefused) {
  Fixture fixture;
  (void)committed(fixture, fixture.receiver, numbered("a\n", 1, 2));
  EXPECT_THAT(fixture.exchange(numbered("b\n", 2, 1)), AllOf(StartsWith("HTTP/1.1 409 "), HasSubstr("epoch")));
}

TEST(HttpOnce, ARequestThatFoundNoRoomHasNotUsedItsNumberOrKey) {
  Fixture fixture(any_port(), 1);
  fixture.client.send(post("holds the only ticket\n"));
  std::optional<Batch> holding = fixture.receiver.queue.pop_for(10s);
  ASSERT_TRUE(holding.has_value());
  const SocketClient other(port_of(fixture.source->describe()));
  for (const std::string& request : {numbered("a\n", 1), keyed("a\n", "k")}) {
    other.send(request);
    EXPECT_THAT(Fixture::response_of(other), StartsWith("HTTP/1.1 429 "));
  }
  holding->ticket = Ticket{};
  for (const std::string& request : {numbered("a\n", 1), keyed("a\n", "k")}) {
    other.send(request);
    const Batch batch = fixture.receiver.take();
    EXPECT_EQ(frames_of(batch), Frames{"a"});
    fixture.commit(batch, 1);
    EXPECT_THAT(Fixture::response_of(other), StartsWith("HTTP/1.1 200 "));
  }
}

TEST(HttpOnce, AKeySentAgainIsAnEmptyBatchThatCountsItsRepeats) {
  Fixture fixture;
  const Batch first = committed(fixture, fixture.receiver, keyed("a\nb\n", "k"));
  EXPECT_EQ(first.requests.size(), 1u);
  const Batch again = committed(fixture, fixture.receiver, keyed("a\nb\n", "k"));
  EXPECT_EQ(again.repeats, 2u);
  EXPECT_TRUE(again.requests.empty());
}

TEST(HttpOnce, AKeyForAnotherBodyIsRefused) {
  Fixture fixture;
  (void)committed(fixture, fixture.receiver, keyed("a\n", "k"));
  EXPECT_THAT(fixture.exchange(keyed("b\n", "k")), StartsWith("HTTP/1.1 422 "));
}

TEST(HttpOnce, AServerThatBeginsKnowsWhatWasCommitted) {
  Remembered remembered;
  {
    Fixture before;
    remembered.producers = committed(before, before.receiver, numbered("a\n", 1)).positions;
    remembered.requests = committed(before, before.receiver, keyed("b\n", "k")).requests;
  }
  Fixture after(any_port(), 64, remembered);
  EXPECT_EQ(committed(after, after.receiver, numbered("a\n", 1)).repeats, 1u);
  EXPECT_EQ(committed(after, after.receiver, keyed("b\n", "k")).repeats, 1u);
  EXPECT_EQ(committed(after, after.receiver, numbered("c\n", 2)).repeats, 0u);
}

struct Limit {
  const char* name;
  std::string request;
  const char* status;
};
std::string header_of_size(std::size_t size) {
  const std::string base = post("a", "X-Long: \r\n");
  const std::size_t header = base.size() - 1;  // without the body
  return post("a", "X-Long: " + std::string(size - header, 'x') + "\r\n");
}
std::string named(std::size_t key_size) { return keyed("a", std::string(key_size, 'k')); }
std::string produced(std::string_view producer, std::string_view epoch, std::string_view sequence) {
  return post("a", "Roomtone-Producer: " + std::string(producer) + "\r\nRoomtone-Epoch: " + std::string(epoch) +
                       "\r\nRoomtone-Sequence: " + std::string(sequence) + "\r\n");
}
std::string chunked(std::size_t size) {
  char hex[20];
  std::snprintf(hex, sizeof hex, "%zx", size - 1);
  return "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n" +
         std::string(hex) + "\r\n" + std::string(size - 1, '\n') + "\r\n0\r\n\r\n";
}
std::string body_of(std::size_t size) { return post("a" + std::string(size - 1, '\n')); }
std::string line_of(std::size_t size) { return post(std::string(size, 'x') + "\n"); }

/// 200 stands for taken: the test commits it.
class Limits : public testing::TestWithParam<Limit> {};
TEST_P(Limits, AreKeptToTheByte) {
  Fixture fixture;
  const auto& [name, request, status] = GetParam();
  fixture.client.send(request);
  if (std::string_view(status) == "200") fixture.commit(fixture.receiver.take(), 1);
  EXPECT_THAT(fixture.response(), StartsWith("HTTP/1.1 " + std::string(status) + " "));
}
constexpr std::size_t kHeader = limits::kHttpHeaderBytes;
constexpr std::size_t kBody = limits::kHttpBodyBytes;
constexpr std::size_t kLine = limits::kNetworkFrameBytes;
const std::string kName(limits::kProducerNameBytes, 'p');
INSTANTIATE_TEST_SUITE_P(
    HttpOnce, Limits,
    testing::Values(Limit{"header_less_one", header_of_size(kHeader - 1), "200"},
                    Limit{"header_exact", header_of_size(kHeader), "200"},
                    Limit{"header_and_one", header_of_size(kHeader + 1), "431"},
                    Limit{"body_less_one", body_of(kBody - 1), "200"}, Limit{"body_exact", body_of(kBody), "200"},
                    Limit{"body_and_one", body_of(kBody + 1), "413"},
                    Limit{"chunked_less_one", chunked(kBody - 1), "200"}, Limit{"chunked_exact", chunked(kBody), "200"},
                    Limit{"chunked_and_one", chunked(kBody + 1), "413"},
                    Limit{"line_less_one", line_of(kLine - 1), "200"}, Limit{"line_exact", line_of(kLine), "200"},
                    Limit{"line_and_one", line_of(kLine + 1), "413"},
                    Limit{"key_less_one", named(limits::kRequestKeyBytes - 1), "200"},
                    Limit{"key_exact", named(limits::kRequestKeyBytes), "200"},
                    Limit{"key_and_one", named(limits::kRequestKeyBytes + 1), "400"},
                    Limit{"producer_less_one", produced(kName.substr(1), "1", "1"), "200"},
                    Limit{"producer_exact", produced(kName, "1", "1"), "200"},
                    Limit{"producer_and_one", produced(kName + "p", "1", "1"), "400"},
                    Limit{"epoch_less_one", produced("p", "9223372036854775806", "1"), "200"},
                    Limit{"epoch_exact", produced("p", "9223372036854775807", "1"), "200"},
                    Limit{"epoch_and_one", produced("p", "9223372036854775808", "1"), "400"},
                    Limit{"sequence_below_one", produced("p", "1", "0"), "400"},
                    Limit{"sequence_exact", produced("p", "1", "9223372036854775807"), "409"},
                    Limit{"sequence_and_one", produced("p", "1", "9223372036854775808"), "400"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Names, Limits,
    testing::Values(Limit{"empty_key", post("a", "Idempotency-Key: \r\n"), "400"},
                    Limit{"two_keys", post("a", "Idempotency-Key: k\r\nIdempotency-Key: k\r\n"), "400"},
                    Limit{"key_and_number", post("a", "Idempotency-Key: k\r\nRoomtone-Producer: p\r\n"), "400"},
                    Limit{"producer_alone", post("a", "Roomtone-Producer: p\r\n"), "400"},
                    Limit{"sequence_twice",
                          post("a", "Roomtone-Producer: p\r\nRoomtone-Sequence: 1\r\nRoomtone-Sequence: 1\r\n"), "400"},
                    Limit{"sequence_with_a_sign", produced("p", "1", "+1"), "400"},
                    Limit{"sequence_in_hexadecimal", produced("p", "1", "0x1"), "400"},
                    Limit{"producer_with_a_space", produced("p q", "1", "1"), "400"}),
    [](const auto& row) { return row.param.name; });

// What different servers read differently is what smuggling past a proxy lives on: all of it ends the connection.
struct Smuggled {
  const char* name;
  std::string headers;
  std::string body;
};
class Smuggling : public testing::TestWithParam<Smuggled> {};
TEST_P(Smuggling, IsRefusedAndTheSecondRequestNeverSeen) {
  Fixture fixture;
  const auto& [name, headers, body] = GetParam();
  fixture.client.send("POST /v1/messages HTTP/1.1\r\n" + headers + "\r\n" + body +
                      "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nsmuggled\n");
  EXPECT_THAT(fixture.response(), StartsWith("HTTP/1.1 400 "));
  std::string rest;
  for (std::string more = "x"; !more.empty(); rest += more) more = fixture.client.receive();
  EXPECT_EQ(rest, "");
  EXPECT_EQ(fixture.receiver.queue.size(), 0u);
}
const std::string kHost = "Host: localhost\r\n";
INSTANTIATE_TEST_SUITE_P(
    HttpOnce, Smuggling,
    testing::Values(
        Smuggled{"length_and_chunked", kHost + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"},
        Smuggled{"chunked_and_length", kHost + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"},
        Smuggled{"two_lengths", kHost + "Content-Length: 2\r\nContent-Length: 3\r\n", "a\n"},
        Smuggled{"length_list", kHost + "Content-Length: 2, 3\r\n", "a\n"},
        Smuggled{"length_with_a_sign", kHost + "Content-Length: +2\r\n", "a\n"},
        Smuggled{"length_in_hexadecimal", kHost + "Content-Length: 0x2\r\n", "a\n"},
        Smuggled{"length_too_large", kHost + "Content-Length: 18446744073709551617\r\n", "a\n"},
        Smuggled{"space_before_the_colon", kHost + "Content-Length : 2\r\n", "a\n"},
        Smuggled{"folded", kHost + "Content-Length:\r\n 2\r\n", "a\n"},
        Smuggled{"chunk_size_that_is_none", kHost + "Transfer-Encoding: chunked\r\n", "g\r\na\r\n0\r\n\r\n"},
        Smuggled{"chunk_size_too_large", kHost + "Transfer-Encoding: chunked\r\n",
                 "10000000000000000\r\na\r\n0\r\n\r\n"},
        Smuggled{"bare_line_feeds", "Host: localhost\nContent-Length: 2\n", "a\n"},
        Smuggled{"zero_in_a_header", kHost + std::string("X: a\0b\r\n", 8) + "Content-Length: 2\r\n", "a\n"},
        Smuggled{"two_hosts", kHost + kHost + "Content-Length: 2\r\n", "a\n"}),
    [](const auto& row) { return row.param.name; });

HttpSourceOptions with_token() {
  HttpSourceOptions options = any_port();
  options.reach.tokens = {{"one", sha256("right")}};
  return options;
}

struct Sender {
  const char* name;
  const char* host;
  const char* origin;
  const char* authorization;
  const char* status;  // 200: taken
};
class Matrix : public testing::TestWithParam<Sender> {};
TEST_P(Matrix, HostThenOriginThenTokenDecide) {
  Fixture fixture(with_token());
  const auto& [name, host, origin, authorization, status] = GetParam();
  std::string headers = "Host: " + std::string(host) + "\r\nContent-Length: 2\r\n";
  if (*origin != '\0') headers += "Origin: " + std::string(origin) + "\r\n";
  if (*authorization != '\0') headers += "Authorization: " + std::string(authorization) + "\r\n";
  fixture.client.send("POST /v1/messages HTTP/1.1\r\n" + headers + "\r\na\n");
  if (std::string_view(status) == "200") fixture.commit(fixture.receiver.take(), 1);
  EXPECT_THAT(fixture.response(), StartsWith("HTTP/1.1 " + std::string(status) + " "));
}
INSTANTIATE_TEST_SUITE_P(
    HttpOnce, Matrix,
    testing::Values(Sender{"ours_and_right", "localhost", "", "Bearer right", "200"},
                    Sender{"ours_and_wrong", "localhost", "", "Bearer wrong", "401"},
                    Sender{"ours_and_none", "localhost", "", "", "401"},
                    Sender{"ours_and_basic", "localhost", "", "Basic cmlnaHQ=", "401"},
                    Sender{"our_page_and_right", "localhost:80", "http://localhost:80", "Bearer right", "200"},
                    Sender{"our_page_and_wrong", "localhost:80", "http://localhost:80", "Bearer wrong", "401"},
                    Sender{"foreign_page_and_right", "localhost", "https://evil.example", "Bearer right", "403"},
                    Sender{"foreign_page_and_none", "localhost", "https://evil.example", "", "403"},
                    Sender{"foreign_host_and_right", "evil.example", "", "Bearer right", "403"},
                    Sender{"foreign_host_and_page", "evil.example", "https://evil.example", "Bearer right", "403"}),
    [](const auto& row) { return row.param.name; });

TEST(HttpOnce, TwoAuthorizationHeadersAreNoToken) {
  Fixture fixture(with_token());
  EXPECT_THAT(fixture.exchange(post("a", "Authorization: Bearer right\r\nAuthorization: Bearer right\r\n")),
              AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("WWW-Authenticate: Bearer\r\n")));
}

TEST(HttpOnce, WrongTokensAreCountedAndThenNotHeard) {
  Fixture fixture(with_token());
  const auto attempt = [&fixture](const char* token) {
    const SocketClient client(port_of(fixture.source->describe()));
    client.send(post("a", "Authorization: Bearer " + std::string(token) + "\r\n"));
    return Fixture::response_of(client).substr(9, 3);
  };
  for (std::size_t i = 0; i < limits::kWrongTokens; ++i) EXPECT_EQ(attempt("wrong"), "401");
  EXPECT_EQ(attempt("right"), "429");
  EXPECT_EQ(fixture.receiver.outlet.status().refused_tokens, limits::kWrongTokens);
  EXPECT_EQ(fixture.receiver.outlet.status().limited_peers, 1u);
}

TEST(HttpOnce, WithTokensItMayListenForOtherMachines) {
  HttpSourceOptions options = with_token();
  options.listen.host = "0.0.0.0";
  EXPECT_TRUE(HttpSource::open(options).has_value());
}

}  // namespace
}  // namespace roomtone::ingest
