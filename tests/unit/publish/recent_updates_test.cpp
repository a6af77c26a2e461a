#include "publish/recent_updates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace roomtone::publish {
namespace {

using testing::ElementsAre;
using testing::Optional;

Header numbered(uint64_t key_seq) { return {.key_seq = key_seq}; }

/// The key sequences that are kept from there on.
std::optional<std::vector<uint64_t>> kept(const RecentUpdates& recent, std::string_view key, uint64_t from) {
  const auto updates = recent.since(key, from);
  if (!updates) return std::nullopt;
  std::vector<uint64_t> seqs;
  for (const SentUpdate* update : *updates) seqs.push_back(update->header.key_seq);
  return seqs;
}

TEST(RecentUpdates, GiveTheUpdatesOfOneKeyInOrder) {
  RecentUpdates recent(1u << 20);
  for (uint64_t seq = 5; seq <= 7; ++seq) {
    recent.add("/a/t/a/60s/", numbered(seq), "a" + std::to_string(seq));
    recent.add("/a/t/b/60s/", numbered(seq + 10), "b");
  }
  EXPECT_THAT(kept(recent, "/a/t/a/60s/", 6), Optional(ElementsAre(6, 7)));
  EXPECT_EQ(recent.since("/a/t/a/60s/", 5)->front()->body, "a5");
}

TEST(RecentUpdates, WithoutTheFirstThereIsNothing) {
  RecentUpdates recent(1u << 20);
  recent.add("/a/t/a/60s/", numbered(5), "");
  EXPECT_EQ(kept(recent, "/a/t/a/60s/", 4), std::nullopt);
  EXPECT_EQ(kept(recent, "/a/t/b/60s/", 1), std::nullopt);
}

TEST(RecentUpdates, TheOldestOfAnyKeyMakesRoomForTheNewest) {
  RecentUpdates recent(2500);
  const std::string body(900, 'x');
  recent.add("/a/t/a/60s/", numbered(1), body);
  recent.add("/a/t/a/60s/", numbered(2), body);
  recent.add("/a/t/b/60s/", numbered(1), body);
  EXPECT_EQ(kept(recent, "/a/t/a/60s/", 1), std::nullopt);
  EXPECT_THAT(kept(recent, "/a/t/a/60s/", 2), Optional(ElementsAre(2)));
  recent.add("/a/t/b/60s/", numbered(2), body);
  EXPECT_EQ(kept(recent, "/a/t/a/60s/", 2), std::nullopt);
  EXPECT_THAT(kept(recent, "/a/t/b/60s/", 1), Optional(ElementsAre(1, 2)));
}

TEST(RecentUpdates, StayWithinTheirMemory) {
  RecentUpdates recent(10'000);
  for (uint64_t seq = 1; seq <= 1000; ++seq) {
    recent.add("/a/t/" + std::to_string(seq % 7) + "/60s/", numbered(seq / 7 + 1), std::string(seq, 'x'));
    ASSERT_LE(recent.bytes(), 10'000u);
  }
}

// Nobody must take the updates before and after a hole for all of them.
TEST(RecentUpdates, WhatIsBeforeAHoleIsNotGiven) {
  RecentUpdates recent(1u << 20);
  for (const uint64_t seq : {1, 2, 5, 6}) recent.add("/a/t/a/60s/", numbered(seq), "");
  EXPECT_EQ(kept(recent, "/a/t/a/60s/", 1), std::nullopt);
  EXPECT_EQ(kept(recent, "/a/t/a/60s/", 3), std::nullopt);
  EXPECT_THAT(kept(recent, "/a/t/a/60s/", 5), Optional(ElementsAre(5, 6)));
}

TEST(RecentUpdates, WithoutMemoryKeepNothing) {
  RecentUpdates recent(0);
  recent.add("/a/t/a/60s/", numbered(1), "");
  EXPECT_EQ(kept(recent, "/a/t/a/60s/", 1), std::nullopt);
  EXPECT_EQ(recent.bytes(), 0u);
}

}  // namespace
}  // namespace roomtone::publish
