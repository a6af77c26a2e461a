#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "ingest/file_cursor.hpp"
#include "ingest/file_source.hpp"
#include "support/temporary_folder.hpp"
#include "unit/ingest/compress.hpp"
#include "unit/ingest/receiver.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;

/// A followed file source on its own thread.
struct Follow : testing::Test {
  void start(const std::string& path, const std::string& start_cursor = {}) {
    receiver.emplace(start_cursor);
    source = std::move(FileSource::open({.paths = {path}, .follow = true, .poll = 1ms}).value());
    running.emplace(*source, receiver->outlet);
  }
  void stop() {
    EXPECT_TRUE(running->stop().has_value());
    running.reset();
  }
  /// Frames as they come, until there are `count`.
  Frames take(std::size_t count) {
    Frames all;
    while (all.size() < count) {
      const Batch batch = receiver->take();
      for (std::string& frame : frames_of(batch)) all.push_back(std::move(frame));
      cursor = batch.next_cursor;
    }
    return all;
  }
  uint64_t gaps() const { return receiver->outlet.status().gaps; }

  test::TemporaryFolder folder;
  std::optional<Receiver> receiver;
  std::unique_ptr<Source> source;
  std::optional<Running> running;
  std::string cursor;  // of the last batch taken
};

TEST_F(Follow, ReadsWhatIsAdded) {
  start(folder.write("f", "1\n"));
  EXPECT_EQ(take(1), (Frames{"1"}));
  folder.append("f", "2\n3\n");
  EXPECT_EQ(take(2), (Frames{"2", "3"}));
}

TEST_F(Follow, AnUnfinishedLineWaitsForItsEnd) {
  start(folder.write("f", "1\nhalf-"));
  EXPECT_EQ(take(1), (Frames{"1"}));
  folder.append("f", "whole\n");
  EXPECT_EQ(take(1), (Frames{"half-whole"}));
}

TEST_F(Follow, WaitsForAFileThatIsNotThereYet) {
  start(folder.file("f"));
  folder.write("f", "1\n");
  EXPECT_EQ(take(1), (Frames{"1"}));
}

TEST_F(Follow, ARenamedFileIsFinishedBeforeTheNewOneAtItsPath) {
  start(folder.write("f", "1\n"));
  EXPECT_EQ(take(1), (Frames{"1"}));
  std::filesystem::rename(folder.file("f"), folder.file("f.1"));
  folder.append("f.1", "2\n");
  folder.write("f", "3\n");
  EXPECT_EQ(take(2), (Frames{"2", "3"}));
  EXPECT_EQ(gaps(), 0u);
}

TEST_F(Follow, LinesWrittenToTheOldFileAfterARenameAreRead) {
  start(folder.write("f", "1\n"));
  EXPECT_EQ(take(1), (Frames{"1"}));
  std::filesystem::rename(folder.file("f"), folder.file("f.1"));
  folder.write("f", "");  // made by whoever rotates; the writer has not moved over yet
  folder.append("f.1", "2\n");
  EXPECT_EQ(take(1), (Frames{"2"}));
  folder.append("f", "3\n");
  EXPECT_EQ(take(1), (Frames{"3"}));
}

TEST_F(Follow, ARotatedFileThatAGlobMatchesIsNotReadTwice) {
  folder.write("f", "1\n");
  start(folder.file("f*"));
  EXPECT_EQ(take(1), (Frames{"1"}));
  std::filesystem::rename(folder.file("f"), folder.file("f.1"));
  folder.write("f", "2\n");
  EXPECT_EQ(take(1), (Frames{"2"}));
  folder.append("f", "3\n");
  EXPECT_EQ(take(1), (Frames{"3"}));
  EXPECT_EQ(gaps(), 0u);
}

