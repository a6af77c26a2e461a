#include "base/json_text.hpp"

#include <gtest/gtest.h>

namespace roomtone {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, QuotesAndControlCharactersAreEscapedAndTheRestPasses) {
  EXPECT_EQ(quoted(""), R"("")");
  EXPECT_EQ(quoted(R"(a "b" \c)"), R"("a \"b\" \\c")");
  EXPECT_EQ(quoted(std::string_view("\0\n\x1f", 3)), R"("\u0000\u000a\u001f")");
  EXPECT_EQ(quoted("\x7f h\xc3\xa9"), "\"\x7f h\xc3\xa9\"");
}

TEST(JsonText, WhatIsNoUtf8IsReplaced) {
  std::string out;
  append_utf8_string(out, "caf\xc3\xa9 \xff \xed\xa0\x80 \xf0\x9f\x98\x80 \xc3");
  EXPECT_EQ(out, "\"caf\xc3\xa9 \xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xf0\x9f\x98\x80 \xef\xbf\xbd\"");
}

}  // namespace
}  // namespace roomtone
