#include "ingest/frame_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "ingest/line_scanner.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::size_t kMax = 8;

/// What comes out when `bytes` arrive in pieces of `piece`; oversized lines show as "<over>".
std::vector<std::string> split(std::string_view bytes, std::size_t piece, bool ends = true) {
  FrameReader reader(kMax);
  std::vector<std::string> out;
  const auto note = [&out](Split what, std::string_view frame) {
    if (what == Split::frame) out.emplace_back(frame);
    if (what == Split::oversized) out.emplace_back("<over>");
  };
  while (!bytes.empty()) {
    std::string_view rest = bytes.substr(0, piece);
    bytes.remove_prefix(rest.size());
    for (;;) {
      std::string_view frame;
      const Split what = reader.next(rest, frame);
      if (what == Split::need_more) break;
      note(what, frame);
    }
  }
  if (ends) {
    std::string_view frame;
    note(reader.finish(frame), frame);
  }
  return out;
}

/// The same by a LineScanner, which is shown what is left of the bytes so far.
std::vector<std::string> scan(std::string_view bytes, std::size_t piece) {
  LineScanner scanner(kMax);
  std::vector<std::string> out;
  std::size_t done = 0;
  std::size_t most_held = 0;
  const auto note = [&](const LineScanner::Line& line) {
    if (line.what == Split::frame) out.emplace_back(bytes.substr(done, line.size));
    if (line.what == Split::oversized) out.emplace_back("<over>");
    done += line.whole;
    return line.what != Split::need_more;
  };
  for (std::size_t end = 0; end < bytes.size();) {
    end = std::min(end + piece, bytes.size());
    while (note(scanner.next(bytes.substr(done, end - done)))) {
    }
    most_held = std::max(most_held, end - done);
  }
  note(scanner.finish(bytes.substr(done)));
  EXPECT_LE(most_held, kMax + 1) << "of an unfinished line";
  EXPECT_EQ(done, bytes.size());
  return out;
}

struct SplitCase {
  const char* name;
  std::string bytes;
  std::vector<std::string> frames;
};
class Lines : public testing::TestWithParam<SplitCase> {};

TEST_P(Lines, AreTheSameWhateverThePieces) {
  for (std::size_t piece = 1; piece <= GetParam().bytes.size() + 1; ++piece) {
    EXPECT_EQ(split(GetParam().bytes, piece), GetParam().frames) << "pieces of " << piece;
  }
}

TEST_P(Lines, AreTheSameWhereTheyWereReadTo) {
  for (std::size_t piece = 1; piece <= GetParam().bytes.size() + 1; ++piece) {
    EXPECT_EQ(scan(GetParam().bytes, piece), GetParam().frames) << "pieces of " << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(
    FrameReader, Lines,
    testing::Values(SplitCase{"none", "", {}}, SplitCase{"one", "a\n", {"a"}}, SplitCase{"two", "a\nbc\n", {"a", "bc"}},
                    SplitCase{"last_without_an_end", "a\nbc", {"a", "bc"}},
                    SplitCase{"crlf", "a\r\nbc\r\n", {"a", "bc"}},
                    SplitCase{"only_one_cr_is_part_of_the_end", "a\r\r\n", {"a\r"}},
                    SplitCase{"a_cr_inside_is_content", "a\rb\n", {"a\rb"}},
                    SplitCase{"blank_lines_are_lines", "\n\r\n\na\n", {"", "", "", "a"}},
                    SplitCase{"one_under_the_limit", "1234567\nx\n", {"1234567", "x"}},
                    SplitCase{"at_the_limit", "12345678\nx\n", {"12345678", "x"}},
                    SplitCase{"at_the_limit_with_crlf", "12345678\r\nx\n", {"12345678", "x"}},
                    SplitCase{"one_over_the_limit", "123456789\nx\n", {"<over>", "x"}},
                    SplitCase{"one_over_with_crlf", "123456789\r\nx\n", {"<over>", "x"}},
                    SplitCase{"far_over_the_limit", std::string(1000, 'y') + "\nx\n", {"<over>", "x"}},
                    SplitCase{"over_the_limit_at_the_end", "x\n" + std::string(1000, 'y'), {"x", "<over>"}}),
    [](const auto& row) { return row.param.name; });

TEST(FrameReader, AnUnfinishedLineIsNoFrameWhileTheStreamLives) {
  EXPECT_EQ(split("a\nbc", 100, /*ends=*/false), (std::vector<std::string>{"a"}));
}

TEST(FrameReader, TellsHowMuchOfTheUnfinishedLineItTook) {
  FrameReader reader(kMax);
  std::string_view rest = "a\nbcd";
  std::string_view frame;
  ASSERT_EQ(reader.next(rest, frame), Split::frame);
  ASSERT_EQ(reader.next(rest, frame), Split::need_more);
  EXPECT_EQ(reader.pending(), 3u);
}

TEST(FrameReader, DoesNotCopyALineThatLiesWholeInOnePiece) {
  FrameReader reader(kMax);
  const std::string bytes = "abc\n";
  std::string_view rest = bytes;
  std::string_view frame;
  ASSERT_EQ(reader.next(rest, frame), Split::frame);
  EXPECT_EQ(static_cast<const void*>(frame.data()), static_cast<const void*>(bytes.data()));
}

}  // namespace
}  // namespace roomtone::ingest