TEST_F(Follow, AFileThatIsCutIsReadFromItsStartAndCounted) {
  start(folder.write("f", "1\n2\n3\n"));
  EXPECT_EQ(take(3), (Frames{"1", "2", "3"}));
  folder.write("f", "4\n");  // opens with O_TRUNC: the inode stays
  EXPECT_EQ(take(1), (Frames{"4"}));
  EXPECT_EQ(gaps(), 1u);
}

TEST_F(Follow, AFileThatIsCutAndGrownPastWhereWeWereIsNoticed) {
  start(folder.write("f", "1\n"));
  EXPECT_EQ(take(1), (Frames{"1"}));
  {
    // In one step, so that no look falls between the cut and the growth.
    std::fstream file(folder.file("f"), std::ios::in | std::ios::out | std::ios::binary);
    file << "4\n5\n6\n";
  }
  EXPECT_EQ(take(3), (Frames{"4", "5", "6"}));
  EXPECT_EQ(gaps(), 1u);
}

// As copytruncate does it: first the copy, then the cut, with looks of ours in between.
TEST_F(Follow, TheCopyMadeBeforeACutIsNotReadToo) {
  const std::string old(kHeadBytes, 'x');
  folder.write("f", old + "\n");
  start(folder.file("f*"));
  EXPECT_EQ(take(1), (Frames{old}));
  folder.write("f.1", old + "\n");
  folder.append("f", "2\n");
  EXPECT_EQ(take(1), (Frames{"2"}));  // it has looked, and stays
  folder.write("f", "3\n");
  EXPECT_EQ(take(1), (Frames{"3"}));
  folder.write("f.2", "other\n");
  EXPECT_EQ(take(1), (Frames{"other"}));
}

TEST_F(Follow, ReadsFilesThatAGlobComesToMatch) {
  folder.write("1", "one\n");
  start(folder.file("*"));
  EXPECT_EQ(take(1), (Frames{"one"}));
  folder.write("2", gzip("two\n"));
  EXPECT_EQ(take(1), (Frames{"two"}));
  folder.write("3", "three\n");
  EXPECT_EQ(take(1), (Frames{"three"}));
}

TEST_F(Follow, ResumesWithTheLinesAddedWhileItWasAway) {
  start(folder.write("f", "1\nhalf-"));
  EXPECT_EQ(take(1), (Frames{"1"}));
  stop();
  folder.append("f", "whole\n3\n");
  start(folder.file("f"), cursor);
  EXPECT_EQ(take(2), (Frames{"half-whole", "3"}));
  EXPECT_EQ(gaps(), 0u);
}

TEST_F(Follow, ResumesAfterARotationWhileItWasAway) {
  folder.write("f", "1\n");
  start(folder.file("f*"));
  EXPECT_EQ(take(1), (Frames{"1"}));
  stop();
  folder.append("f", "2\n");
  std::filesystem::rename(folder.file("f"), folder.file("f.1"));
  folder.write("f", "3\n");
  start(folder.file("f*"), cursor);
  EXPECT_EQ(take(2), (Frames{"2", "3"}));
  EXPECT_EQ(gaps(), 0u);
}

TEST_F(Follow, TheCursorDoesNotGrowWithEveryRotation) {
  start(folder.write("f", "0\n"));
  EXPECT_EQ(take(1), (Frames{"0"}));
  for (int i = 1; i <= 150; ++i) {
    std::filesystem::rename(folder.file("f"), folder.file("old"));
    folder.write("f", std::to_string(i) + "\n");
    ASSERT_EQ(take(1), (Frames{std::to_string(i)}));
  }
  EXPECT_LT(std::count(cursor.begin(), cursor.end(), '\n'), 70);
  EXPECT_EQ(gaps(), 0u);
}

TEST_F(Follow, NeverEnds) {
  start(folder.write("f", "1\n"));
  EXPECT_EQ(take(1), (Frames{"1"}));
  stop();
  EXPECT_FALSE(receiver->outlet.status().ended);
}

}  // namespace
}  // namespace roomtone::ingest
