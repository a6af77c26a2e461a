#include "decode/plain_text.hpp"

#include <gtest/gtest.h>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

TEST(Blank, IsWhatNobodyCanRead) {
  for (const std::string_view text :
       {"", " ", "\t\r\n\v\f", "\x7F", "\u00A0", "\u0085", "\u00AD", "\u1680", "\u2003", "\u200B\u200D", "\u200F\u202E",
        "\u2028", "\u202F", "\u2060\u2066", "\u3000 \u3000", "\uFEFF"})
    EXPECT_TRUE(is_blank(text)) << text;
  EXPECT_TRUE(is_blank(std::string_view("\0", 1)));
}

TEST(Blank, IsNothingThatShows) {
  for (const std::string_view text : {"a", " a ", ".", "é", "\u00A1", "…", "\u2010", "\u2027", "\u2030", "\u205E",
                                      "\u2070", "\u3001", "😀", "\u200B1", "\xFF", "\xE2", "\xE2\x80", "\xC2"})
    EXPECT_FALSE(is_blank(text)) << text;
}

TEST(Cut, LeavesWholeCharacters) {
  EXPECT_EQ(cut("aé😀", 7), "aé😀");
  EXPECT_EQ(cut("aé😀", 6), "aé");
  EXPECT_EQ(cut("aé😀", 3), "aé");
  EXPECT_EQ(cut("aé😀", 2), "a");
  EXPECT_EQ(cut("aé😀", 0), "");
}

}  // namespace
}  // namespace roomtone::decode
