#include "delivery/http_url.hpp"

#include <gtest/gtest.h>

namespace roomtone::delivery {
namespace {

TEST(HttpUrl, IsReadInItsParts) {
  EXPECT_EQ(parse_http_url("https://hooks.example/a/b?c=d%20e").value(),
            (HttpUrl{true, "hooks.example", 443, "/a/b?c=d%20e"}));
  EXPECT_EQ(parse_http_url("http://127.0.0.1:9093").value(), (HttpUrl{false, "127.0.0.1", 9093, "/"}));
  EXPECT_EQ(parse_http_url("https://[fd00::1]:8443/x").value(), (HttpUrl{true, "fd00::1", 8443, "/x"}));
  EXPECT_EQ(parse_http_url("http://am?x").value(), (HttpUrl{false, "am", 80, "/?x"}));
}

TEST(HttpUrl, SaysWhereItGoesWithoutItsPath) {
  EXPECT_EQ(parse_http_url("https://hooks.example/s3cr3t")->origin(), "https://hooks.example");
  EXPECT_EQ(parse_http_url("http://[::1]:80/x")->origin(), "http://[::1]");
  EXPECT_EQ(parse_http_url("https://[::1]:80/x")->authority(), "[::1]:80");
}

TEST(HttpUrl, TakesAPathBelowItsOwn) {
  EXPECT_EQ(parse_http_url("http://am")->below("/api"), "/api");
  EXPECT_EQ(parse_http_url("http://am/")->below("/api"), "/api");
  EXPECT_EQ(parse_http_url("http://am/one/")->below("/api"), "/one/api");
}

TEST(HttpUrl, AnythingElseIsRefused) {
  for (const char* text : {"",
                           "hooks.example",
                           "ftp://x/",
                           "file:///etc/passwd",
                           "gopher://x",
                           "https://",
                           "https:///x",
                           "https://x:0/",
                           "https://x:65536/",
                           "https://x:/",
                           "https://x:1a/",
                           "https://user:word@x/",
                           "https://user@x/",
                           "https://x/#f",
                           "https://x/ y",
                           "https://x/\r\nHost: y",
                           "https://x\\y/",
                           "https://[::1",
                           "https://[::1]x/",
                           "https://[fe80::1%25eth0]/",
                           "https://ex ample/",
                           "https://\xc3\xa9.example/",
                           "HTTPS://x/"})
    EXPECT_FALSE(parse_http_url(text)) << text;
  EXPECT_FALSE(parse_http_url("https://x/" + std::string(2048, 'a')));
}

TEST(HttpUrl, TheErrorShowsNothingOfAUrlThatMayHoldASecret) {
  EXPECT_EQ(parse_http_url("https://me:s3cr3t@x/").error().context.find("s3cr3t"), std::string::npos);
  EXPECT_EQ(parse_http_url("https://x/s3cr3t#").error().context.find("s3cr3t"), std::string::npos);
}

}  // namespace
}  // namespace roomtone::delivery
