#include "ingest/file_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/ingest/receiver.hpp"
#include "unit/ingest/temp_folder.hpp"

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
  const TempFolder folder;
  const Read read = read_all({.paths = {folder.write("a.jsonl", lines(numbered(0, 10)))}, .frames_max = 3});
  EXPECT_EQ(read.frames, numbered(0, 10));
  EXPECT_TRUE(read.ended);
  EXPECT_TRUE(read.result.has_value());
}

TEST(FileSource, ALastLineWithoutAnEndCounts) {
  const TempFolder folder;
  EXPECT_EQ(read_all({.paths = {folder.write("a", "one\ntwo")}}).frames, (Frames{"one", "two"}));
}

TEST(FileSource, ReadsAGlobInByteOrderAsOnePartition) {
  const TempFolder folder;
  folder.write("b.jsonl", "3\n");
  folder.write("a.jsonl", "2\n");
  folder.write("B.jsonl", "1\n");
  folder.write("c.txt", "not matched\n");
  EXPECT_EQ(read_all({.paths = {folder.file("*.jsonl")}}).frames, (Frames{"1", "2", "3"}));
}

// Cut anywhere, then read on from the cursor of the last batch kept: the whole comes out once.
TEST(FileSource, ResumesAtEveryBatchBoundary) {
  const TempFolder folder;
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

}  // namespace
}  // namespace roomtone::ingest
