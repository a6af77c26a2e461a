#include "publish/question.hpp"

#include <gtest/gtest.h>

#include "publish/query.hpp"
#include "unit/publish/peers.hpp"
#include "unit/publish/sample_atmosphere.hpp"

namespace roomtone::publish {
namespace {

class TakeSnapshot : public testing::Test {
 protected:
  /// Keys of which the feed has the newest value once this returns.
  void publish(uint64_t topics) {
    const auto last = feed_.subscriber("/a/room/");
    std::vector<Update> updates;
    for (uint64_t i = 1; i <= topics; ++i) updates.push_back(update_of("t/n" + std::to_string(i), 1, i));
    updates.push_back(update_of("room", 1, topics + 1));
    feed_.offer(std::move(updates));
    ASSERT_FALSE(receive(*last).empty());
  }
  Result<std::vector<SnapshotValue>> take(std::string_view prefix, std::size_t values_max = 100'000) {
    return take_snapshot({.query_endpoint = feed_->query_endpoint()}, prefix, values_max);
  }
  RunningFeed feed_;
};

TEST_F(TakeSnapshot, GivesTheNewestValueOfEveryKeyUnderThePrefix) {
  publish(2);
  const auto values = take("/a/t/");
  ASSERT_TRUE(values) << values.error().context;
  ASSERT_EQ(values->size(), 2u);
  EXPECT_EQ((*values)[0].key, "/a/t/n1/60s/");
  EXPECT_TRUE((*values)[0].body.starts_with("{\"v\":1,")) << (*values)[0].body;
}

TEST_F(TakeSnapshot, GoesOnWhereASliceEnds) {
  publish(2 * kCreditMax + 1);
  EXPECT_EQ(take("/a/")->size(), 2 * kCreditMax + 2);
}

TEST_F(TakeSnapshot, OfNothingIsEmpty) { EXPECT_TRUE(take("/al/")->empty()); }

TEST_F(TakeSnapshot, StopsAtItsLimit) {
  publish(3);
  EXPECT_TRUE(take("/a/", 4));
  EXPECT_EQ(take("/a/", 3).error().code, ErrorCode::unavailable);
}

TEST_F(TakeSnapshot, SaysWhatTheServerDoesNotLike) { EXPECT_EQ(take("a/").error().code, ErrorCode::invalid_argument); }

}  // namespace
}  // namespace roomtone::publish
