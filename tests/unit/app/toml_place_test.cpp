#include "app/toml_place.hpp"

#include <gtest/gtest.h>

namespace roomtone::app {
namespace {

struct PlaceCase {
  const char* name;
  const char* file;
  TextPlace begin;
  std::size_t number;
  TextPlace place;
};
class PlaceInString : public testing::TestWithParam<PlaceCase> {};
TEST_P(PlaceInString, IsWhereTheCharacterStands) {
  const PlaceCase& c = GetParam();
  const TextPlace place = place_in_string(c.file, c.begin, c.number);
  EXPECT_EQ(place.line, c.place.line);
  EXPECT_EQ(place.column, c.place.column);
}
INSTANTIATE_TEST_SUITE_P(
    Toml, PlaceInString,
    testing::Values(PlaceCase{"first_character", "a = 'xyz'", {1, 5}, 0, {1, 6}},
                    PlaceCase{"third_character", "a = 'xyz'", {1, 5}, 2, {1, 8}},
                    PlaceCase{"on_another_line", "b = 1\n\na = 'xyz'", {3, 5}, 1, {3, 7}},
                    PlaceCase{"characters_and_not_bytes", "ü = 'üyz'", {1, 5}, 1, {1, 7}},
                    PlaceCase{"backslash_means_nothing_in_a_literal", "a = '\\tz'", {1, 5}, 1, {1, 7}},
                    PlaceCase{"behind_an_escaped_quote", "a = \"x\\\"z\"", {1, 5}, 2, {1, 9}},
                    PlaceCase{"behind_a_short_code", "a = \"\\u00fcz\"", {1, 5}, 1, {1, 12}},
                    PlaceCase{"behind_a_long_code", "a = \"\\U0001F40Ez\"", {1, 5}, 1, {1, 16}},
                    PlaceCase{"in_lines", "a = '''x\nyz'''", {1, 5}, 3, {2, 2}},
                    PlaceCase{"first_line_end_is_not_part_of_it", "a = '''\nxy\nz'''", {1, 5}, 3, {3, 1}},
                    PlaceCase{"lines_of_windows", "a = '''\r\nxy\r\nz'''", {1, 5}, 3, {3, 1}},
                    PlaceCase{"lines_joined_by_a_backslash", "a = \"\"\"x\\\n   y\"\"\"", {1, 5}, 2, {2, 5}},
                    PlaceCase{"quotes_in_lines", "a = \"\"\"x\"y\"\"\"", {1, 5}, 2, {1, 10}},
                    PlaceCase{"end_of_the_string", "a = 'xy' # more", {1, 5}, 9, {1, 8}},
                    PlaceCase{"end_of_the_file", "a = 'xy", {1, 5}, 9, {1, 8}}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::app
