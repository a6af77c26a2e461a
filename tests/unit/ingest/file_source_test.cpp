#include "ingest/file_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "ingest/file_cursor.hpp"
#include "support/temporary_folder.hpp"
#include "unit/ingest/compress.hpp"
#include "unit/ingest/receiver.hpp"

namespace roomtone::ingest {
namespace {

using Frames = std::vector<std::string>;

std::unique_ptr<Source> open(FileSourceOptions options) {
  Result<std::unique_ptr<Source>> source = FileSource::open(std::move(options));
  if (!source) throw std::runtime_error(source.error().context);
  return std::move(*source);
}

struct Read {
  Frames frames;
  std::vector<std::string> cursors;        // of each batch
  std::vector<std::size_t> frames_before;  // how many frames each of those cursors stands behind
  uint32_t oversized = 0;
  uint64_t gaps = 0;
  bool ended = false;
  Result<void> result;
};

/// Reads a finite source from `cursor` to its end.
Read read_all(FileSourceOptions options, const std::string& cursor = {}) {
  const std::unique_ptr<Source> source = open(std::move(options));
  Receiver receiver(cursor, 10'000);
  Read read;
  read.result = source->run(receiver.outlet, {});
  receiver.queue.close();
  while (const std::optional<Batch> batch = receiver.queue.pop()) {
    for (std::string& frame : frames_of(*batch)) read.frames.push_back(std::move(frame));
    read.cursors.push_back(batch->next_cursor);
    read.frames_before.push_back(read.frames.size());
    read.oversized += batch->oversized;
    read.ended = batch->last;
  }
  read.gaps = receiver.outlet.status().gaps;
  return read;
}

Frames numbered(int from, int to) {
  Frames frames;
  for (int i = from; i < to; ++i) frames.push_back("{\"text\":\"line " + std::to_string(i) + "\"}");
  return frames;
}
std::string lines(const Frames& frames) {
  std::string bytes;
  for (const std::string& frame : frames) bytes += frame + "\n";
  return bytes;
}

TEST(FileSource, ReadsLinesInOrderAndEnds) {
  const test::TemporaryFolder folder;
  const Read read = read_all({.paths = {folder.write("a.jsonl", lines(numbered(0, 10)))}, .frames_max = 3});
  EXPECT_EQ(read.frames, numbered(0, 10));
  EXPECT_TRUE(read.ended);
  EXPECT_TRUE(read.result.has_value());
}

TEST(FileSource, ALastLineWithoutAnEndCounts) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_all({.paths = {folder.write("a", "one\ntwo")}}).frames, (Frames{"one", "two"}));
}

TEST(FileSource, ReadsAGlobInByteOrderAsOnePartition) {
  const test::TemporaryFolder folder;
  folder.write("b.jsonl", "3\n");
  folder.write("a.jsonl", "2\n");
  folder.write("B.jsonl", "1\n");
  folder.write("c.txt", "not matched\n");
  EXPECT_EQ(read_all({.paths = {folder.file("*.jsonl")}}).frames, (Frames{"1", "2", "3"}));
}

// Cut anywhere, then read on from the cursor of the last batch kept: the whole comes out once.
TEST(FileSource, ResumesAtEveryBatchBoundary) {
  const test::TemporaryFolder folder;
  folder.write("1.jsonl", lines(numbered(0, 7)));
  folder.write("2.jsonl", "");
  folder.write("3.jsonl", "\n" + lines(numbered(7, 12)) + "\r\n" + "last without end");
  folder.write("4.jsonl", lines(numbered(12, 20)));
  Frames whole = numbered(0, 12);
  whole.push_back("last without end");
  for (const std::string& frame : numbered(12, 20)) whole.push_back(frame);
  for (std::size_t frames_max = 1; frames_max <= 9; ++frames_max) {
    const FileSourceOptions options{.paths = {folder.file("*.jsonl")}, .frames_max = frames_max};
    const Read first = read_all(options);
    ASSERT_EQ(first.frames, whole);
    for (std::size_t cut = 0; cut < first.cursors.size(); ++cut) {
      const auto kept = first.frames.begin() + static_cast<std::ptrdiff_t>(first.frames_before[cut]);
      Frames joined(first.frames.begin(), kept);
      const Read second = read_all(options, first.cursors[cut]);
      joined.insert(joined.end(), second.frames.begin(), second.frames.end());
      ASSERT_EQ(joined, whole) << "batches of " << frames_max << ", cut after batch " << cut;
      ASSERT_EQ(second.gaps, 0u);
    }
  }
}

TEST(FileSource, CompressedFilesGiveTheSameFrames) {
  const test::TemporaryFolder folder;
  const Frames frames = numbered(0, 10'000);
  folder.write("1-plain", lines(frames));
  folder.write("2-gzip", gzip(lines(frames)));
  folder.write("3-zstd", zstd(lines(frames)));
  const Read read = read_all({.paths = {folder.file("*")}});
  ASSERT_EQ(read.frames.size(), 30'000u);
  for (std::ptrdiff_t file = 0; file < 3; ++file) {
    EXPECT_TRUE(std::equal(frames.begin(), frames.end(), read.frames.begin() + file * 10'000)) << file;
  }
}

TEST(FileSource, ResumesInCompressedFiles) {
  const test::TemporaryFolder folder;
  folder.write("1", gzip(lines(numbered(0, 5))) + gzip(lines(numbered(5, 10))));
  folder.write("2", zstd(lines(numbered(10, 15))) + zstd(lines(numbered(15, 20))));
  const FileSourceOptions options{.paths = {folder.file("*")}, .frames_max = 3};
  const Read first = read_all(options);
  for (std::size_t cut = 0; cut < first.cursors.size(); ++cut) {
    const Read second = read_all(options, first.cursors[cut]);
    EXPECT_EQ(second.frames, numbered(static_cast<int>(first.frames_before[cut]), 20)) << "cut after batch " << cut;
  }
}

TEST(FileSource, AFileThatIsCutOffFailsAfterItsWholeLines) {
  const test::TemporaryFolder folder;
  const std::string whole = gzip(lines(numbered(0, 50'000)));
  const std::string path = folder.write("cut.gz", whole.substr(0, whole.size() / 2));
  const Read read = read_all({.paths = {path}});
  ASSERT_FALSE(read.result.has_value());
  EXPECT_EQ(read.result.error().code, ErrorCode::corrupt);
  EXPECT_EQ(read.result.error().context,
            path + ": compressed file is cut off at byte " + std::to_string(whole.size() / 2));
  EXPECT_FALSE(read.ended);
  ASSERT_GT(read.frames.size(), 1'000u);
  EXPECT_EQ(read.frames, numbered(0, static_cast<int>(read.frames.size())));
}

// Once the file is whole again, the cursor from before the fault reads the rest.
TEST(FileSource, AFileThatWasCutOffIsReadOnOnceItIsWhole) {
  const test::TemporaryFolder folder;
  const std::string whole = gzip(lines(numbered(0, 50'000)));
  const std::string path = folder.write("cut.gz", whole.substr(0, whole.size() / 2));
  const Read first = read_all({.paths = {path}});
  folder.write("cut.gz", whole);
  const Read second = read_all({.paths = {path}}, first.cursors.back());
  Frames joined = first.frames;
  joined.insert(joined.end(), second.frames.begin(), second.frames.end());
  EXPECT_EQ(joined, numbered(0, 50'000));
}

TEST(FileSource, ABombFails) {
  const test::TemporaryFolder folder;
  const Read read = read_all({.paths = {folder.write("bomb", zstd(std::string(64 * 1024 * 1024, 'x')))}});
  ASSERT_FALSE(read.result.has_value());
  EXPECT_THAT(read.result.error().context, testing::HasSubstr("expands more than"));
}

TEST(FileSource, CountsLinesOverTheLimit) {
  const test::TemporaryFolder folder;
  const std::string longest(limits::kFileFrameBytes, 'x');
  const Read read = read_all({.paths = {folder.write("f", longest + "\n" + longest + "x\nafter\n" + longest + "x")}});
  EXPECT_EQ(read.frames, (Frames{longest, "after"}));
  EXPECT_EQ(read.oversized, 2u);
}

TEST(FileSource, AnOversizedLineIsCountedOnceAcrossARestart) {
  const test::TemporaryFolder folder;
  const std::string over(limits::kFileFrameBytes + 1, 'x');
  const FileSourceOptions options{.paths = {folder.write("f", "a\n" + over + "\nb\n" + over + "\nc\n")},
                                  .frames_max = 1};
  const Read first = read_all(options);
  uint32_t before = 0;
  Receiver receiver({}, 100);
  ASSERT_TRUE(open(options)->run(receiver.outlet, {}).has_value());
  for (std::size_t cut = 0; cut < first.cursors.size(); ++cut) {
    before += receiver.take().oversized;
    EXPECT_EQ(before + read_all(options, first.cursors[cut]).oversized, 2u) << "cut after batch " << cut;
  }
}

TEST(FileSource, ARenamedFileOfAGlobIsReadOn) {
  const test::TemporaryFolder folder;
  folder.write("a.jsonl", lines(numbered(0, 10)));
  const FileSourceOptions options{.paths = {folder.file("*.jsonl")}, .frames_max = 3};
  const Read first = read_all(options);
  std::filesystem::rename(folder.file("a.jsonl"), folder.file("z.jsonl"));
  const Read second = read_all(options, first.cursors[0]);
  EXPECT_EQ(second.frames, numbered(3, 10));
  EXPECT_EQ(second.gaps, 0u);
}

TEST(FileSource, ARestoredCopyIsReadOn) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("a", lines(numbered(0, 10)));
  const Read first = read_all({.paths = {path}, .frames_max = 3});
  std::filesystem::copy(path, folder.file("b"));
  std::filesystem::remove(path);
  folder.write("occupies the inode", "x");
  std::filesystem::rename(folder.file("b"), path);
  EXPECT_EQ(read_all({.paths = {path}, .frames_max = 3}, first.cursors[0]).frames, numbered(3, 10));
}

TEST(FileSource, LinesAddedToAFileThatWasAtItsEndAreReadOn) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("a", "1\n2\n");
  const Read first = read_all({.paths = {path}});
  folder.append("a", "3\n");
  EXPECT_EQ(read_all({.paths = {path}}, first.cursors.back()).frames, (Frames{"3"}));
}

struct BadCursor {
  const char* name;
  std::string cursor;
};
class NoUse : public testing::TestWithParam<BadCursor> {};
TEST_P(NoUse, IsCountedAndTheFileReadFromItsStart) {
  const test::TemporaryFolder folder;
  const Read read = read_all({.paths = {folder.write("a", "1\n2\n")}}, GetParam().cursor);
  EXPECT_EQ(read.frames, (Frames{"1", "2"}));
  EXPECT_EQ(read.gaps, 1u);
}
INSTANTIATE_TEST_SUITE_P(Cursor, NoUse,
                         testing::Values(BadCursor{"of_another_kind", "kafka 17"},
                                         BadCursor{"of_a_file_that_is_gone", "file 1\nat 2 9 9 5 abc /gone\n"}),
                         [](const auto& row) { return row.param.name; });

TEST(FileSource, AFileShorterThanItWasIsReadFromItsStart) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("a", std::string(kHeadBytes, 'x') + "\n" + lines(numbered(0, 10)));
  const Read first = read_all({.paths = {path}});
  std::filesystem::resize_file(path, kHeadBytes + 1);
  const Read second = read_all({.paths = {path}}, first.cursors.back());
  EXPECT_EQ(second.frames.size(), 1u);
  EXPECT_EQ(second.gaps, 1u);
}

TEST(FileSource, StopKeepsTheCursorBeforeWhatWasNotSent) {
  const test::TemporaryFolder folder;
  const FileSourceOptions options{.paths = {folder.write("a", lines(numbered(0, 100)))}, .frames_max = 7};
  const auto source = open(options);
  Receiver receiver({}, /*ticket_count=*/1);
  Running running(*source, receiver.outlet);
  Frames joined = frames_of(receiver.take());
  std::string cursor;
  while (receiver.tickets.in_use() == 0) std::this_thread::yield();  // it now waits with the third
  EXPECT_TRUE(running.stop().has_value());
  receiver.queue.close();
  while (const std::optional<Batch> batch = receiver.queue.pop()) {
    for (std::string& frame : frames_of(*batch)) joined.push_back(std::move(frame));
    cursor = batch->next_cursor;
  }
  const Read rest = read_all(options, cursor);
  joined.insert(joined.end(), rest.frames.begin(), rest.frames.end());
  EXPECT_EQ(joined, numbered(0, 100));
}

TEST(FileSource, APathThatIsNotThereIsToldWhenItIsOpened) {
  const auto source = FileSource::open({.paths = {"/no/such/file.jsonl"}});
  ASSERT_FALSE(source.has_value());
  EXPECT_EQ(source.error().code, ErrorCode::not_found);
  EXPECT_THAT(source.error().context, testing::HasSubstr("/no/such/file.jsonl"));
}

TEST(FileSource, AFolderIsToldWhenItIsOpened) {
  const test::TemporaryFolder folder;
  EXPECT_FALSE(FileSource::open({.paths = {folder.file("")}}).has_value());
}

TEST(FileSource, APaceNeedsAWayToTellTheTime) {
  const test::TemporaryFolder folder;
  EXPECT_FALSE(FileSource::open({.paths = {folder.write("a", "1\n")}, .pace = 1}).has_value());
}

// The frames are 10 s apart; at a thousand times that speed the last is due 40 ms after the first.
TEST(FileSource, KeepsThePaceOfARecording) {
  const test::TemporaryFolder folder;
  const FrameTime time = [](std::string_view frame) {
    return instant_of_micros(std::stoll(std::string(frame)) * 10'000'000);
  };
  const auto source = open({.paths = {folder.write("a", "1\n2\n3\n4\n5\n")}, .pace = 1000, .frame_time = time});
  Receiver receiver;
  const Mono start = receiver.clock.mono();
  ASSERT_TRUE(source->run(receiver.outlet, {}).has_value());
  EXPECT_GE(receiver.clock.mono() - start, 40ms);
  EXPECT_EQ(frames_of(receiver.take()).front(), "1");
}

TEST(FileSource, StopsWhileItWaitsForTheTimeOfAFrame) {
  const test::TemporaryFolder folder;
  const FrameTime time = [](std::string_view frame) {
    return instant_of_micros(std::stoll(std::string(frame)) * 1'000'000'000);
  };
  const auto source = open({.paths = {folder.write("a", "1\n2\n")}, .pace = 1, .frame_time = time});
  Receiver receiver;
  Running running(*source, receiver.outlet);
  const Batch batch = receiver.take();
  EXPECT_EQ(frames_of(batch), (Frames{"1"}));
  EXPECT_TRUE(running.stop().has_value());
  EXPECT_EQ(read_all({.paths = {folder.file("a")}}, batch.next_cursor).frames, (Frames{"2"}));
}

}  // namespace
}  // namespace roomtone::ingest
