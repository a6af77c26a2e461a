#include "publish/curve_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "support/temporary_folder.hpp"

namespace roomtone::publish {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CurveKey, APairFitsTogetherAndIsNewEachTime) {
  const CurvePair pair = make_curve_pair().value();
  EXPECT_TRUE(valid_curve_key(pair.public_key));
  EXPECT_TRUE(valid_curve_key(pair.secret_key));
  EXPECT_EQ(public_key_of(pair.secret_key).value(), pair.public_key);
  EXPECT_NE(make_curve_pair().value().secret_key, pair.secret_key);
}

TEST(CurveKey, WrittenFilesAreReadBackAndOnlyTheOwnerMayReadTheSecret) {
  const test::TemporaryFolder folder;
  const CurvePair pair = make_curve_pair().value();
  ASSERT_TRUE(write_curve_pair(folder.path() / "feed", pair));
  EXPECT_EQ(read_secret_key(folder.path() / "feed.key").value(), pair.secret_key);
  EXPECT_EQ(contents(folder.path() / "feed.pub"), pair.public_key + "\n");
  struct stat status {};
  ASSERT_EQ(::stat((folder.path() / "feed.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(CurveKey, AFileThatIsThereIsNeverReplaced) {
  const test::TemporaryFolder folder;
  const CurvePair first = make_curve_pair().value();
  ASSERT_TRUE(write_curve_pair(folder.path() / "feed", first));
  const auto again = write_curve_pair(folder.path() / "feed", make_curve_pair().value());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::unavailable);
  EXPECT_EQ(read_secret_key(folder.path() / "feed.key").value(), first.secret_key);
}

TEST(CurveKey, ASecretThatOthersMayReadIsRefused) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(write_curve_pair(folder.path() / "feed", make_curve_pair().value()));
  const auto file = folder.path() / "feed.key";
  for (const mode_t mode : {0640, 0604, 0660, 0644}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    const auto read = read_secret_key(file);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().context, HasSubstr("0600"));
  }
  ASSERT_EQ(::chmod(file.c_str(), 0400), 0);
  EXPECT_TRUE(read_secret_key(file));
}

TEST(CurveKey, WhatIsNoKeyIsRefusedAndNotQuoted) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "wrong";
  for (const std::string& text : {std::string("hunter2"), std::string(39, 'a'), std::string(41, 'a'),
                                  std::string(40, ' '), std::string(40, 'a') + "\n\n", std::string()}) {
    std::ofstream(file, std::ios::trunc) << text;
    ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
    const auto read = read_secret_key(file);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().context, Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(read_secret_key(folder.path() / "none").error().code, ErrorCode::not_found);
  EXPECT_FALSE(read_secret_key(folder.path()));
}

}  // namespace
}  // namespace roomtone::publish
