#include "store/space_guard.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "support/temporary_folder.hpp"

namespace roomtone::store {
namespace {

constexpr uint64_t kMore = uint64_t{1} << 62;  // than any disk has

TEST(SpaceGuard, WithRoomKeepsItsReserveAndLetsWritersThrough) {
  test::TemporaryFolder folder;
  SpaceGuard guard({folder.path(), 1 << 20, 1 << 20}, [](bool, uint64_t) { FAIL() << "nothing has turned"; });
  EXPECT_TRUE(guard.wait_for_room());
  EXPECT_EQ(std::filesystem::file_size(folder.path() / "RESERVE"), 1u << 20);
}

TEST(SpaceGuard, WithoutRoomGivesUpItsReserveAndSaysSoOnce) {
  test::TemporaryFolder folder;
  {
    const SpaceGuard earlier({folder.path(), 1 << 20, 1 << 20}, [](bool, uint64_t) {});
  }
  int told = 0;
  SpaceGuard guard({folder.path(), kMore, 1 << 20}, [&](bool low, uint64_t) { told += low ? 1 : 100; });
  EXPECT_TRUE(guard.low());
  EXPECT_FALSE(guard.look());
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "RESERVE"));
}

TEST(SpaceGuard, StoppedWithoutRoomLetsNobodyWrite) {
  test::TemporaryFolder folder;
  SpaceGuard guard({folder.path(), kMore, 0}, [](bool, uint64_t) {});
  std::jthread stopper([&] { guard.stop(); });
  EXPECT_FALSE(guard.wait_for_room());
}

TEST(Obstacle, IsNamedWhereThereIsTooLittleSpaceAlsoForAStoreYetToBeMade) {
  test::TemporaryFolder folder;
  EXPECT_EQ(obstacle({folder.path() / "not/there", 1 << 20, 1 << 20}), std::nullopt);
  EXPECT_TRUE(obstacle({folder.path() / "not/there", kMore, 0}).has_value());
}

}  // namespace
}  // namespace roomtone::store
