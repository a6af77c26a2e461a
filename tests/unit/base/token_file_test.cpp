#include "base/token_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_folder.hpp"

namespace roomtone {
namespace {

class TokenFile : public testing::Test {
 protected:
  void write(const std::string& text, mode_t mode = 0600) {
    std::ofstream(file_) << text;
    ::chmod(file_.c_str(), mode);
  }
  std::string refusal() {
    const auto tokens = read_tokens(file_);
    return tokens ? "accepted" : tokens.error().context;
  }
  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "tokens";
};

TEST_F(TokenFile, HasTheHashOfWhatWasMadeAndNotTheTokenItself) {
  const auto token = make_token(file_, "collector");
  ASSERT_TRUE(token.has_value()) << token.error().context;
  const auto tokens = read_tokens(file_);
  ASSERT_TRUE(tokens.has_value()) << tokens.error().context;
  ASSERT_EQ(tokens->size(), 1u);
  EXPECT_EQ(tokens->front().name, "collector");
  EXPECT_TRUE(equal_in_constant_time(tokens->front().hash, sha256(*token)));
  std::ifstream in(file_);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_EQ(text.find(token->substr(3)), std::string::npos);
}

TEST_F(TokenFile, IsMadeForItsOwnerAlone) {
  ASSERT_TRUE(make_token(file_, "a").has_value());
  struct stat facts {};
  ASSERT_EQ(::stat(file_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(TokenFile, TakesMoreThanOne) {
  const auto first = make_token(file_, "a");
  const auto second = make_token(file_, "a");
  EXPECT_NE(*first, *second);
  EXPECT_EQ(read_tokens(file_)->size(), 2u);
}

TEST_F(TokenFile, ThatOthersCanReadIsRefusedAndNotAddedTo) {
  write("a " + hex_of(sha256("x")) + "\n", 0640);
  EXPECT_NE(refusal().find("got mode 0640, expected 0600"), std::string::npos) << refusal();
  EXPECT_FALSE(make_token(file_, "b").has_value());
}

TEST_F(TokenFile, WithoutATokenIsRefused) {
  write("# nobody yet\n\n");
  EXPECT_NE(refusal().find("got none"), std::string::npos) << refusal();
}

TEST_F(TokenFile, WithATokenInPlaceOfItsHashIsRefusedWithoutShowingIt) {
  write("a rt_secret\n");
  EXPECT_NE(refusal().find("line 1"), std::string::npos) << refusal();
  EXPECT_EQ(refusal().find("secret"), std::string::npos);
}

TEST_F(TokenFile, ThatIsNotThereIsNamed) { EXPECT_NE(refusal().find(file_.string()), std::string::npos); }

TEST_F(TokenFile, ANameThatCouldBreakALineIsRefused) { EXPECT_FALSE(make_token(file_, "a\nb").has_value()); }

TEST(Sha256, IsTheStandardOne) {
  EXPECT_EQ(hex_of(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of_hex(hex_of(sha256("abc"))), sha256("abc"));
  EXPECT_EQ(sha256_of_hex("BA"), std::nullopt);
}

}  // namespace
}  // namespace roomtone
