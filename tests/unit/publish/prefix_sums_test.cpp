#include "publish/prefix_sums.hpp"

#include <gtest/gtest.h>

#include <map>

namespace roomtone::publish {
namespace {

/// A cache with two topics whose names begin alike, published 3 and 4 times.
class PrefixSumsTest : public testing::Test {
 protected:
  PrefixSumsTest() {
    put("/a/t/derby/60s/", 3);
    put("/a/t/derby2/60s/", 4);
  }

  void put(std::string_view key, uint64_t key_seq) {
    const CachedValue* before = cache_.find(key);
    const uint64_t seq_before = before == nullptr ? 0 : before->header.key_seq;
    const Kept kept = cache_.apply(key, {.global_seq = ++global_seq_, .key_seq = key_seq}, kNoInstant, "");
    sums_.add(key, kept == Kept::added, key_seq - seq_before);
  }

  LastValueCache cache_{100};
  PrefixSums sums_{3};
  uint64_t global_seq_ = 0;
};

TEST_F(PrefixSumsTest, BeginWithWhatTheCacheHolds) {
  sums_.subscribe("/a/t/derby/", cache_);
  sums_.subscribe("/a/", cache_);
  EXPECT_EQ(sums_.sums().at("/a/t/derby/"), (PrefixSum{1, 3}));
  EXPECT_EQ(sums_.sums().at("/a/"), (PrefixSum{2, 7}));
}

TEST_F(PrefixSumsTest, FollowUpdatesOfOldAndNewKeys) {
  sums_.subscribe("/a/t/derby/", cache_);
  sums_.subscribe("", cache_);
  put("/a/t/derby/60s/", 5);
  put("/a/t/derby/300s/", 1);
  put("/a/t/derby2/60s/", 5);
  EXPECT_EQ(sums_.sums().at("/a/t/derby/"), (PrefixSum{2, 6}));
  EXPECT_EQ(sums_.sums().at(""), (PrefixSum{3, 11}));
}

TEST_F(PrefixSumsTest, AnExactKeyIsAPrefixToo) {
  sums_.subscribe("/a/t/derby/60s/", cache_);
  put("/a/t/derby/60s/", 4);
  EXPECT_EQ(sums_.sums().at("/a/t/derby/60s/"), (PrefixSum{1, 4}));
}

TEST_F(PrefixSumsTest, LeaveOutPrefixesWithoutAtmospheresOrWithoutADelimiter) {
  for (const std::string_view prefix : {"/hb/", "/ctl/", "/a/t/der", "x", "/a/~/"}) sums_.subscribe(prefix, cache_);
  EXPECT_TRUE(sums_.sums().empty());
}

TEST_F(PrefixSumsTest, StopAtTheirLimitAndTakeAnotherWhenOneLeaves) {
  for (const std::string_view prefix : {"/a/t/a/", "/a/t/b/", "/a/t/c/", "/a/t/d/"}) sums_.subscribe(prefix, cache_);
  EXPECT_FALSE(sums_.sums().contains("/a/t/d/"));
  sums_.unsubscribe("/a/t/a/");
  sums_.subscribe("/a/t/d/", cache_);
  EXPECT_TRUE(sums_.sums().contains("/a/t/d/"));
}

}  // namespace
}  // namespace roomtone::publish
