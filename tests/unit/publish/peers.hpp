#pragma once

#include <gtest/gtest.h>
#include <zmq.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "publish/feed.hpp"
#include "publish/socket.hpp"

namespace roomtone::publish {

/// Far beyond what any of these tests needs: it is there so that a broken one ends.
inline constexpr std::chrono::seconds kPatience{20};

using Frames = std::vector<std::string>;

/// The next message; no frames when none comes within `patience`.
inline Frames receive(Socket& socket, std::chrono::milliseconds patience = kPatience) {
  zmq_pollitem_t item{socket.handle(), 0, ZMQ_POLLIN, 0};
  Frames frames;
  if (zmq_poll(&item, 1, static_cast<long>(patience.count())) > 0) (void)socket.receive(frames);
  return frames;
}

inline void send(Socket& socket, const Frames& frames) {
  const std::vector<std::string_view> views(frames.begin(), frames.end());
  ASSERT_EQ(socket.send(views), Sent::yes);
}

/// A feed on ports the system chose, with its thread, and whatever peers a test connects to it.
class RunningFeed {
 public:
  explicit RunningFeed(FeedOptions options = default_options()) {
    options.publish_endpoint = "tcp://127.0.0.1:*";
    options.query_endpoint = "tcp://127.0.0.1:0";
    feed_ = Feed::open(std::move(options), clock_).value();
    thread_ = std::jthread([this](std::stop_token stop) { feed_->run(std::move(stop)); });
  }

  static FeedOptions default_options() {
    FeedOptions options{};
    options.keys_max = 100'000;
    options.epoch = 9;
    return options;
  }

  Feed& operator*() { return *feed_; }
  Feed* operator->() { return feed_.get(); }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }

  void offer(std::vector<Update> updates) { ASSERT_TRUE(feed_->offer(std::move(updates))); }
  void offer(Update update) {
    std::vector<Update> updates;
    updates.push_back(std::move(update));
    offer(std::move(updates));
  }

  /// Subscribed, and known to be: a heartbeat has arrived behind the subscription. `hwm` of 0 is no limit.
  std::unique_ptr<Socket> subscriber(std::string_view prefix, int hwm = 0) {
    auto socket = std::make_unique<Socket>(context_, ZMQ_SUB);
    socket->set(ZMQ_RCVHWM, hwm);
    socket->set(ZMQ_SNDHWM, 0);  // of subscriptions: on top of it libzmq loses them in silence
    socket->set(ZMQ_LINGER, 0);
    EXPECT_TRUE(socket->connect(feed_->publish_endpoint()));
    socket->set(ZMQ_SUBSCRIBE, prefix);
    socket->set(ZMQ_SUBSCRIBE, std::string_view("/hb/"));
    Frames frames;
    do {
      frames = receive(*socket);
      EXPECT_FALSE(frames.empty()) << "no heartbeat";
    } while (!frames.empty() && frames[0] != "/hb/");
    socket->set(ZMQ_UNSUBSCRIBE, std::string_view("/hb/"));
    return socket;
  }

  std::unique_ptr<Socket> peer(int type = ZMQ_DEALER) {
    auto socket = std::make_unique<Socket>(context_, type);
    socket->set(ZMQ_LINGER, 0);
    socket->set(ZMQ_RCVHWM, 0);
    EXPECT_TRUE(socket->connect(feed_->query_endpoint()));
    return socket;
  }

  [[nodiscard]] const Context& context() const { return context_; }

 private:
  AnchoredClock clock_;
  Context context_;
  std::unique_ptr<Feed> feed_;
  std::jthread thread_;
};

}  // namespace roomtone::publish
