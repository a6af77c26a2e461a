#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <tuple>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

/// What a capture holds. Counted by a script of its own, which shares nothing with the decoder: Python's json for the
/// frames; for Jetstream the collection and operation of each commit; for Mastodon the visibilities of wrapper and
/// original, then tags removed by regular expressions and html.unescape; for X extended_tweet.full_text, full_text or
/// text of the retweeted status or the status, with the three escapes replaced.
struct Capture {
  std::string name;
  std::string file;
  Format format;
  int64_t counted, not_public;
  std::array<int64_t, kIgnoredKinds> ignored;  // in the order of the enum, after `none`: like, reshare, follow ...
  int64_t creates, reshares;
  std::size_t text_bytes;  // of all texts together

  friend void PrintTo(const Capture& capture, std::ostream* out) { *out << capture.name; }
};

// none, like, reshare, follow, block, profile, list, identity, account, vote, edit, notification, control, foreign,
// unknown
const Capture kCaptures[] = {
    {"jetstream",
     "jetstream_v1.jsonl",
     Format::jetstream,
     8,
     0,
     {0, 54, 8, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0},
     8,
     0,
     1330},
    {"jetstream_golden",
     "jetstream_v1_golden.jsonl",
     Format::jetstream,
     1,
     0,
     {0, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 2, 0},
     1,
     0,
     26},
    {"mastodon", "mastodon_statuses.jsonl", Format::mastodon, 103, 97, {}, 101, 2, 5206},
    {"x_statuses", "x_v11_statuses.jsonl", Format::x_v11, 400, 0, {}, 254, 146, 33813},
    {"x_search", "x_v11_search.jsonl", Format::x_v11, 100, 0, {}, 27, 73, 32512},
    {"x_stream", "x_v11_stream_lines.txt", Format::x_v11, 72, 0, {}, 72, 0, 19622},
};

class Captures : public testing::TestWithParam<std::tuple<Capture, bool>> {};

TEST_P(Captures, AreCountedToTheLastRecord) {
  const auto& [capture, detected] = GetParam();
  const auto path =
      std::filesystem::path(ROOMTONE_SOURCE_DIR).parent_path() / "shared" / "data" / "events" / capture.file;
  std::ifstream file(path, std::ios::binary);
  if (!file) GTEST_SKIP() << "no captures at " << path;

  Reading reading(detected ? Format::detect : capture.format);
  Ledger ledger;
  int64_t creates = 0;
  int64_t reshares = 0;
  std::size_t text_bytes = 0;
  for (std::string line; std::getline(file, line);) {
    const Decoded decoded = reading.read(line);
    ++ledger[decoded.column];
    if (decoded.column == Column::ignored) ++ledger[decoded.ignored];
    if (decoded != kMessage) continue;
    creates += reading.message.op == Op::create ? 1 : 0;
    reshares += reading.message.op == Op::reshare ? 1 : 0;
    text_bytes += reading.message.text.size();
    EXPECT_FALSE(reading.message.id.empty());
    EXPECT_FALSE(reading.message.author.empty());
    EXPECT_NE(reading.message.event_time, kNoInstant);
  }

  Ledger expected;
  expected[Column::counted] = capture.counted;
  expected[Column::not_public] = capture.not_public;
  expected.ignored = capture.ignored;
  for (const int64_t count : capture.ignored) expected[Column::ignored] += count;
  EXPECT_EQ(ledger, expected);
  EXPECT_EQ(creates, capture.creates);
  EXPECT_EQ(reshares, capture.reshares);
  EXPECT_EQ(text_bytes, capture.text_bytes);
}

INSTANTIATE_TEST_SUITE_P(Real, Captures, testing::Combine(testing::ValuesIn(kCaptures), testing::Bool()),
                         [](const auto& row) {
                           return std::get<0>(row.param).name + (std::get<1>(row.param) ? "_detected" : "");
                         });

}  // namespace
}  // namespace roomtone::decode
