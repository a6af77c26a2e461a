// The promise that a reader is never without a heartbeat for more than a second, on the test's own clock.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "publish/feed.hpp"
#include "publish/header.hpp"
#include "unit/publish/peers.hpp"
#include "unit/publish/sample_atmosphere.hpp"

namespace roomtone::publish {
namespace {

constexpr std::chrono::microseconds kMinute = std::chrono::minutes(1);

/// A feed whose turns a test takes itself, on a clock that moves only when told, and a subscriber of /hb/.
class TurnByTurn {
 public:
  TurnByTurn() : feed_(open(clock_)), subscriber_(context_, ZMQ_SUB) {
    subscriber_.set(ZMQ_RCVHWM, 0);
    subscriber_.set(ZMQ_LINGER, 0);
    EXPECT_TRUE(subscriber_.connect(feed_->publish_endpoint()));
    subscriber_.set(ZMQ_SUBSCRIBE, std::string_view("/hb/"));
    // Until the subscription has come through, turns wait for it; the clock stands still.
    while (!has_message()) {
      feed_->turn(10ms);
      clock_.advance(50ms);
    }
    drain();
  }

  void turn(std::chrono::microseconds length) {
    clock_.advance(length);
    feed_->turn(0ms);
    if (has_message()) drain();
  }
  void offer(std::vector<Update> updates) { ASSERT_TRUE(feed_->offer(std::move(updates))); }

  /// When each heartbeat that has been received was published. Waits until as many have arrived as were sent.
  const std::vector<Instant>& heartbeats() {
    while (published_.size() < feed_->counters().heartbeats - missed_) {
      EXPECT_TRUE(has_message(kPatience));
      drain();
    }
    return published_;
  }
  std::chrono::microseconds longest_gap() {
    std::chrono::microseconds longest{0};
    const auto& at = heartbeats();
    for (std::size_t i = 1; i < at.size(); ++i) longest = std::max(longest, at[i] - at[i - 1]);
    return longest;
  }

 private:
  static std::unique_ptr<Feed> open(const Clock& clock) {
    FeedOptions options = RunningFeed::default_options();
    options.publish_endpoint = "tcp://127.0.0.1:*";
    options.query_endpoint = "tcp://127.0.0.1:*";
    return Feed::open(std::move(options), clock).value();
  }
  bool has_message(std::chrono::milliseconds patience = 0ms) {
    zmq_pollitem_t item{subscriber_.handle(), 0, ZMQ_POLLIN, 0};
    return zmq_poll(&item, 1, static_cast<long>(patience.count())) > 0;
  }
  void drain() {
    Frames frames;
    while (subscriber_.receive(frames)) published_.push_back(decode_header(frames.at(1)).value().publish_time);
    // Those before the subscription took effect never come.
    if (missed_ == 0) missed_ = feed_->counters().heartbeats - published_.size();
  }

  ManualClock clock_{instant_of_micros(1'783'176'600'000'000)};
  std::unique_ptr<Feed> feed_;
  Context context_;
  Socket subscriber_;
  std::vector<Instant> published_;
  uint64_t missed_ = 0;
};

TEST(FeedHeartbeat, ComesAtMostASecondApartWhenTurnsTakeUpToATenth) {
  TurnByTurn feed;
  std::mt19937 random(7);
  std::uniform_int_distribution<int> length_ms(1, 100);
  for (std::chrono::milliseconds passed{0}; passed < 5 * kMinute;) {
    const std::chrono::milliseconds length(length_ms(random));
    feed.turn(length);
    passed += length;
  }
  EXPECT_GE(feed.heartbeats().size(), 300u);
  EXPECT_LE(feed.longest_gap(), 1s);
}

// Shows that the test above is able to fail.
TEST(FeedHeartbeat, IsLateWhenATurnTakesTooLong) {
  TurnByTurn feed;
  for (int i = 0; i < 10; ++i) feed.turn(600ms);
  EXPECT_GT(feed.longest_gap(), 1s);
}

TEST(FeedHeartbeat, IsNotSentMoreOftenThanNeeded) {
  TurnByTurn feed;
  const std::size_t before = feed.heartbeats().size();
  for (int i = 0; i < 6'000; ++i) feed.turn(10ms);
  EXPECT_LE(feed.heartbeats().size() - before, 67u);
}

/// Moves on by a millisecond each time it is asked: a machine on which everything takes its time.
class SlowMachine final : public Clock {
 public:
  [[nodiscard]] Instant wall() const override { return instant_of_micros(1'783'176'600'000'000) + passed_; }
  [[nodiscard]] Mono mono() const override {
    passed_ += 1ms;
    return Mono{} + passed_;
  }

 private:
  mutable std::chrono::microseconds passed_{0};
};

TEST(FeedHeartbeat, DoesNotWaitForTheEndOfALargeBatch) {
  const SlowMachine clock;
  FeedOptions options = RunningFeed::default_options();
  options.publish_endpoint = "tcp://127.0.0.1:*";
  options.query_endpoint = "tcp://127.0.0.1:*";
  const auto feed = Feed::open(std::move(options), clock).value();
  std::vector<Update> updates;
  for (uint64_t i = 1; i <= 20'000; ++i) updates.push_back(update_of("room", i, i));
  ASSERT_TRUE(feed->offer(std::move(updates)));
  const Mono begun = clock.mono();
  feed->turn(0ms);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(clock.mono() - begun).count();
  ASSERT_GE(seconds, 20);
  EXPECT_GE(feed->counters().heartbeats, static_cast<uint64_t>(seconds));
}

}  // namespace
}  // namespace roomtone::publish
