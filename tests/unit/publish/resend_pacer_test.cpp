#include "publish/resend_pacer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace roomtone::publish {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Mono at(std::chrono::milliseconds time) { return Mono(time); }

TEST(ResendPacer, TheFirstWhoAsksIsServedAtOnce) {
  ResendPacer pacer;
  EXPECT_TRUE(pacer.ask("k", at(0ms)));
  EXPECT_TRUE(pacer.ask("other", at(0ms)));
}

TEST(ResendPacer, WhoAsksWithinThePauseIsServedOnceAtItsEnd) {
  ResendPacer pacer;
  ASSERT_TRUE(pacer.ask("k", at(0ms)));
  EXPECT_FALSE(pacer.ask("k", at(1ms)));
  EXPECT_FALSE(pacer.ask("k", at(249ms)));
  EXPECT_THAT(pacer.take_due(at(249ms)), IsEmpty());
  EXPECT_EQ(pacer.next_due(), at(250ms));
  EXPECT_THAT(pacer.take_due(at(250ms)), ElementsAre("k"));
  EXPECT_THAT(pacer.take_due(at(500ms)), IsEmpty());
}

TEST(ResendPacer, AResendAtTheEndOfAPauseBeginsTheNext) {
  ResendPacer pacer;
  ASSERT_TRUE(pacer.ask("k", at(0ms)));
  ASSERT_FALSE(pacer.ask("k", at(1ms)));
  ASSERT_THAT(pacer.take_due(at(300ms)), ElementsAre("k"));
  EXPECT_FALSE(pacer.ask("k", at(549ms)));
  EXPECT_THAT(pacer.take_due(at(550ms)), ElementsAre("k"));
}

TEST(ResendPacer, ForgetsAKeyThatNobodyAsksForAgain) {
  ResendPacer pacer;
  ASSERT_TRUE(pacer.ask("k", at(0ms)));
  EXPECT_THAT(pacer.take_due(at(250ms)), IsEmpty());
  EXPECT_EQ(pacer.next_due(), std::nullopt);
  EXPECT_TRUE(pacer.ask("k", at(250ms)));
}

}  // namespace
}  // namespace roomtone::publish
