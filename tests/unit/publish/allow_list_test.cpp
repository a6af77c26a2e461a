#include "publish/allow_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace roomtone::publish {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const AllowList& two_readers() {
  static const AllowList kList({{"wall", "key-of-wall", {"/a/t/derby/", "/a/room/"}}, {"all", "key-of-all", {""}}});
  return kList;
}

TEST(AllowList, WithoutOneEverybodyMayReadEverything) {
  const AllowList open;
  EXPECT_FALSE(open.enforced());
  EXPECT_TRUE(open.may_read("", ""));
  EXPECT_TRUE(open.may_subscribe("", "/a/t/derby/60s/"));
  EXPECT_THAT(open.prefixes_of(""), ElementsAre(""));
}

TEST(AllowList, KnowsReadersByTheirPublicKey) {
  EXPECT_EQ(two_readers().name_of("key-of-wall"), "wall");
  EXPECT_EQ(two_readers().name_of("another"), "");
  EXPECT_EQ(two_readers().name_of(""), "");
}

struct Asked {
  const char* name;
  const char* reader;
  const char* prefix;
  bool may;
};

class Permissions : public testing::TestWithParam<Asked> {};

TEST_P(Permissions, HoldForWhatIsUnderAnAllowedPrefix) {
  const auto& [name, reader, prefix, may] = GetParam();
  EXPECT_EQ(two_readers().may_read(reader, prefix), may);
}

INSTANTIATE_TEST_SUITE_P(AllowList, Permissions,
                         testing::Values(Asked{"its_prefix", "wall", "/a/t/derby/", true},
                                         Asked{"below_it", "wall", "/a/t/derby/60s/", true},
                                         Asked{"its_other_prefix", "wall", "/a/room/60s/", true},
                                         Asked{"its_check_frame", "wall", "/a/t/derby/~/", true},
                                         Asked{"wider", "wall", "/a/t/", false},
                                         Asked{"the_same_without_its_end", "wall", "/a/t/derby", false},
                                         Asked{"everything", "wall", "", false},
                                         Asked{"a_neighbour", "wall", "/a/t/derby2/", false},
                                         Asked{"a_family_of_its_own", "wall", "/s/bsky/", false},
                                         Asked{"everything_where_allowed", "all", "", true},
                                         Asked{"a_stranger", "nobody", "/a/t/derby/", false},
                                         Asked{"a_nameless_one", "", "/a/t/derby/", false}),
                         [](const auto& row) { return row.param.name; });

TEST(AllowList, EveryReaderMaySubscribeToHeartbeatAndControlByTheirExactNames) {
  EXPECT_TRUE(two_readers().may_subscribe("wall", "/hb/"));
  EXPECT_TRUE(two_readers().may_subscribe("wall", "/ctl/"));
  EXPECT_FALSE(two_readers().may_subscribe("wall", "/hb"));
  EXPECT_FALSE(two_readers().may_subscribe("wall", "/"));
}

TEST(AllowList, AStrangerMayReadNothing) { EXPECT_THAT(two_readers().prefixes_of("nobody"), IsEmpty()); }

}  // namespace
}  // namespace roomtone::publish
