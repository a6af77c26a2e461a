#include "delivery/deliverer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <mutex>
#include <thread>

#include "unit/delivery/sample_alert.hpp"

namespace roomtone::delivery {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

/// Takes every request, on 127.0.0.1, and counts the alerts in them.
class Taker {
 public:
  Taker() : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) take();
    });
  }
  ~Taker() {
    thread_.request_stop();
    boost::system::error_code ignored;
    tcp::socket(io_).connect(acceptor_.local_endpoint(), ignored);  // wakes it
  }
  [[nodiscard]] HttpUrl url() const {
    return parse_http_url("http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port())).value();
  }
  [[nodiscard]] bool has(const std::string& text) {
    const std::lock_guard lock(mutex_);
    return seen_.find(text) != seen_.npos;
  }

 private:
  void take() {
    boost::system::error_code error;
    tcp::socket peer(io_);
    acceptor_.accept(peer, error);
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    if (!error) http::read(peer, buffer, request, error);
    if (error) return;
    {
      const std::lock_guard lock(mutex_);
      seen_ += request.body();
    }
    http::response<http::empty_body> answer(http::status::ok, 11);
    answer.prepare_payload();
    http::write(peer, answer, error);
  }

  boost::asio::io_context io_;
  tcp::acceptor acceptor_;
  std::mutex mutex_;
  std::string seen_;
  std::jthread thread_;
};

/// A port of 127.0.0.1 that nobody listens at.
HttpUrl nobody() {
  boost::asio::io_context io;
  tcp::acceptor gone(io, {boost::asio::ip::address_v4::loopback(), 0});
  return parse_http_url("http://127.0.0.1:" + std::to_string(gone.local_endpoint().port())).value();
}

class Running {
 public:
  explicit Running(DeliveryOptions options)
      : deliverer(Deliverer::open(std::move(options), clock_, log_).value()),
        thread_([this](const std::stop_token& stop) { deliverer->run(stop); }) {}

 private:
  AnchoredClock clock_;
  Log log_{stderr, LogLevel::error, clock_};

 public:
  std::unique_ptr<Deliverer> deliverer;

 private:
  std::jthread thread_;
};

Alert numbered(int number) { return sample_alert("t/n" + std::to_string(number)); }

TEST(Deliverer, HandsOnWhatSeveralThreadsBringWhileAnotherReceiverIsDown) {
  Taker taker;
  DeliveryOptions options;
  options.alertmanagers = {{.url = nobody(), .text = {"here", "", ""}}, {.url = taker.url(), .text = {"here", "", ""}}};
  options.webhooks.push_back({.name = "h",
                              .url = taker.url(),
                              .key = SigningKey::parse("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX").value(),
                              .allow_networks = {parse_network("127.0.0.1").value()},
                              .instance = "here"});
  Running running(std::move(options));
  constexpr int kAlerts = 20;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&running, t] {
        for (int i = t; i < kAlerts; i += 2) running.deliverer->update({numbered(i)});
      });
    }
  }
  for (int i = 0; i < kAlerts; ++i) {
    const std::string room = "t/n" + std::to_string(i) + "\"";
    while (!taker.has("\"room\":\"" + room) || !taker.has("\"subject\":\"" + room)) std::this_thread::yield();
  }
  while (running.deliverer->samples()[2].accepted < kAlerts || running.deliverer->samples()[0].failed == 0)
    std::this_thread::yield();
  const auto samples = running.deliverer->samples();
  EXPECT_EQ(samples[0].accepted, 0u);
  EXPECT_GE(samples[1].accepted, 1u);
  EXPECT_EQ(samples[1].waiting, static_cast<uint64_t>(kAlerts));
  EXPECT_EQ(samples[2].accepted, static_cast<uint64_t>(kAlerts));
}

TEST(Deliverer, TakesNoMoreThanItsLimitBeforeItRuns) {
  AnchoredClock clock;
  Log log(stderr, LogLevel::error, clock);
  DeliveryOptions options;
  options.alertmanagers = {{.url = nobody(), .text = {"here", "", ""}}};
  options.pending_max = 2;
  const auto deliverer = Deliverer::open(std::move(options), clock, log).value();
  deliverer->update({numbered(0), numbered(1), numbered(2), numbered(0)});
  EXPECT_EQ(deliverer->samples()[0].dropped, 1u);
}

TEST(Deliverer, StopsAtOnceWhileNobodyAnswers) {
  boost::asio::io_context io;
  const tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
  DeliveryOptions options;
  options.alertmanagers = {
      {.url = parse_http_url("http://127.0.0.1:" + std::to_string(silent.local_endpoint().port())).value(),
       .text = {"here", "", ""},
       .time = std::chrono::hours(1)}};
  Running running(std::move(options));
  running.deliverer->update({numbered(0)});
}

TEST(Deliverer, ACertificateFileThatIsNoneIsRefused) {
  AnchoredClock clock;
  Log log(stderr, LogLevel::error, clock);
  DeliveryOptions options;
  options.alertmanagers = {{.url = nobody(), .ca_file = "/dev/null", .text = {"here", "", ""}}};
  EXPECT_FALSE(Deliverer::open(std::move(options), clock, log));
}

}  // namespace
}  // namespace roomtone::delivery
