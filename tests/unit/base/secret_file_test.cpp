#include "base/secret_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_folder.hpp"

namespace roomtone {
namespace {

class SecretFile : public testing::Test {
 protected:
  Result<std::string> read(const std::string& text, mode_t mode = 0600) {
    const auto file = folder_.path() / "secret";
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    EXPECT_EQ(::chmod(file.c_str(), mode), 0);
    return read_secret(file);
  }
  test::TemporaryFolder folder_;
};

TEST_F(SecretFile, GivesItsOneLine) {
  EXPECT_EQ(read("s3cr3t\n").value(), "s3cr3t");
  EXPECT_EQ(read("two words").value(), "two words");
}

TEST_F(SecretFile, IsRefusedWhereOthersMayReadOrWriteIt) {
  for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0644u}) {
    const auto secret = read("s3cr3t", mode);
    ASSERT_FALSE(secret) << mode;
    EXPECT_NE(secret.error().context.find("expected 0600"), std::string::npos) << secret.error().context;
  }
  EXPECT_TRUE(read("s3cr3t", 0400));
}

TEST_F(SecretFile, IsRefusedWithoutShowingAnythingOfIt) {
  for (const std::string& text : {std::string(), std::string("\n"), std::string("s3cr3t\ns3cr3t\n"),
                                  std::string("s3cr3t\r\n"), std::string("s3cr3t\0", 7), std::string(4097, 's')}) {
    const auto secret = read(text);
    ASSERT_FALSE(secret) << text.size();
    EXPECT_EQ(secret.error().context.find("s3cr3t"), std::string::npos);
  }
  EXPECT_FALSE(read_secret(folder_.path() / "nowhere"));
  EXPECT_FALSE(read_secret(folder_.path()));
}

}  // namespace
}  // namespace roomtone
