#include "ingest/jetstream_progress.hpp"

#include <gtest/gtest.h>

namespace roomtone::ingest {
namespace {

using namespace std::chrono_literals;

constexpr const char* kEast = "wss://east:443";
constexpr const char* kWest = "wss://west:443";
constexpr Instant kStart = instant_of_micros(1'783'175'888'000'000);

constexpr Instant at(std::chrono::microseconds after) { return kStart + after; }

/// A listener, told what it hears; and its successor after a restart, which knows what a commit kept.
class Listener {
 public:
  explicit Listener(std::size_t recent_max = 1000) : recent_max_(recent_max) { begin(1, std::nullopt); }

  std::optional<Instant> connect(const char* host, bool stalled = false) {
    return progress_->connecting(host, stalled, kStart);
  }
  /// "fresh", "repeat", or "gap" with its seconds.
  std::string hear(uint64_t event, Instant time) {
    const auto judged = progress_->judge({time, event}, at(1h));
    if (judged.gap) return "gap " + std::to_string(judged.gap->length() / 1s);
    return judged.repeat ? "repeat" : "fresh";
  }
  void restart(uint64_t filter = 1) { begin(filter, parse_jetstream_position(encode(progress_->position()))); }
  const JetstreamPosition& position() const { return progress_->position(); }

 private:
  void begin(uint64_t filter, std::optional<JetstreamPosition> stored) {
    const JetstreamProgress::Options options{
        .rewind = 5s, .rewind_other_host = 30s, .filter = filter, .recent_max = recent_max_};
    progress_.emplace(options, std::move(stored));
  }
  const std::size_t recent_max_;
  std::optional<JetstreamProgress> progress_;
};

TEST(JetstreamProgress, BeginsWithThePresent) {
  Listener listener;
  EXPECT_EQ(listener.connect(kEast), std::nullopt);
  EXPECT_EQ(listener.hear(1, at(0s)), "fresh");
}

TEST(JetstreamProgress, ListensFromTheFirstConnectionOnAlsoWhenNothingCameOfThat) {
  Listener listener;
  EXPECT_EQ(listener.connect(kEast), std::nullopt);
  EXPECT_EQ(listener.connect(kWest), kStart);
}

TEST(JetstreamProgress, AsksForAFewSecondsAgainOnTheSameHostAndMoreOnAnotherOrAfterAStall) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(100s)), "fresh");
  EXPECT_EQ(listener.connect(kEast), at(95s));
  EXPECT_EQ(listener.connect(kEast, /*stalled=*/true), at(70s));
  EXPECT_EQ(listener.connect(kWest), at(70s));
}

TEST(JetstreamProgress, WhatComesAgainIsARepeatAndWhatFollowsIsNot) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(1s)), "fresh");
  EXPECT_EQ(listener.hear(2, at(2s)), "fresh");
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(1s)), "repeat");
  EXPECT_EQ(listener.hear(2, at(2s)), "repeat");
  EXPECT_EQ(listener.hear(3, at(3s)), "fresh");
}

TEST(JetstreamProgress, EventsOfOneTimeAreToldApartAfterARestart) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(1s)), "fresh");
  EXPECT_EQ(listener.hear(2, at(2s)), "fresh");
  EXPECT_EQ(listener.hear(3, at(2s)), "fresh");
  listener.restart();
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(1s)), "repeat");
  EXPECT_EQ(listener.hear(2, at(2s)), "repeat");
  EXPECT_EQ(listener.hear(3, at(2s)), "repeat");
  EXPECT_EQ(listener.hear(4, at(2s)), "fresh");
}

TEST(JetstreamProgress, AnotherHostIsKnownByItsEventsNotByItsTimes) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(10s)), "fresh");
  EXPECT_EQ(listener.hear(2, at(11s)), "fresh");
  (void)listener.connect(kWest);
  EXPECT_EQ(listener.hear(1, at(12s)), "repeat");
  EXPECT_EQ(listener.hear(2, at(13s)), "repeat");
  EXPECT_EQ(listener.hear(3, at(14s)), "fresh");
  EXPECT_EQ(listener.position().host, kWest);
}

TEST(JetstreamProgress, WhatOnlyTheOtherHostHadIsFreshThoughOlder) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(10s)), "fresh");
  EXPECT_EQ(listener.hear(2, at(20s)), "fresh");
  (void)listener.connect(kWest);
  EXPECT_EQ(listener.hear(1, at(10s)), "repeat");
  EXPECT_EQ(listener.hear(9, at(15s)), "fresh");
  EXPECT_EQ(listener.position().time, at(20s));
}

// The clamp: a server whose oldest event is younger than the cursor begins there and says nothing.
TEST(JetstreamProgress, AServerThatForgotThePlaceLeavesAGap) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(10s)), "fresh");
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(2, at(70s)), "gap 60");
  EXPECT_EQ(listener.hear(3, at(170s)), "fresh") << "told once";
}

TEST(JetstreamProgress, AGapIsToldAfterARestartToo) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(10s)), "fresh");
  listener.restart();
  (void)listener.connect(kWest);
  EXPECT_EQ(listener.hear(2, at(40s)), "gap 30");
}

