#include "store/acked_mark.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::store {
namespace {

using std::chrono::steady_clock;
constexpr steady_clock::time_point kStart{std::chrono::hours(1)};

void spoil(const std::filesystem::path& file, std::streamoff at) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(at);
  bytes.put('!');
}

TEST(AckedMark, OfAFolderWithoutOneIsNothing) {
  test::TemporaryFolder folder;
  EXPECT_EQ(*AckedMark::read(folder.path()), std::nullopt);
}

TEST(AckedMark, IsWhatWasNotedLast) {
  test::TemporaryFolder folder;
  const auto mark = AckedMark::open(folder.path(), {7, 1});
  ASSERT_TRUE(mark.has_value()) << mark.error().context;
  EXPECT_EQ(**AckedMark::read(folder.path()), (Mark{7, 1}));
  auto now = kStart;
  for (uint64_t sequence = 2; sequence < 30; ++sequence) {
    ASSERT_TRUE((*mark)->note(sequence, now += std::chrono::milliseconds(300)).has_value());
    ASSERT_EQ(**AckedMark::read(folder.path()), (Mark{7, sequence}));
  }
}

TEST(AckedMark, WithOneSlotTornIsWhatWasSyncedLast) {
  test::TemporaryFolder folder;
  const auto mark = AckedMark::open(folder.path(), {7, 1});
  ASSERT_TRUE((*mark)->note(2, kStart).has_value());  // synced into the first slot
  ASSERT_TRUE((*mark)->note(3, kStart).has_value());  // into the second
  spoil(folder.path() / "ACKED", 4096 + 20);
  EXPECT_EQ(**AckedMark::read(folder.path()), (Mark{7, 2}));
}

TEST(AckedMark, WithoutASlotThatReadsIsDamaged) {
  test::TemporaryFolder folder;
  { ASSERT_TRUE(AckedMark::open(folder.path(), {7, 1}).has_value()); }
  spoil(folder.path() / "ACKED", 3);
  spoil(folder.path() / "ACKED", 4096 + 30);
  const auto read = AckedMark::read(folder.path());
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::corrupt);
}

StoreOptions synced(const test::TemporaryFolder& folder) {
  StoreOptions options;
  options.folder = folder.path();
  return options;
}

TEST(Store, BehindItsAcknowledgedMarkIsRefusedByWritersAndReaders) {
  test::TemporaryFolder folder;
  uint64_t epoch = 0;
  {
    const auto store = Store::open(synced(folder));
    Commit commit;
    commit.sequence = 5;
    ASSERT_TRUE((*store)->write(commit).has_value());
    epoch = (*store)->recover()->epoch;
  }
  { ASSERT_TRUE(Store::open(synced(folder)).has_value()); }
  { ASSERT_TRUE(AckedMark::open(folder.path(), {epoch, 6}).has_value()); }
  EXPECT_EQ(Store::open(synced(folder)).error().code, ErrorCode::corrupt);
  EXPECT_EQ(Store::open_read_only(folder.path()).error().code, ErrorCode::corrupt);
  // Rewound it is another store, with the commits that are there.
  ASSERT_TRUE(Store::rewind(folder.path()).has_value());
  const auto rewound = Store::open(synced(folder));
  ASSERT_TRUE(rewound.has_value()) << rewound.error().context;
  EXPECT_EQ((*rewound)->recover()->sequence, 5u);
  EXPECT_NE((*rewound)->recover()->epoch, epoch);
}

TEST(Store, OfWhichOnlyTheMarkIsLeftIsNotBegunAnew) {
  test::TemporaryFolder folder;
  { ASSERT_TRUE(AckedMark::open(folder.path(), {7, 1}).has_value()); }
  const auto opened = Store::open(synced(folder));
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "CURRENT"));
}

}  // namespace
}  // namespace roomtone::store
