#include "ingest/dictionary_inflate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zdict.h>
#include <zstd.h>

#include <fstream>
#include <random>
#include <vector>

#include "support/temporary_folder.hpp"
#include "unit/ingest/compress.hpp"

namespace roomtone::ingest {
namespace {

using Outcome = DictionaryInflate::Outcome;

constexpr std::size_t kLimit = 100'000;

std::string sample(unsigned seed) {
  std::mt19937 random(seed);
  std::string text = R"({"did":"did:plc:)";
  for (int i = 0; i < 24; ++i) text += static_cast<char>('a' + random() % 26);
  return text + R"(","kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","text":")" +
         std::to_string(random()) + "\"}}";
}

std::string trained_dictionary() {
  std::string all;
  std::vector<std::size_t> sizes;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const std::string one = sample(seed);
    all += one;
    sizes.push_back(one.size());
  }
  std::string dictionary(4096, '\0');
  const std::size_t size = ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), all.data(), sizes.data(),
                                                 static_cast<unsigned>(sizes.size()));
  if (ZDICT_isError(size) != 0) throw std::runtime_error("ZDICT_trainFromBuffer");
  dictionary.resize(size);
  return dictionary;
}

std::string packed(std::string_view bytes, std::string_view dictionary) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  const std::size_t size = ZSTD_compress_usingDict(context, out.data(), out.size(), bytes.data(), bytes.size(),
                                                   dictionary.data(), dictionary.size(), 3);
  ZSTD_freeCCtx(context);
  if (ZSTD_isError(size) != 0) throw std::runtime_error("ZSTD_compress_usingDict");
  out.resize(size);
  return out;
}

class DictionaryInflateTest : public testing::Test {
 protected:
  std::string written(const std::string& bytes) {
    const auto path = folder_.file("dictionary");
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  DictionaryInflate open() { return std::move(DictionaryInflate::open(written(dictionary_), kLimit).value()); }

  test::TemporaryFolder folder_;
  const std::string dictionary_ = trained_dictionary();
};

TEST_F(DictionaryInflateTest, GivesBackWhatWasPackedFrameAfterFrame) {
  DictionaryInflate inflate = open();
  for (unsigned seed = 5000; seed < 5100; ++seed) {
    const std::string bytes = sample(seed);
    const std::string frame = packed(bytes, dictionary_);
    std::string_view out;
    ASSERT_EQ(inflate.inflate(frame, out), Outcome::ok);
    EXPECT_EQ(out, bytes);
  }
}

TEST_F(DictionaryInflateTest, ReadsAFrameThatNeedsNoDictionary) {
  DictionaryInflate inflate = open();
  std::string_view out;
  EXPECT_EQ(inflate.inflate(zstd("plain"), out), Outcome::ok);
  EXPECT_EQ(out, "plain");
}

TEST_F(DictionaryInflateTest, ABrokenFrameDoesNotSpoilTheNextOne) {
  DictionaryInflate inflate = open();
  const std::string good = packed(sample(1), dictionary_);
  std::string_view out;
  for (const std::string& bad : {std::string(), std::string("{}"), good.substr(0, good.size() - 1), good.substr(0, 7),
                                 good + "x", good + good}) {
    EXPECT_EQ(inflate.inflate(bad, out), Outcome::broken) << bad.size();
    ASSERT_EQ(inflate.inflate(good, out), Outcome::ok);
    EXPECT_EQ(out, sample(1));
  }
}

TEST_F(DictionaryInflateTest, NoFrameGrowsBeyondTheLimit) {
  DictionaryInflate inflate = open();
  std::string_view out;
  EXPECT_EQ(inflate.inflate(packed(std::string(kLimit, 'x'), dictionary_), out), Outcome::ok);
  EXPECT_EQ(out.size(), kLimit);
  EXPECT_EQ(inflate.inflate(packed(std::string(kLimit + 1, 'x'), dictionary_), out), Outcome::too_large);
  EXPECT_EQ(inflate.inflate(packed(std::string(100 * kLimit, 'x'), dictionary_), out), Outcome::too_large);
}

TEST_F(DictionaryInflateTest, KnowsAFrameOfAnotherDictionary) {
  DictionaryInflate inflate = open();
  std::string other = dictionary_;
  other[4] = static_cast<char>(other[4] + 1);  // its number
  const std::string frame = packed(sample(1), other);
  std::string_view out;
  EXPECT_EQ(inflate.inflate(frame, out), Outcome::other_dictionary);
  EXPECT_NE(dictionary_of(frame), inflate.dictionary_id());
}

TEST_F(DictionaryInflateTest, RefusesAFileThatIsNoDictionary) {
  const auto refused = DictionaryInflate::open(written("just some text, longer than eight bytes"), kLimit);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.error().context, testing::HasSubstr("is no zstd dictionary"));
  EXPECT_EQ(DictionaryInflate::open(folder_.file("none"), kLimit).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace roomtone::ingest
