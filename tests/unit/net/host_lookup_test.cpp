#include "net/host_lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace roomtone::net {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;

const tcp::endpoint kSomewhere(boost::asio::ip::address_v4({192, 0, 2, 7}), 443);

/// A system whose lookups hang until they are let go.
class HangingSystem {
 public:
  ~HangingSystem() {
    let_go();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return under_way_ == 0; });
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    free_ = true;
    freed_.notify_all();
  }
  HostLookup::Resolve resolve() {
    return [this](const std::string&, uint16_t) -> Result<HostLookup::Endpoints> {
      std::unique_lock lock(mutex_);
      ++under_way_;
      freed_.wait(lock, [this] { return free_; });
      --under_way_;
      ended_.notify_all();
      return HostLookup::Endpoints{kSomewhere};
    };
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_, ended_;
  bool free_ = false;
  int under_way_ = 0;
};

/// The endpoints as text, or the error.
std::string found(boost::asio::io_context& io, HostLookup& lookup, const std::string& name,
                  std::chrono::milliseconds within) {
  auto answer = boost::asio::co_spawn(io, lookup.find(name, 443, within), boost::asio::use_future);
  io.restart();
  io.run();
  const auto result = answer.get();
  if (!result) return result.error().context;
  std::string all;
  for (const tcp::endpoint& endpoint : *result)
    all += endpoint.address().to_string() + ":" + std::to_string(endpoint.port()) + " ";
  return all;
}

TEST(HostLookup, AnAddressNeedsNone) {
  boost::asio::io_context io;
  HostLookup lookup(io, [](const std::string&, uint16_t) -> Result<HostLookup::Endpoints> {
    return fail(ErrorCode::unavailable, "was asked");
  });
  EXPECT_EQ(found(io, lookup, "192.0.2.1", 1s), "192.0.2.1:443 ");
  EXPECT_EQ(found(io, lookup, "2001:db8::1", 1s), "2001:db8::1:443 ");
}

TEST(HostLookup, FindsThisMachine) {
  boost::asio::io_context io;
  HostLookup lookup(io);
  EXPECT_THAT(found(io, lookup, "localhost", 10s), HasSubstr("1:443"));
}

TEST(HostLookup, SaysWhyThereIsNoAddress) {
  boost::asio::io_context io;
  HostLookup lookup(io, [](const std::string&, uint16_t) -> Result<HostLookup::Endpoints> {
    return fail(ErrorCode::unavailable, "no such name");
  });
  EXPECT_EQ(found(io, lookup, "nowhere.example", 10s), "look up nowhere.example: no such name");
}

TEST(HostLookup, GivesUpOnOneThatHangsAndBeginsNoOtherMeanwhile) {
  HangingSystem system;
  boost::asio::io_context io;
  HostLookup lookup(io, system.resolve());
  EXPECT_EQ(found(io, lookup, "slow.example", 10ms), "look up slow.example: no answer in time");
  EXPECT_EQ(found(io, lookup, "slow.example", 10ms), "look up slow.example: the lookup before still hangs");
}

TEST(HostLookup, FindsAgainOnceTheOneThatHungHasEnded) {
  HangingSystem system;
  boost::asio::io_context io;
  HostLookup lookup(io, system.resolve());
  EXPECT_EQ(found(io, lookup, "slow.example", 10ms), "look up slow.example: no answer in time");
  system.let_go();
  std::string answer;
  while ((answer = found(io, lookup, "slow.example", 10s)).find("still hangs") != std::string::npos)
    std::this_thread::yield();
  EXPECT_EQ(answer, "192.0.2.7:443 ");
}

// The answer comes when neither the asker nor its io_context is there any more.
TEST(HostLookup, CanBeDestroyedWhileOneHangs) {
  HangingSystem system;
  {
    boost::asio::io_context io;
    HostLookup lookup(io, system.resolve());
    EXPECT_EQ(found(io, lookup, "slow.example", 1ms), "look up slow.example: no answer in time");
  }
  system.let_go();
}

}  // namespace
}  // namespace roomtone::net
