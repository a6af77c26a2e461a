#include "cli/watch.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "publish/feed.hpp"

namespace roomtone::cli {
namespace {

/// A real feed on ports that the system chose, with one room in it.
class Watch : public testing::Test {
 protected:
  Watch() {
    publish::FeedOptions options{};
    options.publish_endpoint = "tcp://127.0.0.1:*";
    options.query_endpoint = "tcp://127.0.0.1:*";
    options.keys_max = 100;
    options.epoch = 5;
    auto opened = publish::Feed::open(std::move(options), clock_);
    if (!opened) throw std::runtime_error(opened.error().context);
    feed_ = std::move(*opened);
    options_.publish_endpoint = feed_->publish_endpoint();
    options_.query_endpoint = feed_->query_endpoint();
    options_.prefix = "/a/";
    thread_ = std::jthread([this](const std::stop_token& stop) { feed_->run(stop); });
    std::vector<Update> updates(2);
    updates[0].atmosphere = atmosphere(WindowSize::minute);
    updates[1].atmosphere = atmosphere(WindowSize::hour);
    for (std::size_t i = 0; i < updates.size(); ++i) {
      updates[i].key_seq = 1;
      updates[i].global_seq = i + 1;
    }
    EXPECT_TRUE(feed_->offer(std::move(updates)));
  }

  Atmosphere atmosphere(WindowSize window) const {
    Atmosphere out;
    out.key = "t/derby";
    out.window = window;
    out.end = floor_to(clock_.wall(), std::chrono::seconds(60));
    out.start = out.end - spec_of(window).size;
    out.figures.n = 42;
    out.rate_per_min = 42;
    out.scorer = "test-1";
    return out;
  }

  class Kept final : public Output {
   public:
    Result<bool> write(std::string_view lines) override {
      bytes.append(lines);
      return false;  // the first piece is enough
    }
    Result<void> finish() override { return {}; }
    std::string bytes;
  };

  AnchoredClock clock_;
  std::unique_ptr<publish::Feed> feed_;
  std::jthread thread_;
  WatchOptions options_{.publish_endpoint = {},
                        .query_endpoint = {},
                        .prefix = {},
                        .window = WindowSize::minute,
                        .time = std::chrono::seconds(20),
                        .once = false,
                        .json = false,
                        .colour = false,
                        .unicode = false};
  Kept kept_;
};

TEST_F(Watch, WritesALineForEachRoomOfTheChosenWindow) {
  ASSERT_TRUE(watch_lines(options_, kept_, clock_, [] { return false; }));
  EXPECT_NE(kept_.bytes.find(" t/derby 60s partial "), std::string::npos) << kept_.bytes;
  EXPECT_EQ(kept_.bytes.find(" 3600s "), std::string::npos) << kept_.bytes;
}

TEST_F(Watch, OnceShowsTheTableOfWhatIsThereNow) {
  options_.once = true;
  ASSERT_TRUE(watch_lines(options_, kept_, clock_, [] { return false; }));
  EXPECT_NE(kept_.bytes.find("\nt/derby "), std::string::npos) << kept_.bytes;
}

TEST_F(Watch, JsonWritesObjects) {
  options_.json = true;
  ASSERT_TRUE(watch_lines(options_, kept_, clock_, [] { return false; }));
  EXPECT_TRUE(kept_.bytes.starts_with(R"({"key":"t/derby","window":"60s")")) << kept_.bytes;
}

TEST_F(Watch, EndsWhenItIsToldToStop) {
  options_.prefix = "/a/t/nobody/";
  EXPECT_TRUE(watch_lines(options_, kept_, clock_, [] { return true; }));
  EXPECT_EQ(kept_.bytes, "");
}

TEST(WatchArguments, APrefixIsTakenAsPeopleWriteIt) {
  for (const char* text : {"t/derby", "t/derby/", "/a/t/derby/"}) EXPECT_EQ(*feed_prefix(text), "/a/t/derby/") << text;
  EXPECT_EQ(*feed_prefix(""), "/a/");
  EXPECT_EQ(*feed_prefix("t/"), "/a/t/");
}
TEST(WatchArguments, WhatIsNoKeyIsRefused) {
  ASSERT_FALSE(feed_prefix("T/Derby"));
  EXPECT_EQ(feed_prefix("T/Derby").error().code, ErrorCode::invalid_argument);
}
TEST(WatchArguments, WindowsGoByTheirSize) {
  EXPECT_EQ(window_of("60s"), WindowSize::minute);
  EXPECT_EQ(window_of("5m"), WindowSize::five_minutes);
  EXPECT_EQ(window_of("1h"), WindowSize::hour);
  EXPECT_EQ(window_of("1d"), WindowSize::day);
  EXPECT_EQ(window_of("61s"), std::nullopt);
  EXPECT_EQ(window_of("soon"), std::nullopt);
}

}  // namespace
}  // namespace roomtone::cli
