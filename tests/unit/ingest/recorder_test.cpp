#include "ingest/recorder.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "model/recorded_frame.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::ingest {
namespace {

namespace fs = std::filesystem;
constexpr Instant kNine{std::chrono::microseconds(1'767'258'000'000'000)};

Batch batch_of(std::initializer_list<std::string_view> frames, Instant arrival = kNine, uint32_t source = 0) {
  Batch batch;
  batch.source = SourceIndex{source};
  batch.arrival = arrival;
  for (const std::string_view frame : frames) batch.append(frame);
  batch.seal();
  return batch;
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// What a segment holds; it may be of many zstd frames.
std::string lines_of(const fs::path& file) {
  const std::string packed = read(file);
  std::string all;
  for (std::size_t at = 0; at < packed.size();) {
    const std::size_t size = ::ZSTD_findFrameCompressedSize(packed.data() + at, packed.size() - at);
    if (::ZSTD_isError(size) != 0) return all + "(cut)";
    std::string lines(::ZSTD_getFrameContentSize(packed.data() + at, size), '\0');
    lines.resize(::ZSTD_decompress(lines.data(), lines.size(), packed.data() + at, size));
    all += lines;
    at += size;
  }
  return all;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

class RecorderTest : public testing::Test {
 protected:
  std::unique_ptr<Recorder> open(std::size_t bytes_max = 1u << 20, std::size_t segment_bytes = 1u << 16) {
    RecorderOptions options;
    options.folder = folder_.path();
    options.sources = {{"live", true}, {"file", false}};
    options.bytes_max = bytes_max;
    options.segment_bytes = segment_bytes;
    return std::move(Recorder::open(std::move(options)).value());
  }
  [[nodiscard]] std::vector<fs::path> segments() const { return files_in(folder_.path() / "live"); }
  test::TemporaryFolder folder_;
};

TEST_F(RecorderTest, KeepsFramesWithWhenTheyWereSeen) {
  open()->take(batch_of({"a", "b"}));
  ASSERT_EQ(segments().size(), 1u);
  EXPECT_EQ(segments()[0].filename(), "1767258000000000.jsonl.zst");
  EXPECT_EQ(lines_of(segments()[0]), "@1767258000000000 a\n@1767258000000000 b\n");
}

TEST_F(RecorderTest, FramesOfFilesStayAsTheyAre) {
  open()->take(batch_of({"@1 a"}, kNine, 1));
  EXPECT_EQ(lines_of(files_in(folder_.path() / "file")[0]), "@1 a\n");
}

TEST_F(RecorderTest, AFrameOfSeveralLinesBecomesOne) {
  open()->take(batch_of({"{\n\"text\":\"a\"}"}));
  EXPECT_EQ(lines_of(segments()[0]), "@1767258000000000 { \"text\":\"a\"}\n");
}

TEST_F(RecorderTest, WhatIsSyncedIsThereWhileTheSegmentIsOpen) {
  const auto recorder = open();
  recorder->take(batch_of({"a"}));
  recorder->sync();
  ASSERT_EQ(segments().size(), 1u);
  EXPECT_EQ(segments()[0].extension(), ".part");
  EXPECT_EQ(lines_of(segments()[0]), "@1767258000000000 a\n");
}

TEST_F(RecorderTest, ASegmentThatWasCutOffEndsBehindItsLastWholeFrame) {
  {
    const auto recorder = open();
    recorder->take(batch_of({"a"}));
    recorder->sync();
    recorder->take(batch_of({"b"}));
  }
  const std::string whole = read(segments()[0]);
  const std::size_t first = ::ZSTD_findFrameCompressedSize(whole.data(), whole.size());
  ASSERT_LT(first, whole.size());
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    for (const fs::path& file : segments()) fs::remove(file);
    std::ofstream(folder_.path() / "live/1767258000000000.jsonl.zst.part", std::ios::binary) << whole.substr(0, size);
    (void)open();
    if (size < first) {
      EXPECT_TRUE(segments().empty()) << size;
      continue;
    }
    ASSERT_EQ(segments().size(), 1u) << size;
    EXPECT_EQ(lines_of(segments()[0]),
              size < whole.size() ? "@1767258000000000 a\n" : "@1767258000000000 a\n@1767258000000000 b\n");
  }
}

TEST_F(RecorderTest, TheOldestSegmentsGoWhenThereIsNoRoom) {
  std::string noise;
  for (uint32_t i = 0, state = 1; i < 20'000; ++i)
    noise.push_back(static_cast<char>('!' + ((state = state * 1664525 + 1013904223) >> 16) % 90));
  {
    const auto recorder = open(100'000, 20'000);
    for (int i = 0; i < 30; ++i) {
      recorder->take(batch_of({noise}, kNine + std::chrono::seconds(i)));
      EXPECT_LE(recorder->status().bytes, 100'000u);
    }
    EXPECT_GT(recorder->status().segments_removed, 10u);
    EXPECT_GT(recorder->status().segments, 2u);
  }
  EXPECT_NE(lines_of(segments().back()).find("@" + std::to_string(micros(kNine + 29s))), std::string::npos);
  std::size_t size = 0;
  for (const fs::path& file : segments()) size += fs::file_size(file);
  EXPECT_LE(size, 100'000u);
  EXPECT_EQ(open(100'000, 20'000)->status().bytes, size);
}

TEST_F(RecorderTest, ATimeThatComesTwiceOverwritesNothing) {
  for (const char* frame : {"a", "b"}) open()->take(batch_of({frame}));
  ASSERT_EQ(segments().size(), 2u);
  EXPECT_EQ(lines_of(segments()[0]) + lines_of(segments()[1]), "@1767258000000000 a\n@1767258000000000 b\n");
}

TEST_F(RecorderTest, AFailingDiskEndsTheRecordingOfThatSourceOnceAndIsTold) {
  std::vector<std::string> told;
  RecorderOptions options;
  options.folder = folder_.path();
  options.sources = {{"live", true}};
  options.notice = [&told](const std::string& what) { told.push_back(what); };
  const auto recorder = std::move(Recorder::open(std::move(options)).value());
  fs::remove(folder_.path() / "live");
  for (int i = 0; i < 3; ++i) {
    recorder->take(batch_of({"a"}));
    recorder->sync();
  }
  EXPECT_EQ(recorder->status().failed, 1u);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find("'live'"), std::string::npos);
}

struct Line {
  const char* name;
  std::string_view line;
  bool recorded;
};
class RecordedLines : public testing::TestWithParam<Line> {};
TEST_P(RecordedLines, AreRecordedOrPlain) {
  EXPECT_EQ(read_recorded(GetParam().line).has_value(), GetParam().recorded);
}
INSTANTIATE_TEST_SUITE_P(RecordedFrame, RecordedLines,
                         testing::Values(Line{"usual", "@17 {}", true}, Line{"empty_frame", "@17 ", true},
                                         Line{"json", "{}", false}, Line{"nothing", "", false},
                                         Line{"mark_alone", "@", false}, Line{"no_space", "@17", false},
                                         Line{"no_number", "@x {}", false}, Line{"before_1970", "@-1 {}", false},
                                         Line{"too_late", "@9214646400000001 {}", false},
                                         Line{"a_mention", "@anna hello", false}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::ingest
