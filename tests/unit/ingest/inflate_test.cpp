#include "ingest/inflate.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/limits.hpp"
#include "ingest/file_descriptor.hpp"
#include "support/temporary_folder.hpp"
#include "unit/ingest/compress.hpp"

namespace roomtone::ingest {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

struct Inflated {
  std::string bytes;
  std::string error;  // empty when it came to its end
};

/// Reads `bytes` as a file, in pieces of `piece`.
Inflated inflate(std::string_view bytes, std::size_t piece = 64 * 1024) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("f", bytes);
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY));
  Inflate stream = std::move(Inflate::open(fd.get(), "f").value());
  Inflated out;
  std::vector<char> buffer(piece);
  for (;;) {
    const Result<std::size_t> got = stream.read(buffer);
    if (!got) {
      out.error = got.error().context;
      return out;
    }
    if (*got == 0) return out;
    out.bytes.append(buffer.data(), *got);
  }
}

/// Text that does not compress too well.
std::string text(std::size_t size) {
  std::string out;
  uint32_t state = 1;
  while (out.size() < size) {
    state = state * 1664525 + 1013904223;
    out.push_back(static_cast<char>('a' + (state >> 24) % 26));
    if (state % 80 == 0) out.push_back('\n');
  }
  return out;
}

struct CodingCase {
  const char* name;
  std::string (*compress)(std::string_view);
};
class Coded : public testing::TestWithParam<CodingCase> {};

TEST_P(Coded, GivesTheBytesBackWhateverThePieces) {
  const std::string bytes = text(300'000);
  for (const std::size_t piece : {1'000, 65'536, 1'000'000}) {
    const Inflated out = inflate(GetParam().compress(bytes), piece);
    EXPECT_EQ(out.error, "");
    EXPECT_TRUE(out.bytes == bytes) << "pieces of " << piece;
  }
}

TEST_P(Coded, AnEmptyOneIsEmpty) { EXPECT_EQ(inflate(GetParam().compress("")).error, ""); }

TEST_P(Coded, ReadsOnAfterTheFirstMember) {
  const auto compress = GetParam().compress;
  EXPECT_EQ(inflate(compress("one\n") + compress("") + compress("two\n")).bytes, "one\ntwo\n");
}

TEST_P(Coded, WhatIsCutOffSaysSoAfterTheBytesThatAreWhole) {
  const std::string bytes = text(300'000);
  const std::string whole = GetParam().compress(bytes);
  const Inflated out = inflate(whole.substr(0, whole.size() / 2));
  EXPECT_THAT(out.error, testing::AllOf(StartsWith("f: compressed file is cut off at byte "),
                                        EndsWith(" " + std::to_string(whole.size() / 2))));
  EXPECT_GT(out.bytes.size(), 0u);
  EXPECT_TRUE(bytes.starts_with(out.bytes));
}

// The last bytes are a checksum or the end of a block: without them the content may be whole, but nobody can tell.
TEST_P(Coded, WhatIsCutOffAnywhereSaysSo) {
  const std::string whole = GetParam().compress("a few words\n");
  for (std::size_t size = 4; size < whole.size(); ++size) {
    EXPECT_THAT(inflate(whole.substr(0, size)).error, HasSubstr("cut off")) << size;
  }
}

TEST_P(Coded, DamageSaysSoAndWhere) {
  std::string bytes = GetParam().compress(text(600'000));
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 200; ++i) bytes[i] = '\xff';
  EXPECT_THAT(inflate(bytes).error, testing::AllOf(HasSubstr("damaged"), HasSubstr("at byte ")));
}

TEST_P(Coded, StrangeBytesAfterItAreDamage) {
  EXPECT_THAT(inflate(GetParam().compress("a\n") + "strange").error, HasSubstr("damaged"));
}

TEST_P(Coded, ABombIsRefusedBeforeItGrows) {
  const Inflated out = inflate(GetParam().compress(std::string(64 * 1024 * 1024, 'x')));
  EXPECT_THAT(out.error, HasSubstr("expands more than 200 times"));
  EXPECT_LT(out.bytes.size(), 24u * 1024 * 1024);
}

INSTANTIATE_TEST_SUITE_P(Inflate, Coded, testing::Values(CodingCase{"gzip", gzip}, CodingCase{"zstd", zstd}),
                         [](const auto& row) { return row.param.name; });

TEST(Inflate, ZerosAfterGzipArePadding) { EXPECT_EQ(inflate(gzip("a\n") + std::string(512, '\0')).error, ""); }

TEST(Inflate, AWindowOverTheLimitIsRefused) {
  // A frame header that asks for a window of 2^31 bytes, and an empty last block.
  EXPECT_THAT(inflate(std::string("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9)).error, HasSubstr("window"));
}

TEST(Inflate, AFileThatIsNotCompressedIsGivenAsItIs) { EXPECT_EQ(inflate("plain\n", 2).bytes, "plain\n"); }

}  // namespace
}  // namespace roomtone::ingest
