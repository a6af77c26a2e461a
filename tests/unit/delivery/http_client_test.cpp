#include "delivery/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "net/tls.hpp"

namespace roomtone::delivery {
namespace {

using boost::asio::ip::tcp;
using testing::HasSubstr;
using Endpoints = net::HostLookup::Endpoints;

tcp::endpoint somewhere(const std::string& address, uint16_t port) {
  return {boost::asio::ip::make_address(address), port};
}

/// Answers the first request that comes, on 127.0.0.1, and is at an end then.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::jthread([this, text = std::move(answer)] {
      boost::system::error_code error;
      tcp::socket peer = acceptor_.accept(error);
      if (error) return;
      boost::asio::streambuf request;
      boost::asio::read_until(peer, request, "\r\n\r\n", error);
      asked_ = !error;
      boost::asio::write(peer, boost::asio::buffer(text), error);
    });
  }
  ~OneAnswer() {
    // One more connection wakes a server that nobody has asked.
    boost::system::error_code ignored;
    tcp::socket(io_).connect(somewhere("127.0.0.1", port()), ignored);
  }
  [[nodiscard]] uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] bool asked() {
    if (thread_.joinable()) thread_.join();
    return asked_;
  }

 private:
  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  bool asked_ = false;
  std::jthread thread_;
};

constexpr const char* kFine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string asked(HttpClient::Options options, const std::string& url, net::HostLookup::Resolve resolve) {
  boost::asio::io_context io;
  auto trusted = net::trust({}).value();
  HttpClient client(io, trusted, parse_http_url(url).value(), std::move(options), std::move(resolve));
  auto answer =
      boost::asio::co_spawn(io, client.exchange({.target = "/", .headers = {}, .body = "{}"}), boost::asio::use_future);
  io.run();
  const auto result = answer.get();
  return result ? std::to_string(result->status) + " " + result->body : result.error().context;
}

AddressRules only_loopback() { return AddressRules({parse_network("127.0.0.1").value()}); }

// A name whose owner answers differently the second time leads nowhere else: there is no second time.
TEST(HttpClient, ConnectsToTheAddressThatWasJudgedAndAsksNoMore) {
  OneAnswer good(kFine);
  OneAnswer other(kFine);
  int lookups = 0;
  const auto rebinding = [&](const std::string&, uint16_t) -> Result<Endpoints> {
    return Endpoints{++lookups == 1 ? somewhere("127.0.0.1", good.port()) : somewhere("127.0.0.1", other.port())};
  };
  EXPECT_EQ(asked({.rules = only_loopback()}, "http://hooks.example/", rebinding), "200 ok");
  EXPECT_EQ(lookups, 1);
  EXPECT_TRUE(good.asked());
}

TEST(HttpClient, OfSeveralAddressesThoseThatAreForbiddenAreLeftOut) {
  OneAnswer good(kFine);
  const auto mixed = [&](const std::string&, uint16_t) -> Result<Endpoints> {
    return Endpoints{somewhere("127.0.0.2", good.port()), somewhere("10.0.0.1", 80), somewhere("::1", good.port()),
                     somewhere("127.0.0.1", good.port())};
  };
  EXPECT_EQ(asked({.rules = only_loopback()}, "http://hooks.example/", mixed), "200 ok");
}

TEST(HttpClient, SaysWhyNoAddressWillDo) {
  const auto lead_to = [](const std::string& address) {
    return [address](const std::string&, uint16_t port) -> Result<Endpoints> {
      return Endpoints{somewhere(address, port)};
    };
  };
  EXPECT_EQ(asked({.rules = AddressRules({})}, "https://hooks.example/canary", lead_to("169.254.169.254")),
            "https://hooks.example: not connected: 169.254.169.254 is link-local, which nobody has allowed "
            "(allow_networks would)");
  EXPECT_THAT(asked({.rules = AddressRules({})}, "https://hooks.example/", lead_to("::ffff:127.0.0.1")),
              HasSubstr("is loopback"));
  EXPECT_THAT(asked({.rules = AddressRules({})}, "http://hooks.example/", lead_to("1.1.1.1")),
              HasSubstr("expected https://"));
}

TEST(HttpClient, ARedirectIsAnAnswerLikeAnyOther) {
  OneAnswer away("HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n");
  const auto resolve = [&](const std::string&, uint16_t) -> Result<Endpoints> {
    return Endpoints{somewhere("127.0.0.1", away.port())};
  };
  EXPECT_EQ(asked({}, "http://hooks.example/", resolve), "302 ");
}

struct Row {
  const char* what;
  std::string answer;
  const char* outcome;
};

TEST(HttpClient, AnswersThatAreTooLongOrNoneAreFailures) {
  const Row rows[] = {
      {"as long as allowed", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour", "200 four"},
      {"a byte more", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfives", "read the answer: body limit exceeded"},
      {"in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfives\r\n0\r\n\r\n",
       "read the answer: body limit exceeded"},
      {"until the end", "HTTP/1.1 200 OK\r\n\r\nfives", "read the answer: body limit exceeded"},
      {"a long header", "HTTP/1.1 200 OK\r\nX: " + std::string(9000, 'x') + "\r\n\r\n",
       "read the answer: header limit exceeded"},
      {"both lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 4\r\n\r\nfour", "read the answer: "},
      {"no HTTP", "220 mail.example ESMTP\r\n\r\n", "read the answer: bad version"},
      {"half of it", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfo", "read the answer: partial message"},
      {"nothing", "", "read the answer: end of stream"},
  };
  for (const Row& row : rows) {
    OneAnswer server(row.answer);
    const auto resolve = [&](const std::string&, uint16_t) -> Result<Endpoints> {
      return Endpoints{somewhere("127.0.0.1", server.port())};
    };
    EXPECT_THAT(asked({.answer_bytes_max = 4}, "http://hooks.example/", resolve), HasSubstr(row.outcome)) << row.what;
  }
}

TEST(HttpClient, AllOfItTogetherEndsInTime) {
  boost::asio::io_context io;
  tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
  const auto resolve = [&](const std::string&, uint16_t) -> Result<Endpoints> {
    return Endpoints{silent.local_endpoint()};
  };
  EXPECT_THAT(asked({.time = std::chrono::milliseconds(20)}, "http://hooks.example/", resolve),
              HasSubstr("no answer in time"));
}

}  // namespace
}  // namespace roomtone::delivery
