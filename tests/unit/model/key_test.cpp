#include "model/key.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "base/limits.hpp"

namespace roomtone {
namespace {

struct KeyCase {
  const char* name;
  std::string key;
  bool valid;

  friend std::ostream& operator<<(std::ostream& out, const KeyCase& row) { return out << row.name; }
};

class Key : public testing::TestWithParam<KeyCase> {};

TEST_P(Key, IsLevelsOfLowerCaseAsciiJoinedBySlashes) { EXPECT_EQ(valid_key(GetParam().key), GetParam().valid); }

INSTANTIATE_TEST_SUITE_P(
    Rows, Key,
    testing::Values(KeyCase{"the_whole_stream", std::string(kRoomKey), true}, KeyCase{"a_topic", "t/derby", true},
                    KeyCase{"a_topic_heard_by_a_role", "t/derby/c/handicappers/r/jockey", true},
                    KeyCase{"digits_dash_underscore", "t/epsom-2026_06", true}, KeyCase{"one_character", "t", true},
                    KeyCase{"longest_level", "t/" + std::string(limits::kTopicIdBytes, 'a'), true},
                    KeyCase{"level_one_too_long", "t/" + std::string(limits::kTopicIdBytes + 1, 'a'), false},
                    KeyCase{"empty", "", false}, KeyCase{"only_a_slash", "/", false},
                    KeyCase{"leading_slash", "/t/derby", false}, KeyCase{"trailing_slash", "t/derby/", false},
                    KeyCase{"empty_level", "t//derby", false}, KeyCase{"upper_case", "t/Derby", false},
                    KeyCase{"space", "t/the derby", false}, KeyCase{"dot", "t/..", false},
                    KeyCase{"beyond_ascii", "t/caf\xc3\xa9", false}, KeyCase{"nul", std::string("t/a\0b", 5), false}),
    [](const auto& row) { return std::string(row.param.name); });

struct AroundCase {
  const char* name;
  std::string_view key;
  std::string_view around;
};
class RoomAround : public testing::TestWithParam<AroundCase> {};
TEST_P(RoomAround, IsTheTopicOrTheWholeStream) { EXPECT_EQ(room_around(GetParam().key), GetParam().around); }
INSTANTIATE_TEST_SUITE_P(
    Key, RoomAround,
    testing::Values(AroundCase{"the_whole_stream", "room", ""}, AroundCase{"a_topic", "t/derby", ""},
                    AroundCase{"a_list", "c/racing", "room"}, AroundCase{"a_role", "c/racing/r/jockey", "room"},
                    AroundCase{"of_a_topic", "t/derby/c/racing", "t/derby"},
                    AroundCase{"of_a_role_in_a_topic", "t/derby/c/racing/r/jockey", "t/derby"},
                    AroundCase{"of_an_entity", "t/derby/e/secretariat/c/racing", "t/derby/e/secretariat"},
                    AroundCase{"of_a_topic_called_c", "t/c/c/racing", "t/c"}, AroundCase{"a_topic_called_c", "t/c", ""},
                    AroundCase{"an_entity_called_c", "t/derby/e/c", ""}, AroundCase{"a_list_called_c", "c/c", "room"},
                    AroundCase{"a_list_called_r_in_r", "t/r/c/r/r/r", "t/r"}, AroundCase{"nothing", "", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(TopicId, IsOneLevelOnly) {
  EXPECT_TRUE(valid_topic_id("derby"));
  EXPECT_FALSE(valid_topic_id("t/derby"));
  EXPECT_FALSE(valid_topic_id(""));
}

}  // namespace
}  // namespace roomtone
