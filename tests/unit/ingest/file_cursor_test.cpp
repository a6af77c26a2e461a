#include "ingest/file_cursor.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/temporary_folder.hpp"

namespace roomtone::ingest {
namespace {

const FileIdentity kFile{.device = 1, .inode = 22, .head_hash = 0xabc, .head_bytes = 4096, .path = "/a b/100%\n.jsonl"};

TEST(FileCursor, ComesBackFromItsText) {
  FileCursor cursor{.at = kFile, .offset = 12345, .done = {kFile, kFile}};
  cursor.done[1].path = "other";
  const Result<FileCursor> back = decode_file_cursor(encode(cursor));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, cursor);
}

TEST(FileCursor, ComesBackWithNothingReadYet) { EXPECT_EQ(decode_file_cursor(encode({})), FileCursor{}); }

class NotACursor : public testing::TestWithParam<const char*> {};
TEST_P(NotACursor, IsRefused) { EXPECT_FALSE(decode_file_cursor(GetParam()).has_value()); }
INSTANTIATE_TEST_SUITE_P(FileCursor, NotACursor,
                         testing::Values("", "file 1", "file 2\n", "x\n", "file 1\nat x 1 2 3 abc /p\n",
                                         "file 1\nat 1 1 2 9999 abc /p\n", "file 1\ndone 1 2 3\n",
                                         "file 1\ndone 1 2 3 abc %4\n", "file 1\nwhat 1 2 3 abc /p\n",
                                         "file 1\nat 1 1 2 3 abc /p\nat 1 1 2 3 abc /p\n"));

FileIdentity identity(const std::string& path) { return open_file(path).value().identity; }

const std::string kEnough(kHeadBytesEnough, 'x');

struct Claims : testing::Test {
  test::TemporaryFolder folder;
};

TEST_F(Claims, AFileIsKnownAfterItHasGrown) {
  const FileIdentity before = identity(folder.write("f", "a\n"));
  folder.append("f", "b\n");
  EXPECT_EQ(claim({.at = before, .done = {}}, {identity(folder.file("f"))}).at, 0u);
}

TEST_F(Claims, AFileIsKnownAfterItWasRenamed) {
  const FileIdentity before = identity(folder.write("f", "a\n"));
  std::filesystem::rename(folder.file("f"), folder.file("f.1"));
  EXPECT_EQ(claim({.at = before, .done = {}}, {identity(folder.file("f.1"))}).at, 0u);
}

TEST_F(Claims, ACopyAtThePathIsKnownByItsHead) {
  FileIdentity before = identity(folder.write("f", "a\n"));
  before.inode += 1;
  EXPECT_EQ(claim({.at = before, .done = {}}, {identity(folder.file("f"))}).at, 0u);
}

TEST_F(Claims, ACopyElsewhereIsKnownByItsHead) {
  const FileIdentity before = identity(folder.write("f", kEnough));
  const FileIdentity copy = identity(folder.write("g", kEnough));
  EXPECT_EQ(claim({.at = before, .done = {}}, {copy}).at, 0u);
}

TEST_F(Claims, TheFileItselfIsPreferredToACopy) {
  const FileIdentity before = identity(folder.write("f", kEnough));
  const FileIdentity copy = identity(folder.write("g", kEnough));
  EXPECT_EQ(claim({.at = before, .done = {}}, {copy, before}).at, 1u);
}

TEST_F(Claims, ACopyOfAFileReadIsAFileOfItsOwn) {
  const FileIdentity one = identity(folder.write("f", kEnough));
  const FileIdentity two = identity(folder.write("g", kEnough));
  const FileClaims claims = claim({.at = {}, .done = {one}}, {one, two});
  EXPECT_EQ(claims.done, (std::vector<std::size_t>{0}));
}

TEST_F(Claims, AShortHeadAloneIsNotEnough) {
  const FileIdentity before = identity(folder.write("f", "a\n"));
  const FileIdentity other = identity(folder.write("g", "a\n"));
  EXPECT_FALSE(claim({.at = before, .done = {}}, {other}).at.has_value());
}

TEST_F(Claims, AFileThatWasEmptyIsNotDone) {
  const FileIdentity before = identity(folder.write("f", ""));
  folder.append("f", "a\n");
  EXPECT_TRUE(claim({.at = {}, .done = {before}}, {identity(folder.file("f"))}).done.empty());
}

TEST_F(Claims, AnotherFileAtThePathIsNotTheOne) {
  const FileIdentity before = identity(folder.write("f", "a\n"));
  EXPECT_FALSE(claim({.at = before, .done = {}}, {identity(folder.write("f", "b\n"))}).at.has_value());
}

TEST_F(Claims, AnInodeGivenToAnotherFileIsNotTheOne) {
  FileIdentity before = identity(folder.write("f", "a\n"));
  const FileIdentity other = identity(folder.write("g", "b\n"));
  before.inode = other.inode;
  EXPECT_FALSE(claim({.at = before, .done = {}}, {other}).at.has_value());
}

TEST(OpenFile, RefusesWhatIsNoRegularFile) {
  const test::TemporaryFolder folder;
  const Result<OpenFile> opened = open_file(folder.file("."));
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace roomtone::ingest
