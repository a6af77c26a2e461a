#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::store {
namespace {

Commit a_commit() {
  Commit commit;
  commit.sequence = 1;
  commit.deltas = "deltas";
  return commit;
}

TEST(StoreFailure, ATableThatCannotBeWrittenIsToldAtOnce) {
  test::TemporaryFolder folder;
  std::promise<void> told;
  StoreOptions options;
  options.folder = folder.path() / "store";
  options.sync = false;
  options.on_failure = [&told] { told.set_value(); };  // of a second one the promise would throw
  const auto store = Store::open(options).value();
  ASSERT_TRUE(store->write(a_commit()).has_value());
  EXPECT_FALSE(store->failure().has_value());

  // New files have no place to be in; a checkpoint has the memtable written as a table first.
  std::filesystem::rename(options.folder, folder.path() / "elsewhere");
  EXPECT_FALSE(store->checkpoint(folder.path() / "copy").has_value());

  told.get_future().wait();
  ASSERT_TRUE(store->failure().has_value());
  EXPECT_EQ(store->failure()->code, ErrorCode::io);
}

TEST(StoreFailure, AStoreThatIsOnlyReadHasNone) {
  test::TemporaryFolder folder;
  StoreOptions options;
  options.folder = folder.path() / "store";
  { ASSERT_TRUE(Store::open(options).value()->write(a_commit()).has_value()); }
  EXPECT_FALSE(Store::open_read_only(options.folder).value()->failure().has_value());
}

}  // namespace
}  // namespace roomtone::store