// Hours without a word of the few who are listened to: the last event comes again and vouches for what lies between.
TEST(JetstreamProgress, AQuietStreamLeavesNoGap) {
  for (const char* const host : {kEast, kWest}) {
    for (const bool restarted : {false, true}) {
      Listener listener;
      (void)listener.connect(kEast);
      EXPECT_EQ(listener.hear(1, at(10s)), "fresh");
      if (restarted) listener.restart();
      (void)listener.connect(host);
      EXPECT_EQ(listener.hear(1, at(12s)), "repeat");
      EXPECT_EQ(listener.hear(2, at(3h)), "fresh");
    }
  }
}

TEST(JetstreamProgress, AfterARestartOnABusyHostOfOtherTimesNothingIsMissing) {
  Listener listener;
  (void)listener.connect(kEast);
  for (uint64_t event = 0; event < 100; ++event) (void)listener.hear(event, at(event * 1s));
  listener.restart();
  (void)listener.connect(kWest);
  EXPECT_EQ(listener.hear(70, at(71s)), "fresh") << "unknown by now: the room tells that it is a duplicate";
}

// Its clock is behind, so the cursor was the future to it, and it began with the present.
TEST(JetstreamProgress, AHostThatTookTheCursorForTheFutureLeavesAGapUntilNow) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(3000s)), "fresh");
  (void)listener.connect(kWest);
  EXPECT_EQ(listener.hear(2, at(2900s)), "gap 600");
}

TEST(JetstreamProgress, UnderAnotherFilterTheLastEventIsNotWaitedFor) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(10s)), "fresh");
  listener.restart(/*filter=*/2);
  EXPECT_EQ(listener.connect(kEast), at(5s));
  EXPECT_EQ(listener.hear(2, at(100s)), "fresh");
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(3, at(300s)), "gap 200") << "but from then on";
}

TEST(JetstreamProgress, WhatHasNoTimeCountsOnceAndMovesNothing) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(1s)), "fresh");
  EXPECT_EQ(listener.hear(77, kNoInstant), "fresh");
  EXPECT_EQ(listener.hear(2, at(2s)), "fresh");
  listener.restart();
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(1s)), "repeat");
  EXPECT_EQ(listener.hear(77, kNoInstant), "repeat") << "before the place that the store knew of";
  EXPECT_EQ(listener.hear(2, at(2s)), "repeat");
  EXPECT_EQ(listener.hear(78, kNoInstant), "fresh") << "after it";
}

TEST(JetstreamProgress, ATimeFarInTheFutureDoesNotMoveThePosition) {
  Listener listener;
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(1, at(1s)), "fresh");
  EXPECT_EQ(listener.hear(2, at(48h)), "fresh");
  EXPECT_EQ(listener.position().time, at(1s));
}

TEST(JetstreamProgress, KeepsNoMoreEventsOfOneTimeThanItsLimit) {
  Listener listener;
  (void)listener.connect(kEast);
  for (uint64_t event = 0; event < 10 * kAtTimeMax; ++event) (void)listener.hear(event, at(1s));
  EXPECT_EQ(listener.position().at_time.size(), kAtTimeMax);
  EXPECT_EQ(listener.position().at_time.back(), 10 * kAtTimeMax - 1);
  listener.restart();
  (void)listener.connect(kEast);
  EXPECT_EQ(listener.hear(10 * kAtTimeMax - 1, at(1s)), "repeat");
}

TEST(RecentEvents, ForgetsTheOldestWhenItIsFull) {
  RecentEvents recent(3);
  for (const uint64_t event : {1, 2, 3, 2, 4}) recent.add(event);
  EXPECT_FALSE(recent.knows(1));
  for (const uint64_t event : {2, 3, 4}) EXPECT_TRUE(recent.knows(event)) << event;
}

TEST(JetstreamPosition, IsReadAsItWasWritten) {
  const JetstreamPosition position{kEast, at(0s), 0xfedcba9876543210, {1, 0xffffffffffffffff}};
  EXPECT_EQ(encode(position),
            "jetstream 1 time_us=1783175888000000 host=wss://east:443 filter=fedcba9876543210 "
            "events=0000000000000001,ffffffffffffffff");
  EXPECT_EQ(parse_jetstream_position(encode(position)), position);
  const JetstreamPosition no_events{kEast, at(0s), 0, {}};
  EXPECT_EQ(parse_jetstream_position(encode(no_events)), no_events);
}

TEST(JetstreamPosition, IsNothingElse) {
  std::string too_many = "jetstream 1 time_us=1 host=h filter=1 events=";
  for (std::size_t i = 0; i <= kAtTimeMax; ++i) too_many += i == 0 ? "1" : ",1";
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("jetstream 2 time_us=1 host=h filter=1 events="),
        std::string("jetstream 1 time_us=-1 host=h filter=1 events="),
        std::string("jetstream 1 time_us=x host=h filter=1 events="),
        std::string("jetstream 1 host=h time_us=1 filter=1 events="),
        std::string("jetstream 1 time_us=1 host=h filter=1"),
        std::string("jetstream 1 time_us=1 host=h filter=1 events=1,"),
        std::string("jetstream 1 time_us=1 host=h filter=1 events=zz"),
        std::string("jetstream 1 time_us=1 host=h filter=1 events=1 more"), too_many}) {
    EXPECT_EQ(parse_jetstream_position(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace roomtone::ingest
