#include "publish/subscriptions.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "publish/feed_key.hpp"

namespace roomtone::publish {
namespace {

/// Connections 4 and 5 are open; nothing is subscribed.
class SubscriptionsTest : public testing::Test {
 protected:
  SubscriptionsTest() {
    subscriptions_.opened(4);
    subscriptions_.opened(5);
  }
  Admission subscribe(int connection, std::string_view prefix, const char* user = "") {
    return subscriptions_.subscribe({connection, user}, prefix, cache_);
  }
  [[nodiscard]] bool checked(const std::string& prefix) const { return sums_.sums().contains(prefix); }

  LastValueCache cache_{10};
  PrefixSums sums_{100};
  AllowList allowed_;
  Subscriptions subscriptions_{sums_, allowed_};
};

TEST_F(SubscriptionsTest, APrefixIsCheckedUntilItsLastHolderLeaves) {
  EXPECT_EQ(subscribe(4, "/a/"), Admission::admitted);
  EXPECT_EQ(subscribe(5, "/a/"), Admission::admitted);
  EXPECT_TRUE(checked("/a/"));
  subscriptions_.closed(4);
  EXPECT_TRUE(checked("/a/"));
  EXPECT_TRUE(subscriptions_.cancel(5, "/a/"));
  EXPECT_FALSE(checked("/a/"));
}

TEST_F(SubscriptionsTest, AskingTwiceHoldsOnce) {
  EXPECT_EQ(subscribe(4, "/a/"), Admission::admitted);
  EXPECT_EQ(subscribe(4, "/a/"), Admission::admitted);
  subscriptions_.closed(4);
  EXPECT_FALSE(checked("/a/"));
}

TEST_F(SubscriptionsTest, NobodyCancelsForAnother) {
  EXPECT_EQ(subscribe(4, "/a/"), Admission::admitted);
  EXPECT_FALSE(subscriptions_.cancel(5, "/a/"));
  EXPECT_FALSE(subscriptions_.cancel(-1, "/a/"));
  EXPECT_TRUE(checked("/a/"));
}

TEST_F(SubscriptionsTest, OfAConnectionThatHasClosedAreNotAdmitted) {
  subscriptions_.closed(4);
  EXPECT_EQ(subscribe(4, "/a/"), Admission::gone);
  EXPECT_FALSE(checked("/a/"));
}

TEST_F(SubscriptionsTest, HaveALengthLimit) {
  EXPECT_EQ(subscribe(4, std::string(kPrefixBytes, 'a')), Admission::admitted);
  EXPECT_EQ(subscribe(4, std::string(kPrefixBytes + 1, 'a')), Admission::too_long);
}

TEST_F(SubscriptionsTest, HaveALimitForEachConnection) {
  for (std::size_t i = 0; i < kSubscriptionsPerConnection; ++i)
    ASSERT_EQ(subscribe(4, fmt::format("/a/t/{}/", i)), Admission::admitted);
  EXPECT_EQ(subscribe(4, "/a/t/more/"), Admission::too_many);
  EXPECT_EQ(subscribe(5, "/a/t/more/"), Admission::admitted);
  EXPECT_EQ(subscribe(4, "/a/t/0/"), Admission::admitted) << "it holds this one";
  EXPECT_TRUE(subscriptions_.cancel(4, "/a/t/0/"));
  EXPECT_EQ(subscribe(4, "/a/t/more/"), Admission::admitted);
}

TEST_F(SubscriptionsTest, BeyondThePermissionAreForbiddenAndNotChecked) {
  allowed_ = AllowList({{"wall", "key", {"/a/t/derby/"}}});
  EXPECT_EQ(subscribe(4, "/a/", "wall"), Admission::forbidden);
  EXPECT_EQ(subscribe(4, "", "wall"), Admission::forbidden);
  EXPECT_FALSE(checked("/a/"));
  EXPECT_EQ(subscribe(4, "/a/t/derby/", "wall"), Admission::admitted);
}

TEST_F(SubscriptionsTest, ConnectionsAreCounted) {
  EXPECT_EQ(subscriptions_.connections(), 2u);
  subscriptions_.closed(4);
  EXPECT_EQ(subscriptions_.connections(), 1u);
}

}  // namespace
}  // namespace roomtone::publish
