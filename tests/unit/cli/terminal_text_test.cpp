#include "cli/terminal_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace roomtone::cli {
namespace {

struct EscapeCase {
  std::string name;
  std::string text;
  std::string terminal;
  std::string json;
};
class Escapes : public testing::TestWithParam<EscapeCase> {};
TEST_P(Escapes, AreSafeOnATerminal) { EXPECT_EQ(escape_for_terminal(GetParam().text), GetParam().terminal); }
TEST_P(Escapes, AreSafeInJson) { EXPECT_EQ(escape_for_json(GetParam().text), GetParam().json); }
INSTANTIATE_TEST_SUITE_P(
    TerminalText, Escapes,
    testing::Values(EscapeCase{"plain", "t/derby", "t/derby", "t/derby"},
                    EscapeCase{"clear_screen", "a\x1b[2J", "a\\x1b[2J", "a\\u001b[2J"},
                    EscapeCase{"line_feed", "a\nb", "a\\x0ab", "a\\u000ab"},
                    EscapeCase{"delete", "\x7f", "\\x7f", "\\u007f"},
                    EscapeCase{"c1_control_sequence", "\xc2\x9b", "\\xc2\\x9b", "\\u009b"},
                    EscapeCase{"right_to_left_override", "\xe2\x80\xae", "\\xe2\\x80\\xae", "\xe2\x80\xae"},
                    EscapeCase{"quote", "say \"x\\\"", "say \"x\\\"", "say \\\"x\\\\\\\""},
                    EscapeCase{"a_stray_byte",
                               "a\xff"
                               "b",
                               "a\\xffb",
                               "a\xef\xbf\xbd"
                               "b"},
                    EscapeCase{"a_cut_character", "\xe2\x82", "\\xe2\\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
                    EscapeCase{"a_surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80",
                               "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}),
    [](const auto& row) { return row.param.name; });

TEST(ScreenLine, IsCutAtItsWidthByCharactersNotBytes) { EXPECT_EQ(ScreenLine(3, false).add("±±±±").take(), "±±±"); }
TEST(ScreenLine, EndsEachColourItBegins) {
  EXPECT_EQ(ScreenLine(9, true).add("bad", Paint::bad).add(" ok").take(), "\x1b[31mbad\x1b[0m ok");
}
TEST(ScreenLine, HasNoColoursWhenTheyAreOff) { EXPECT_EQ(ScreenLine(9, false).add("bad", Paint::bad).take(), "bad"); }
TEST(ScreenLine, PutsNumbersBeforeTheirColumn) {
  EXPECT_EQ(ScreenLine(9, false).add("a").right("12", 6).take(), "a   12");
}

}  // namespace
}  // namespace roomtone::cli
