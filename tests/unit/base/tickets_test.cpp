#include "base/tickets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace roomtone {
namespace {

TEST(Tickets, AreAsManyAsWereMade) {
  Tickets tickets(2);
  const Ticket first = tickets.try_take();
  const Ticket second = tickets.try_take();
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_FALSE(tickets.try_take());
  EXPECT_EQ(tickets.in_use(), 2U);
  EXPECT_EQ(tickets.count(), 2U);
}

TEST(Tickets, ComeBackWhenDropped) {
  Tickets tickets(1);
  { const Ticket held = tickets.try_take(); }
  EXPECT_EQ(tickets.in_use(), 0U);
  EXPECT_TRUE(tickets.try_take());
}

TEST(Tickets, MoveWithTheirHolderAndComeBackOnce) {
  Tickets tickets(2);
  {
    Ticket from = tickets.try_take();
    const Ticket to = std::move(from);
    EXPECT_TRUE(to);
    EXPECT_EQ(tickets.in_use(), 1U);
  }
  EXPECT_EQ(tickets.in_use(), 0U);
}

TEST(Tickets, AssignedOverAreBothGivenBackInTheEnd) {
  Tickets tickets(2);
  {
    Ticket first = tickets.try_take();
    Ticket second = tickets.try_take();
    first = std::move(second);
    EXPECT_TRUE(first);
  }
  EXPECT_EQ(tickets.in_use(), 0U);
}

TEST(Tickets, TakeGivesAnEmptyOneOnceStopIsRequested) {
  Tickets tickets(1);
  const Ticket held = tickets.try_take();
  std::optional<bool> got;
  std::jthread waiting([&](const std::stop_token& stop) { got = static_cast<bool>(tickets.take(stop)); });
  waiting.request_stop();
  waiting.join();
  EXPECT_EQ(got, false);
}

TEST(Tickets, TakePrefersAFreeTicketToAStop) {
  Tickets tickets(1);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(tickets.take(stop.get_token()));
}

TEST(Tickets, GivenBackOnAnotherThreadReleaseOneThatWaits) {
  Tickets tickets(1);
  Ticket held = tickets.try_take();
  std::optional<bool> got;
  std::jthread waiting([&](const std::stop_token& stop) { got = static_cast<bool>(tickets.take(stop)); });
  { const Ticket dropped = std::move(held); }
  waiting.join();
  EXPECT_EQ(got, true);
}

TEST(Tickets, NeverLetMoreThreadsThroughThanThereAreTickets) {
  constexpr std::size_t kTickets = 3;
  Tickets tickets(kTickets);
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&](const std::stop_token& stop) {
        for (int i = 0; i < 2'000; ++i) {
          const Ticket ticket = tickets.take(stop);
          if (!ticket) return;
          const int now = ++inside;
          int seen = most;
          while (seen < now && !most.compare_exchange_weak(seen, now)) {
          }
          --inside;
        }
      });
    }
    for (std::jthread& thread : threads) thread.join();
  }
  EXPECT_LE(most, static_cast<int>(kTickets));
  EXPECT_EQ(tickets.in_use(), 0U);
}

TEST(Tickets, HeldGiveOutNoneAndThenGoesOn) {
  Tickets tickets(2);
  Ticket out = tickets.try_take();
  tickets.hold(true);
  EXPECT_FALSE(tickets.try_take());
  out = Ticket();
  EXPECT_FALSE(tickets.try_take());  // not even one that came back
  std::jthread taker([&](const std::stop_token& stop) { EXPECT_TRUE(tickets.take(stop)); });
  tickets.hold(false);
}

}  // namespace
}  // namespace roomtone
