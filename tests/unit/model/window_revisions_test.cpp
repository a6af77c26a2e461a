#include "model/window_revisions.hpp"

#include <gtest/gtest.h>

namespace roomtone {
namespace {

constexpr Instant at(int64_t seconds) { return instant_of_micros(seconds * 1'000'000); }

TEST(WindowRevisions, CountEachWindowFromOne) {
  WindowRevisions revisions;
  EXPECT_EQ(revisions.next(at(10)), 1u);
  EXPECT_EQ(revisions.next(at(10)), 2u);
  EXPECT_EQ(revisions.next(at(20)), 1u);
}

// A window's final comes when the next one, or the one after, has been sent already.
TEST(WindowRevisions, RememberTheLastThreeWindows) {
  WindowRevisions revisions;
  for (const int64_t end : {10, 20, 30}) EXPECT_EQ(revisions.next(at(end)), 1u);
  for (const int64_t end : {10, 20, 30}) EXPECT_EQ(revisions.next(at(end)), 2u);
  EXPECT_EQ(revisions.next(at(40)), 1u);
  EXPECT_EQ(revisions.next(at(20)), 3u);
}

TEST(WindowRevisions, GoOnFromWhatIsOnDisk) {
  WindowRevisions before;
  (void)before.next(at(10));
  (void)before.next(at(10));
  WindowRevisions after;
  for (const WindowRevisions::Entry& entry : before.entries()) after.recall(entry);
  after.recall({at(10), 1});  // a journal record older than the row
  EXPECT_EQ(after.next(at(10)), 3u);
}

}  // namespace
}  // namespace roomtone
