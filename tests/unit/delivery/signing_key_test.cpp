#include "delivery/signing_key.hpp"

#include <gtest/gtest.h>

namespace roomtone::delivery {
namespace {

TEST(SigningKey, SignsAsStandardWebhooksDoes) {
  // Made with Python: hmac.digest(base64.b64decode(...), b"alert-7/raised.1795348800.{}", "sha256").
  const auto key = SigningKey::parse("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->sign("alert-7/raised", 1795348800, "{}"), "v1,ODQJZf+WkaG5M4iiU0M0IEBQMEjRkVGMDzIv2AnOerU=");
}

TEST(SigningKey, AnotherTimeIdOrBodyIsAnotherSignature) {
  const auto key = SigningKey::parse("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX").value();
  const std::string one = key.sign("a", 1, "b");
  EXPECT_NE(one, key.sign("c", 1, "b"));
  EXPECT_NE(one, key.sign("a", 2, "b"));
  EXPECT_NE(one, key.sign("a", 1, "d"));
}

TEST(SigningKey, AnythingElseIsRefusedWithoutShowingIt) {
  for (const char* text :
       {"", "whsec_", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "whsec_AAEC", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY",
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFR=X", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY!",
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX ", "whsec_ AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}) {
    const auto key = SigningKey::parse(text);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().context.find("AAEC"), std::string::npos);
  }
  EXPECT_FALSE(SigningKey::parse("whsec_" + base64(std::string(23, 'k'))));
  EXPECT_TRUE(SigningKey::parse("whsec_" + base64(std::string(64, 'k'))));
  EXPECT_FALSE(SigningKey::parse("whsec_" + base64(std::string(65, 'k'))));
}

TEST(Base64, IsPadded) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("u"), "dQ==");
  EXPECT_EQ(base64("us"), "dXM=");
  EXPECT_EQ(base64("use"), "dXNl");
  EXPECT_EQ(base64("name:word"), "bmFtZTp3b3Jk");
}

}  // namespace
}  // namespace roomtone::delivery
