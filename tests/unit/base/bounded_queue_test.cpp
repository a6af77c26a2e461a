#include "base/bounded_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace roomtone {
namespace {

using namespace std::chrono_literals;

TEST(BoundedQueue, HandsOutItemsInTheOrderTheyCame) {
  BoundedQueue<int> queue(3);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(queue.push(int{i}));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.pop(), i);
}

TEST(BoundedQueue, RefusesToTryPastItsCapacityAndLeavesTheItem) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  ASSERT_TRUE(queue.try_push(std::make_unique<int>(1)));
  auto second = std::make_unique<int>(2);
  EXPECT_FALSE(queue.try_push(std::move(second)));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(*second, 2);
}

TEST(BoundedQueue, TakesOneMoreAfterEachPop) {
  BoundedQueue<int> queue(1);
  ASSERT_TRUE(queue.try_push(1));
  ASSERT_FALSE(queue.try_push(2));
  ASSERT_EQ(queue.pop(), 1);
  EXPECT_TRUE(queue.try_push(2));
}

TEST(BoundedQueue, GivesNothingWhenTheWaitIsOverAndSaysItIsOpen) {
  BoundedQueue<int> queue(1);
  EXPECT_EQ(queue.pop_for(0ms), std::nullopt);
  EXPECT_FALSE(queue.closed());
}

TEST(BoundedQueue, HandsOutWhatIsInsideAfterClosingThenNothing) {
  BoundedQueue<int> queue(2);
  ASSERT_TRUE(queue.push(1));
  queue.close();
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
  EXPECT_TRUE(queue.closed());
}

TEST(BoundedQueue, RefusesItemsAfterClosingAndLeavesThem) {
  BoundedQueue<std::unique_ptr<int>> queue(2);
  queue.close();
  auto item = std::make_unique<int>(7);
  EXPECT_FALSE(queue.push(std::move(item)));
  EXPECT_FALSE(queue.try_push(std::move(item)));
  EXPECT_NE(item, nullptr);
}

TEST(BoundedQueue, ClosingReleasesAProducerThatWaitsForRoom) {
  BoundedQueue<int> queue(1);
  ASSERT_TRUE(queue.push(1));
  std::atomic<bool> pushed = true;
  std::thread producer([&] { pushed = queue.push(2); });
  queue.close();
  producer.join();
  EXPECT_FALSE(pushed);
  EXPECT_EQ(queue.size(), 1U);
}

TEST(BoundedQueue, ClosingReleasesEveryConsumerThatWaits) {
  BoundedQueue<int> queue(1);
  std::atomic<int> released = 0;
  std::vector<std::thread> consumers;
  for (int i = 0; i < 4; ++i) consumers.emplace_back([&] { released += queue.pop() == std::nullopt ? 1 : 0; });
  queue.close();
  for (std::thread& consumer : consumers) consumer.join();
  EXPECT_EQ(released, 4);
}

TEST(BoundedQueue, MakesAFastProducerWaitAndLosesNothing) {
  constexpr int kItems = 20'000;
  BoundedQueue<int> queue(2);
  std::thread producer([&] {
    for (int i = 0; i < kItems; ++i)
      if (!queue.push(int{i})) return;
    queue.close();
  });
  int expected = 0;
  std::size_t fullest = 0;
  while (const auto item = queue.pop()) {
    fullest = std::max(fullest, queue.size());
    ASSERT_EQ(*item, expected++);
  }
  producer.join();
  EXPECT_EQ(expected, kItems);
  EXPECT_LE(fullest, queue.capacity_max());
}

TEST(BoundedQueue, HandsEachItemOfManyProducersToExactlyOneConsumer) {
  constexpr int kThreads = 3;
  constexpr int kItems = 5'000;
  BoundedQueue<int> queue(8);
  std::vector<std::atomic<int>> taken(kThreads * kItems);
  std::vector<std::thread> producers;
  std::vector<std::thread> consumers;
  for (int t = 0; t < kThreads; ++t) {
    producers.emplace_back([&queue, t] {
      for (int i = 0; i < kItems; ++i)
        if (!queue.push(t * kItems + i)) return;
    });
    consumers.emplace_back([&] {
      while (const auto item = queue.pop()) ++taken[static_cast<std::size_t>(*item)];
    });
  }
  for (std::thread& producer : producers) producer.join();
  queue.close();
  for (std::thread& consumer : consumers) consumer.join();
  for (const auto& count : taken) ASSERT_EQ(count, 1);
}

TEST(BoundedQueueDeathTest, StopsAProcessThatAsksForNoCapacity) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH(BoundedQueue<int>(0), "assertion failed: capacity_max > 0");
}

}  // namespace
}  // namespace roomtone
