#include "publish/feed_key.hpp"

#include <gtest/gtest.h>

#include <string>

namespace roomtone::publish {
namespace {

struct KeyCase {
  const char* name;
  const char* key;
  WindowSize window;
  const char* feed_key;
};

class FeedKeys : public testing::TestWithParam<KeyCase> {};

TEST_P(FeedKeys, AreWrittenAndReadBack) {
  const auto& [name, key, window, expected] = GetParam();
  EXPECT_EQ(feed_key(key, window), expected);
  EXPECT_EQ(parse_feed_key(expected), (FeedKey{key, window}));
}

INSTANTIATE_TEST_SUITE_P(FeedKey, FeedKeys,
                         testing::Values(KeyCase{"whole_stream", "room", WindowSize::minute, "/a/room/60s/"},
                                         KeyCase{"topic", "t/derby", WindowSize::five_minutes, "/a/t/derby/300s/"},
                                         KeyCase{"topic_in_community", "t/derby/c/handicappers", WindowSize::hour,
                                                 "/a/t/derby/c/handicappers/3600s/"},
                                         KeyCase{"day", "c/handicappers", WindowSize::day, "/a/c/handicappers/86400s/"},
                                         KeyCase{"topic_named_like_a_window", "t/60s", WindowSize::minute,
                                                 "/a/t/60s/60s/"}),
                         [](const auto& row) { return row.param.name; });

struct TextCase {
  const char* name;
  std::string text;
};

class NotFeedKeys : public testing::TestWithParam<TextCase> {};

TEST_P(NotFeedKeys, AreNothing) { EXPECT_EQ(parse_feed_key(GetParam().text), std::nullopt); }

INSTANTIATE_TEST_SUITE_P(FeedKey, NotFeedKeys,
                         testing::Values(TextCase{"empty", ""}, TextCase{"root", "/a/"},
                                         TextCase{"no_final_slash", "/a/t/derby/60s"},
                                         TextCase{"no_window", "/a/t/derby/"}, TextCase{"no_key", "/a/60s/"},
                                         TextCase{"unknown_window", "/a/t/derby/61s/"},
                                         TextCase{"upper_case", "/a/t/Derby/60s/"},
                                         TextCase{"empty_level", "/a/t//60s/"}, TextCase{"heartbeat", "/hb/"},
                                         TextCase{"check_frame", "/a/t/derby/~/"}),
                         [](const auto& row) { return row.param.name; });

TEST(Prefix, MayBeEmptyOrRunFromSlashToSlash) {
  EXPECT_TRUE(valid_prefix(""));
  EXPECT_TRUE(valid_prefix("/"));
  EXPECT_TRUE(valid_prefix("/a/t/derby/"));
  EXPECT_TRUE(valid_prefix("/" + std::string(kPrefixBytes - 2, 'a') + "/"));
}

class BadPrefixes : public testing::TestWithParam<TextCase> {};

TEST_P(BadPrefixes, AreRefused) { EXPECT_FALSE(valid_prefix(GetParam().text)); }

INSTANTIATE_TEST_SUITE_P(Prefix, BadPrefixes,
                         testing::Values(TextCase{"would_match_a_neighbour", "/a/t/derby"},
                                         TextCase{"relative", "a/t/derby/"}, TextCase{"empty_level", "/a//"},
                                         TextCase{"check_frame", "/a/~/"}, TextCase{"upper_case", "/A/"},
                                         TextCase{"nul", std::string("/a\0/", 4)},
                                         TextCase{"a_byte_too_long", "/" + std::string(kPrefixBytes - 1, 'a') + "/"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::publish
